"""add message and message_start: messages that came early are kept for their time to live.

Pre: tables of their own, which the old code neither reads nor writes. Rows rewritten: 0.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

Id = sa.String(36).with_variant(postgresql.UUID(as_uuid=False), "postgresql")
Name = sa.String(255)


def upgrade() -> None:
    op.create_table(
        "message",
        sa.Column("id", Id, primary_key=True),
        sa.Column("key", sa.BigInteger, nullable=False, unique=True),
        sa.Column("tenant_id", Name, sa.ForeignKey("tenant.id"), nullable=False),
        sa.Column("name", Name, nullable=False),
        sa.Column("correlation", Name, nullable=False),
        sa.Column("message_id", Name, nullable=True),
        sa.Column("variables", sa.Text, nullable=False),
        sa.Column("received", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("tenant_id", "name", "correlation", "message_id"),
    )
    op.create_index("ix_message_expires_at", "message", ["expires_at"])
    op.create_table(
        "message_start",
        sa.Column("tenant_id", Name, sa.ForeignKey("tenant.id"), primary_key=True),
        sa.Column("process_id", Name, primary_key=True),
        sa.Column("correlation", Name, primary_key=True),
        sa.Column("instance_id", Id, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_message_start_instance_id", "message_start", ["instance_id"])


def downgrade() -> None:
    op.drop_table("message_start")
    op.drop_table("message")
