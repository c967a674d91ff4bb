"""Which jobs are due, and who holds them: a claim is a lease, taken by compare-and-swap."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa

from engine import tables
from engine.commands.run_job import Job
from engine.runtime.state import WaitKind
from engine.tables import FREE, RUNNABLE

SKEW = timedelta(seconds=5)
"""So far may the clocks of two machines differ: what one of them sends is due on the other."""

_Row = sa.Row[*tuple[Any, ...]]

_job = tables.job

PAGE = sa.and_(
    sa.or_(
        _job.c.due_at > sa.bindparam("after"),
        sa.and_(_job.c.due_at == sa.bindparam("after"), _job.c.key > sa.bindparam("key")),
    ),
    sa.or_(
        sa.not_(_job.c.is_exclusive),
        _job.c.instance_id.not_in(sa.bindparam("busy", expanding=True)),
    ),
)
"""Where a page begins, and instances that are known to be busy: see `free_jobs`."""

_COLUMNS = (
    _job.c.id,
    _job.c.key,
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
    _job.c.is_exclusive,
    _job.c.retry_cycle,
    _job.c.failures,
    _job.c.lost_leases,
    _job.c.locked_until,
)
_DUE = (
    sa.select(*_COLUMNS)
    .where(
        RUNNABLE,
        _job.c.priority == sa.bindparam("priority"),
        _job.c.due_at <= sa.bindparam("now"),
        FREE,
        PAGE,
    )
    .order_by(_job.c.due_at, _job.c.key)
    .limit(sa.bindparam("most"))
    .with_for_update(of=_job, skip_locked=True)
)
_THIS_ONE = (
    sa.select(*_COLUMNS)
    .where(RUNNABLE, _job.c.id == sa.bindparam("id"), _job.c.due_at <= sa.bindparam("until"), FREE)
    .with_for_update(of=_job, skip_locked=True)
)
_LOCK = (
    sa.update(_job)
    .where(_job.c.id.in_(sa.bindparam("b_ids", expanding=True)))
    .values(
        # A lock that ran out: whoever held it died, or was cut off from the database.
        lost_leases=sa.case(
            (_job.c.locked_until.is_not(None), _job.c.lost_leases + 1), else_=_job.c.lost_leases
        ),
        locked_by=sa.bindparam("worker"),
        locked_until=sa.bindparam("until"),
        sends=0,
        revision=_job.c.revision + 1,
    )
)
_RENEW = (
    sa.update(_job)
    .where(_job.c.id == sa.bindparam("b_id"), _job.c.revision == sa.bindparam("b_revision"))
    .values(locked_until=sa.bindparam("until"))
)
_RELEASE = (
    sa.update(_job)
    .where(_job.c.id == sa.bindparam("b_id"), _job.c.revision == sa.bindparam("b_revision"))
    .values(locked_by=None, locked_until=None, revision=_job.c.revision + 1)
)
_HOLD_BACK = sa.update(_job).where(_job.c.id == sa.bindparam("b_id")).values(sent_at=None, sends=0)
_BUSY = (
    sa.select(_job.c.instance_id)
    .where(
        _job.c.instance_id.in_(sa.bindparam("instances", expanding=True)),
        _job.c.is_exclusive,
        _job.c.locked_until > sa.bindparam("now"),
    )
    .distinct()
)
# On PostgreSQL two workers do not see each other's uncommitted locks. Who gets this lock, which
# ends with the transaction, decides about the exclusive jobs of the instance; it looks afterwards.
_GATE = sa.text(
    "SELECT instance FROM unnest(CAST(:instances AS text[])) AS instance "
    "WHERE pg_try_advisory_xact_lock(hashtextextended(instance, 5))"
)
_FIRST = (datetime(1, 1, 1, tzinfo=UTC), 0)


def _priorities() -> sa.CTE:
    """The priorities that jobs have, the highest first: one probe of the index for each."""
    highest = sa.select(sa.func.max(_job.c.priority).label("priority")).where(RUNNABLE)
    level = highest.cte("level", recursive=True)
    below = sa.select(sa.func.max(_job.c.priority)).where(
        RUNNABLE, _job.c.priority < level.c.priority
    )
    return level.union_all(sa.select(below.scalar_subquery()).where(level.c.priority.is_not(None)))


LEVEL = _priorities()
"""The priorities of runnable jobs, for a join that reads the index of due jobs."""

_PRIORITIES = sa.select(LEVEL.c.priority).where(LEVEL.c.priority.is_not(None))
_FIRST_OF_LEVEL = (
    sa.select(_job.c.due_at)
    .where(RUNNABLE, _job.c.priority == LEVEL.c.priority, _job.c.locked_until.is_(None))
    .order_by(_job.c.due_at)
    .limit(1)
    .scalar_subquery()
)
_IS_DUE = (
    sa.select(LEVEL.c.priority)
    .where(
        sa.exists().where(
            RUNNABLE,
            _job.c.priority == LEVEL.c.priority,
            _job.c.due_at <= sa.bindparam("now"),
            FREE,
        )
    )
    .limit(1)
)
_FIRST_DUE = sa.select(_FIRST_OF_LEVEL.label("due_at")).select_from(LEVEL)


@dataclass(frozen=True, slots=True)
class Claim:
    """Who claims, and how much.

    Attributes:
        worker: a name that no other process has, also for people who look.
        now: aware UTC; a job is due when ``due_at <= now``.
        lease: how long others leave the jobs alone when this worker dies.
        slots: how many jobs it can run side by side.
        ahead: how many it may take when all of them are steps of the engine, which are quick;
            work of handlers is never taken ahead, others could be doing it meanwhile.
    """

    worker: str
    now: datetime
    lease: timedelta
    slots: int = 1
    ahead: int = 1


def acquire_due(connection: sa.Connection, claim: Claim) -> list[Job]:
    """Lock due jobs: the highest priority first, then those that are due the longest.

    Of the exclusive jobs of an instance one at a time is given out, on every database, however
    many workers ask at once.

    Args:
        connection: open writing transaction; the caller commits.
        claim: who, and how much.

    Returns:
        The jobs, empty when nothing is due that nobody else holds.
    """
    chosen: list[_Row] = []
    most = max(claim.slots, claim.ahead)
    for priority in connection.scalars(_PRIORITIES).all():
        rows = free_jobs(
            connection,
            _DUE,
            {"now": claim.now, "priority": priority},
            busy_of=partial(_busy, connection, claim),
            page=most,
        )
        for row in rows:
            if not _has_room(claim, chosen, row):
                return _lock(connection, claim, chosen)
            chosen.append(row)
            if len(chosen) == most:
                return _lock(connection, claim, chosen)
    return _lock(connection, claim, chosen)


def acquire(connection: sa.Connection, claim: Claim, job_id: str) -> Job | None:
    """Lock exactly that job, if it is due and nobody holds it; ``None`` when not.

    When another exclusive job of its instance runs, it is marked as not sent: who ends that one
    sends it (`sweeping.send_next`).
    """
    values = {"id": job_id, "now": claim.now, "until": claim.now + SKEW}
    row = connection.execute(_THIS_ONE, values).one_or_none()
    if row is None:
        return None
    if _busy(connection, claim, _instances([row])):
        connection.execute(_HOLD_BACK, {"b_id": job_id})
        return None
    return _lock(connection, claim, [row])[0]


def renew(connection: sa.Connection, jobs: Sequence[Job], until: datetime) -> None:
    """Hold *jobs* until then; one that another worker has by now stays that worker's."""
    for job in jobs:
        values = {"b_id": job.id, "b_revision": job.revision, "until": until}
        connection.execute(_RENEW, values)


def release(connection: sa.Connection, jobs: Sequence[Job]) -> None:
    """Give back *jobs* that were not begun: others may have them at once."""
    for job in jobs:
        connection.execute(_RELEASE, {"b_id": job.id, "b_revision": job.revision})


def is_due(connection: sa.Connection, now: datetime) -> bool:
    """Whether a job is due that nobody holds; it may yet have to wait for another."""
    return connection.execute(_IS_DUE, {"now": now}).first() is not None


def next_due(connection: sa.Connection) -> datetime | None:
    """When the next job that nobody holds is due; ``None`` when none waits."""
    found = [due for due in connection.scalars(_FIRST_DUE) if due is not None]
    return min(found, default=None)


def free_jobs(
    connection: sa.Connection,
    statement: sa.Select[*tuple[Any, ...]],
    values: Mapping[str, object],
    *,
    busy_of: Callable[[set[str]], set[str]],
    page: int,
) -> Iterator[_Row]:
    """Rows of *statement* that may run now: of each instance one exclusive job, if none runs.

    Args:
        connection: open transaction.
        statement: jobs by due time and key, with the parameters of `PAGE`.
        values: its other parameters.
        busy_of: those of some instances of which an exclusive job runs.
        page: how many rows are read at once.
    """
    busy: set[str] = set()
    after, key = _FIRST
    while True:
        of_page = {"after": after, "key": key, "busy": sorted(busy), "most": page}
        rows = connection.execute(statement, {**values, **of_page}).all()
        busy |= busy_of(_instances(rows))
        for row in rows:
            if not row.is_exclusive:
                yield row
            elif row.instance_id not in busy:
                busy.add(row.instance_id)
                yield row
        if len(rows) < page:
            return
        # There may be more behind, when all of these belong to busy instances.
        after, key = rows[-1].due_at, rows[-1].key


def running_instances(connection: sa.Connection, instances: set[str], now: datetime) -> set[str]:
    """Those of *instances* of which an exclusive job runs."""
    if not instances:
        return set()
    values = {"instances": sorted(instances), "now": now}
    return set(connection.scalars(_BUSY, values))


def _instances(rows: Iterable[_Row]) -> set[str]:
    return {row.instance_id for row in rows if row.is_exclusive and row.instance_id is not None}


def _busy(connection: sa.Connection, claim: Claim, instances: set[str]) -> set[str]:
    """Those of *instances* of which another worker runs, or just takes, an exclusive job."""
    taken: set[str] = set()
    if instances and connection.dialect.name == "postgresql":
        taken = instances - set(connection.scalars(_GATE, {"instances": sorted(instances)}))
    return taken | running_instances(connection, instances, claim.now)


def _has_room(claim: Claim, chosen: Sequence[_Row], row: _Row) -> bool:
    if len(chosen) < claim.slots:
        return True
    is_quick = all(one.kind != WaitKind.WORK.value for one in (*chosen, row))
    return is_quick and len(chosen) < claim.ahead


def _lock(connection: sa.Connection, claim: Claim, rows: Sequence[_Row]) -> list[Job]:
    if not rows:
        return []
    values = {
        "b_ids": [row.id for row in rows],
        "worker": claim.worker,
        "until": claim.now + claim.lease,
    }
    connection.execute(_LOCK, values)
    return [_as_job(row) for row in rows]


def _as_job(row: _Row) -> Job:
    values = row._asdict()
    was_held = values.pop("locked_until") is not None
    del values["key"]
    values["kind"] = WaitKind(row.kind)
    values["revision"] += 1
    values["lost_leases"] += was_held
    return Job(**values)
