"""add what a job remembers of its failures, and when a broker was told of it; index what may run.

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
    op.drop_index("ix_job_due", "job")
    _index("ix_job_due", ["priority", "due_at", "key"], "retries > 0")
    _index("ix_job_unsent", ["due_at"], "retries > 0 AND sent_at IS NULL")


def _index(name: str, columns: list[str], what: str) -> None:
    """Index of the jobs that may run; the two databases write a boolean differently."""
    op.create_index(
        name,
        "job",
        columns,
        sqlite_where=sa.text(f"{what} AND is_suspended = 0"),
        postgresql_where=sa.text(f"{what} AND NOT is_suspended"),
    )


def downgrade() -> None:
    op.drop_index("ix_job_unsent", "job")
    op.drop_index("ix_job_due", "job")
    op.create_index("ix_job_due", "job", ["due_at", "priority"])
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
