"""Has a list or an instance changed? Cheap to ask for any process, for live updates."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

import sqlalchemy as sa

from engine import tables
from engine.queries.instances import OPEN

_history = tables.history
_instance = tables.process_instance

# Some, not one: a transaction that began earlier may commit later. Read backwards from the
# partial index over task-* events, so it costs the same whatever the history's size.
_NEWEST = (
    sa.select(_history.c.at, _history.c.chain, _history.c.seq)
    .where(_history.c.task_id.is_not(None))
    .order_by(_history.c.at.desc())
    .limit(20)
)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an instance is.

    Attributes:
        seq: number of its last event; it grows with everything that happens.
        is_open: whether anything may still happen.
    """

    seq: int
    is_open: bool


def instance_progress(connection: sa.Connection, instance_id: str) -> Progress:
    """How far an instance is that is there."""
    wanted = sa.select(_instance.c.history_seq, _instance.c.status)
    row = connection.execute(wanted.where(_instance.c.id == instance_id)).one()
    return Progress(row.history_seq, row.status in OPEN)


def task_revision(connection: sa.Connection) -> str:
    """A text that differs whenever a task was made, changed or ended.

    It is the same for every tenant: a change elsewhere costs a reader one needless refresh.
    """
    rows = connection.execute(_NEWEST).all()
    newest = sorted(f"{row.at.isoformat()} {row.chain} {row.seq}" for row in rows)
    return sha256("\n".join(newest).encode()).hexdigest()
