"""add what a job remembers of its failures, and when the broker was told of it.

Pre: nullable or with a default, which the old code neither reads nor writes. Rows rewritten: 0.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("job") as job:
        job.add_column(sa.Column("error_details", sa.Text, nullable=True))
        job.add_column(sa.Column("retry_cycle", sa.Text, nullable=False, server_default=""))
        job.add_column(sa.Column("failures", sa.Integer, nullable=False, server_default="0"))
        job.add_column(sa.Column("lost_leases", sa.Integer, nullable=False, server_default="0"))
        job.add_column(sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True))
        job.add_column(sa.Column("sends", sa.Integer, nullable=False, server_default="0"))


def downgrade() -> None:
    with op.batch_alter_table("job") as job:
        for name in (
            "sends",
            "sent_at",
            "lost_leases",
            "failures",
            "retry_cycle",
            "error_details",
        ):
            job.drop_column(name)
