"""Has a task list changed? One number that any process can ask for, for live updates."""

from __future__ import annotations

from hashlib import sha256

import sqlalchemy as sa

from engine import tables

_history = tables.history

# Some, not one: a transaction that began earlier may commit later. Read backwards from the
# partial index over task-* events, so it costs the same whatever the history's size.
_NEWEST = (
    sa.select(_history.c.at, _history.c.chain, _history.c.seq)
    .where(_history.c.task_id.is_not(None))
    .order_by(_history.c.at.desc())
    .limit(20)
)


def task_revision(connection: sa.Connection) -> str:
    """A text that differs whenever a task was made, changed or ended.

    It is the same for every tenant: a change elsewhere costs a reader one needless refresh.
    """
    rows = connection.execute(_NEWEST).all()
    newest = sorted(f"{row.at.isoformat()} {row.chain} {row.seq}" for row in rows)
    return sha256("\n".join(newest).encode()).hexdigest()
