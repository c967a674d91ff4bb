"""add history_anchor, and the history by time: anchors cover all chains that grew.

Pre: a table and an index of their own, which the old code neither reads nor needs. Rows
rewritten: 0; the index is built over all of history.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "history_anchor",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chains", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("signature", sa.String(64), nullable=False),
    )
    op.create_index("ix_history_at", "history", ["at"], postgresql_using="brin")


def downgrade() -> None:
    op.drop_index("ix_history_at", "history")
    op.drop_table("history_anchor")
