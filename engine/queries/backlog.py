"""How much waits, over all organisations: for whoever watches the installation, not its people."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from engine import tables
from engine.telemetry.metrics import Backlog

_job = tables.job
_now = sa.bindparam("now", type_=_job.c.due_at.type)
_runs = _job.c.locked_until > _now
_can_run = sa.and_(tables.RUNNABLE, _job.c.due_at <= _now, tables.FREE)


def _count(table: sa.Table, *where: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).select_from(table).where(*where).scalar_subquery()


_BACKLOG = sa.select(
    _count(_job, _can_run).label("jobs_due"),
    sa.select(sa.func.min(_job.c.due_at)).where(_can_run).scalar_subquery().label("oldest"),
    _count(_job, _job.c.retries == 0).label("jobs_dead"),
    _count(_job, _runs).label("jobs_locked"),
    _count(tables.external_task).label("external_tasks"),
    _count(tables.incident, tables.incident.c.resolved_at.is_(None)).label("incidents"),
    _count(tables.task).label("user_tasks"),
)


def read_backlog(connection: sa.Connection, now: datetime) -> Backlog:
    """What waits at *now* (aware UTC)."""
    row = connection.execute(_BACKLOG, {"now": now}).one()
    waited = (now - row.oldest).total_seconds() if row.oldest is not None else 0.0
    return Backlog(
        jobs_due=row.jobs_due,
        oldest_due_seconds=max(waited, 0.0),
        jobs_dead=row.jobs_dead,
        jobs_locked=row.jobs_locked,
        external_tasks=row.external_tasks,
        incidents=row.incidents,
        user_tasks=row.user_tasks,
    )
