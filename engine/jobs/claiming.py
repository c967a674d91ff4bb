"""Which jobs are due, and who holds them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from engine import tables
from engine.commands.run_job import Job
from engine.runtime.state import WaitKind

_job = tables.job
_other = tables.job.alias("other")

_runnable = sa.and_(_job.c.retries > 0, sa.not_(_job.c.is_suspended))
# Two exclusive jobs of one instance never run at once (Camunda's default).
_instance_is_busy = sa.exists().where(
    _other.c.instance_id == _job.c.instance_id,
    _other.c.id != _job.c.id,
    _other.c.is_exclusive,
    _other.c.locked_until > sa.bindparam("now"),
)
_DUE = (
    sa.select(
        _job.c.id,
        _job.c.tenant_id,
        _job.c.instance_id,
        _job.c.definition_id,
        _job.c.scope,
        _job.c.token,
        _job.c.wait,
        _job.c.element_id,
        _job.c.kind,
        _job.c.due_at,
        _job.c.retries,
        _job.c.handler,
        _job.c.arguments,
        _job.c.repeat,
        _job.c.fired,
        _job.c.revision,
    )
    .where(
        _runnable,
        _job.c.due_at <= sa.bindparam("now"),
        sa.or_(_job.c.locked_until.is_(None), _job.c.locked_until <= sa.bindparam("now")),
        sa.or_(sa.not_(_job.c.is_exclusive), sa.not_(_instance_is_busy)),
    )
    .order_by(_job.c.due_at, _job.c.priority.desc(), _job.c.key)
    .limit(1)
    .with_for_update(of=_job, skip_locked=True)
)
_LOCK = (
    sa.update(_job)
    .where(_job.c.id == sa.bindparam("b_id"), _job.c.revision == sa.bindparam("b_revision"))
    .values(
        locked_by=sa.bindparam("worker"),
        locked_until=sa.bindparam("until"),
        revision=_job.c.revision + 1,
    )
)
_NEXT_DUE = sa.select(sa.func.min(_job.c.due_at)).where(_runnable, _job.c.locked_until.is_(None))


def acquire_due(
    connection: sa.Connection, *, worker: str, now: datetime, lease: timedelta
) -> Job | None:
    """Lock the job that is due the longest for *worker*.

    Args:
        connection: open writing transaction; the caller commits.
        worker: who holds it, for people who look.
        now: aware UTC time; a job is due when ``due_at <= now``.
        lease: how long a crashed worker keeps the job from others.

    Returns:
        The job, or ``None``: nothing is due, or another worker won it.
    """
    row = connection.execute(_DUE, {"now": now}).one_or_none()
    if row is None:
        return None
    job = _as_job(row._asdict())
    values = {
        "b_id": job.id,
        "b_revision": job.revision,
        "worker": worker,
        "until": now + lease,
    }
    if connection.execute(_LOCK, values).rowcount != 1:
        return None
    return replace(job, revision=job.revision + 1)


def next_due(connection: sa.Connection) -> datetime | None:
    """When the next job that nobody holds is due; ``None`` when none waits."""
    found: datetime | None = connection.execute(_NEXT_DUE).scalar_one()
    return found


def _as_job(values: dict[str, Any]) -> Job:
    return Job(**{**values, "kind": WaitKind(values["kind"])})
