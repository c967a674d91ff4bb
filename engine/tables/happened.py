"""What happened: append-only, hash-chained."""

from __future__ import annotations

import sqlalchemy as sa

from engine import columns
from engine.columns import Id, Json, Name
from engine.tables.registry import metadata

# Append-only. ``chain`` is an instance's id, or ``tenant:ID`` for what belongs to no instance.
history = sa.Table(
    "history",
    metadata,
    sa.Column("chain", sa.String(64), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.String(64), nullable=False),
    sa.Column("element_id", Name, nullable=False, server_default=""),
    sa.Column("actor", Name, nullable=True),  # a person, a worker; NULL: the engine itself
    columns.moment("at"),
    sa.Column("task_id", Id, nullable=True),  # of task-* events: finds who did a task that is gone
    sa.Column("data", Json, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),  # sha-256 over this row and the hash before
    sqlite_with_rowid=False,
)
_of_task = history.c.task_id.is_not(None)
sa.Index("ix_history_task", history.c.task_id, sqlite_where=_of_task, postgresql_where=_of_task)
# The newest of these tells any process that task lists changed.
sa.Index("ix_history_task_at", history.c.at, sqlite_where=_of_task, postgresql_where=_of_task)

# By time, for anchors and for whoever follows all that happens. Rows come in order of time, so on
# PostgreSQL a block range index costs next to nothing.
sa.Index("ix_history_at", history.c.at, postgresql_using="brin")

# Heads of the chains that belong to no instance (an instance row carries its own head).
history_head = sa.Table(
    "history_head",
    metadata,
    sa.Column("chain", sa.String(64), primary_key=True),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sqlite_with_rowid=False,
)

# Now and then one signed digest over all chains that grew: see `engine.store.anchors`.
history_anchor = sa.Table(
    "history_anchor",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    columns.moment("since"),
    columns.moment("until"),
    sa.Column("chains", sa.Integer, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("signature", sa.String(64), nullable=False),
)
