"""add api_key: programs come in with keys of their own; external tasks are indexed as fetched.

Pre: a table of its own, which the old code neither reads nor writes; an index. Rows rewritten: 0.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

Id = sa.String(36).with_variant(postgresql.UUID(as_uuid=False), "postgresql")
Name = sa.String(255)


def upgrade() -> None:
    op.create_table(
        "api_key",
        sa.Column("id", Id, primary_key=True),
        sa.Column("key", sa.BigInteger, nullable=False, unique=True),
        sa.Column("tenant_id", Name, sa.ForeignKey("tenant.id"), nullable=False),
        sa.Column("name", Name, nullable=False),
        sa.Column("person_id", Name, sa.ForeignKey("person.id", ondelete="CASCADE"), nullable=True),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("prefix", sa.String(16), nullable=False, unique=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("created_by", Name, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_index("ix_api_key_tenant_id", "api_key", ["tenant_id", "created_at"])
    op.create_index("ix_api_key_person_id", "api_key", ["person_id"])
    op.drop_index("ix_external_task_fetch", "external_task")
    op.create_index(
        "ix_external_task_fetch",
        "external_task",
        ["tenant_id", "topic", sa.text("priority DESC"), "key"],
    )


def downgrade() -> None:
    op.drop_index("ix_external_task_fetch", "external_task")
    op.create_index(
        "ix_external_task_fetch", "external_task", ["topic", "locked_until", "priority"]
    )
    op.drop_table("api_key")
