"""add decision_definition: DMN decisions are deployed beside processes.

Pre: a table of its own, which the old code neither reads nor writes. Rows rewritten: 0.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

Id = sa.String(36).with_variant(postgresql.UUID(as_uuid=False), "postgresql")
Name = sa.String(255)


def upgrade() -> None:
    op.create_table(
        "decision_definition",
        sa.Column("id", Id, primary_key=True),
        sa.Column("key", sa.BigInteger, nullable=False, unique=True),
        sa.Column("tenant_id", Name, sa.ForeignKey("tenant.id"), nullable=False),
        sa.Column("decision_id", Name, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("version_tag", Name, nullable=False, server_default=""),
        sa.Column("name", Name, nullable=False),
        sa.Column("drg_id", Name, nullable=False),
        sa.Column("deployment_id", Id, sa.ForeignKey("deployment.id"), nullable=False),
        sa.Column("resource_id", Id, sa.ForeignKey("resource.id"), nullable=False, index=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.UniqueConstraint("tenant_id", "decision_id", "version"),
    )


def downgrade() -> None:
    op.drop_table("decision_definition")
