"""add incident.resolved_at, resolved_by and note: a person has seen to it, without a retry.

Pre: nullable or with a default, so the old code goes on writing incidents. Rows rewritten: 0 on
PostgreSQL.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("incident") as incident:
        incident.add_column(sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True))
        incident.add_column(sa.Column("resolved_by", sa.String(255), nullable=True))
        incident.add_column(sa.Column("note", sa.Text, nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("incident") as incident:
        incident.drop_column("note")
        incident.drop_column("resolved_by")
        incident.drop_column("resolved_at")
