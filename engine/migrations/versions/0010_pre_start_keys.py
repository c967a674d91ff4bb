"""add start_key: idempotency keys of callers who start instances.

Pre: a table of its own, which the old code neither reads nor writes. Rows rewritten: 0.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

Id = sa.String(36).with_variant(postgresql.UUID(as_uuid=False), "postgresql")
Name = sa.String(255)


def upgrade() -> None:
    op.create_table(
        "start_key",
        sa.Column("tenant_id", Name, sa.ForeignKey("tenant.id"), primary_key=True),
        sa.Column("caller", Name, primary_key=True),
        sa.Column("name", Name, primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("instance_id", Id, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_start_key_created_at", "start_key", ["created_at"])


def downgrade() -> None:
    op.drop_table("start_key")
