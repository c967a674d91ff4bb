"""Jobs for operators: which wait, run, failed, are due since when, and who holds them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from engine import tables
from engine.actor import Actor
from engine.queries.page import COUNT_CAP, AnyRow, Page, Window, counted
from engine.store import codec

_job = tables.job
_definition = tables.process_definition
_NOW = sa.bindparam("now", type_=_job.c.due_at.type)


class JobState(StrEnum):
    """What becomes of a job next.

    DUE: the next free worker takes it. SCHEDULED: later. RUNNING: a worker holds it. DEAD: no
    attempt is left, its incident waits for a person. SUSPENDED: until it, its instance or its
    definition is resumed.
    """

    DUE = "due"
    SCHEDULED = "scheduled"
    RUNNING = "running"
    DEAD = "dead"
    SUSPENDED = "suspended"


@dataclass(frozen=True, slots=True)
class JobFilter:
    """Which jobs. Empty fields do not filter.

    Attributes:
        kind: timer, async or work.
        handler: the name of the handler or connector.
        worker: who holds them.
    """

    instance_id: str = ""
    definition_id: str = ""
    kind: str = ""
    state: JobState | None = None
    handler: str = ""
    worker: str = ""


ALL_JOBS = JobFilter()


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job that is not done. ``kind`` is timer, async or work; ``retries`` 0 is a dead one.

    Attributes:
        failures: attempts that failed since it was opened, or since a person retried it.
        lost_leases: workers in a row that died with it.
    """

    id: str
    key: int
    kind: str
    state: JobState
    instance_id: str | None
    definition_id: str
    process_name: str
    element_id: str
    due_at: datetime
    priority: int
    retries: int
    failures: int
    lost_leases: int
    handler: str
    error_message: str | None
    is_suspended: bool
    locked_by: str | None
    locked_until: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class JobDetail:
    """One job with all that is known of it; ``error_details`` is the stack of the last failure."""

    row: JobRow
    arguments: dict[str, object] = field(default_factory=dict)
    error_details: str = ""
    retry_cycle: str = ""
    is_exclusive: bool = True
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class JobWorker:
    """A process that holds jobs; ``until`` is the earliest end of a lease that it must renew."""

    name: str
    jobs: int
    until: datetime


# A dead job may be suspended, too; then nothing would happen on retry: say so first.
_STATE = sa.case(
    (_job.c.is_suspended, JobState.SUSPENDED.value),
    (_job.c.retries <= 0, JobState.DEAD.value),
    (_job.c.locked_until > _NOW, JobState.RUNNING.value),
    (_job.c.due_at > _NOW, JobState.SCHEDULED.value),
    else_=JobState.DUE.value,
)
_ROWS = (
    sa.select(
        _job.c.id,
        _job.c.key,
        _job.c.kind,
        _STATE.label("state"),
        _job.c.instance_id,
        _job.c.definition_id,
        _definition.c.name.label("process_name"),
        _job.c.element_id,
        _job.c.due_at,
        _job.c.priority,
        _job.c.retries,
        _job.c.failures,
        _job.c.lost_leases,
        _job.c.handler,
        _job.c.error_message,
        _job.c.is_suspended,
        _job.c.locked_by,
        _job.c.locked_until,
        _job.c.created_at,
    )
    .join(_definition, _definition.c.id == _job.c.definition_id)
    .order_by(_job.c.due_at, _job.c.key)
)
_DETAIL = _ROWS.add_columns(
    _job.c.arguments,
    _job.c.error_details,
    _job.c.retry_cycle,
    _job.c.is_exclusive,
    _job.c.sent_at,
).where(_job.c.id == sa.bindparam("id"), _job.c.tenant_id == sa.bindparam("tenant"))
_WORKERS = (
    sa.select(
        _job.c.locked_by,
        sa.func.count().label("jobs"),
        sa.func.min(_job.c.locked_until).label("until"),
    )
    .where(_job.c.tenant_id == sa.bindparam("tenant"), _job.c.locked_until > _NOW)
    .group_by(_job.c.locked_by)
    .order_by(_job.c.locked_by)
)


def list_jobs(
    connection: sa.Connection, actor: Actor, wanted: JobFilter, window: Window, now: datetime
) -> Page[JobRow]:
    """Jobs of the actor's organisation in due order, as they are at *now* (aware UTC)."""
    matching = _ROWS.where(_job.c.tenant_id == actor.tenant_id)
    for column, value in (
        (_job.c.instance_id, wanted.instance_id),
        (_job.c.definition_id, wanted.definition_id),
        (_job.c.kind, wanted.kind),
        (_job.c.handler, wanted.handler),
        (_job.c.locked_by, wanted.worker),
        (_STATE, wanted.state and wanted.state.value),
    ):
        if value:
            matching = matching.where(column == value)
    matching = matching.params(now=now)
    rows = connection.execute(matching.limit(window.size + 1).offset(window.offset))
    total = counted(connection, matching, cap=COUNT_CAP)
    return window.page([_row(row) for row in rows], total)


def find_job(
    connection: sa.Connection, actor: Actor, job_id: str, now: datetime
) -> JobDetail | None:
    """One job of the actor's organisation."""
    values = {"id": job_id, "tenant": actor.tenant_id, "now": now}
    row = connection.execute(_DETAIL, values).one_or_none()
    if row is None:
        return None
    return JobDetail(
        _row(row),
        codec.decode_map(row.arguments),
        row.error_details or "",
        row.retry_cycle,
        row.is_exclusive,
        row.sent_at,
    )


def list_workers(connection: sa.Connection, actor: Actor, now: datetime) -> list[JobWorker]:
    """Who holds jobs of the actor's organisation at *now*, by name."""
    values = {"tenant": actor.tenant_id, "now": now}
    return [JobWorker(*row) for row in connection.execute(_WORKERS, values)]


def _row(row: AnyRow) -> JobRow:
    values = row._asdict()
    known = {name: values[name] for name in JobRow.__dataclass_fields__}
    return JobRow(**{**known, "state": JobState(row.state)})
