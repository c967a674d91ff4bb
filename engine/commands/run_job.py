"""What a job does to its instance: fire a timer, continue, or hand in a handler's result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from engine import tables
from engine.commands.failing import JOB_FAILED, open_incident
from engine.commands.instances import new_instance
from engine.commands.stepping import take_step
from engine.commands.transaction import Transaction
from engine.errors import BadInput
from engine.runtime.state import WaitKind
from engine.runtime.step import Complete, Continue, Fire, Start, ThrowError
from engine.runtime.timers import Cycle
from engine.services.changes import Change, ChangeKind
from engine.store.apply import move
from engine.store.history import Event, append_to_tenant

_job = tables.job
_OPEN = sa.select(_job.c.id).where(_job.c.id == sa.bindparam("id"), _job.c.retries > 0)
_DELETE = sa.delete(_job).where(_job.c.id == sa.bindparam("b_id"))
_NEXT = (
    sa.update(_job)
    .where(_job.c.id == sa.bindparam("b_id"))
    .values(
        due_at=sa.bindparam("due"),
        fired=sa.bindparam("count"),
        locked_by=None,
        locked_until=None,
        revision=_job.c.revision + 1,
    )
)
_FAIL = (
    sa.update(_job)
    .where(_job.c.id == sa.bindparam("b_id"), _job.c.revision == sa.bindparam("b_revision"))
    .values(
        retries=sa.bindparam("left"),
        due_at=sa.bindparam("due"),
        error_message=sa.bindparam("message"),
        error_details=sa.bindparam("details"),
        failures=_job.c.failures + 1,
        locked_by=None,
        locked_until=None,
        revision=_job.c.revision + 1,
    )
)
_POSTPONE = (
    sa.update(_job)
    .where(_job.c.id == sa.bindparam("b_id"), _job.c.revision == sa.bindparam("b_revision"))
    .values(
        due_at=sa.bindparam("due"),
        error_message=sa.bindparam("message"),
        locked_by=None,
        locked_until=None,
        revision=_job.c.revision + 1,
    )
)


@dataclass(frozen=True, slots=True)
class Job:
    """A job that a worker holds; ``instance_id`` is ``None`` for a timer start event.

    ``revision`` is that after locking: who locks it later changes it.
    """

    id: str
    tenant_id: str
    instance_id: str | None
    definition_id: str
    scope: int
    token: int
    wait: int
    element_id: str
    kind: WaitKind
    due_at: datetime
    retries: int
    handler: str
    arguments: str
    repeat: str
    fired: int
    revision: int


@dataclass(frozen=True, slots=True)
class Result:
    """What a handler gave: variables, or the code of a BPMN error."""

    variables: Mapping[str, object]
    error_code: str | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class JobFailed:
    """A failed attempt.

    Attributes:
        message: one sentence for a person.
        retries: how many attempts are left; 0 opens an incident.
        pause: how long to wait before the next one.
        stack: where in the code it happened, empty when nobody knows.
        request, answer: what was sent and what came back, redacted and cut; empty without.
    """

    message: str
    retries: int
    pause: timedelta = timedelta(0)
    stack: str = ""
    request: str = ""
    answer: str = ""


def run_step_of(tx: Transaction, job: Job) -> None:
    """Fire the job's timer or continue its token; nothing when it ended meanwhile."""
    if not _is_open(tx, job):
        return
    if job.instance_id is None:
        _start_by_timer(tx, job)
        return
    row = tx.instance(job.instance_id)
    if job.kind is WaitKind.TIMER:
        take_step(tx, row, Fire(job.scope, job.wait))
    else:
        take_step(tx, row, Continue(job.scope, job.token), wait=job.wait)


def hand_in(tx: Transaction, job: Job, result: Result) -> None:
    """Give a handler's result to the process; nothing when the work was cancelled meanwhile."""
    if not _is_open(tx, job) or job.instance_id is None:
        return
    row = tx.instance(job.instance_id)
    if result.error_code is None:
        take_step(tx, row, Complete(job.scope, job.token, result.variables), wait=job.wait)
        return
    code, message = result.error_code, result.message
    take_step(
        tx, row, ThrowError(job.scope, job.token, code, message, result.variables), wait=job.wait
    )


def fail_job(tx: Transaction, job: Job, failed: JobFailed) -> None:
    """The job failed: it is tried again later, or an incident is opened for a person.

    Does nothing when another worker holds the job by now.
    """
    values = {
        "b_id": job.id,
        "b_revision": job.revision,
        "left": failed.retries,
        "due": tx.now + failed.pause,
        "message": failed.message,
        "details": failed.stack or None,
    }
    if tx.connection.execute(_FAIL, values).rowcount != 1:
        return
    told = Event(
        "job-failed", job.element_id, {"message": failed.message, "retries": failed.retries}
    )
    if job.instance_id is None:
        append_to_tenant(tx.connection, job.tenant_id, [told], at=tx.now, actor=None)
        return
    row = tx.instance(job.instance_id)
    events = [told]
    if failed.retries == 0:
        source = {name: getattr(job, name) for name in _INCIDENT_FACTS}
        data = {"stack": failed.stack, "request": failed.request, "answer": failed.answer}
        events.append(open_incident(tx, source, JOB_FAILED, failed.message, data))
    move(tx.connection, row, events, tx.author())


def postpone_job(tx: Transaction, job: Job, until: datetime, reason: str) -> None:
    """The job was not tried: it is due again at *until*, which costs no attempt."""
    values = {"b_id": job.id, "b_revision": job.revision, "due": until, "message": reason}
    tx.connection.execute(_POSTPONE, values)


_INCIDENT_FACTS = (
    "id",
    "tenant_id",
    "instance_id",
    "definition_id",
    "scope",
    "token",
    "wait",
    "element_id",
)


def _is_open(tx: Transaction, job: Job) -> bool:
    """Whether the job still exists; its instance is locked first so that this stays true."""
    if job.instance_id is not None:
        tx.instance(job.instance_id)
    return tx.connection.execute(_OPEN, {"id": job.id}).first() is not None


def _start_by_timer(tx: Transaction, job: Job) -> None:
    following = Cycle.decode(job.repeat).next_after(job.fired, tx.now) if job.repeat else None
    if following is None:
        tx.connection.execute(_DELETE, {"b_id": job.id})
    else:
        count, due = following
        tx.connection.execute(_NEXT, {"b_id": job.id, "due": due, "count": count})
        tx.changes.add(Change(ChangeKind.JOBS, job.tenant_id))
    delivery = new_instance(tx, job.definition_id, Start({}, job.element_id, job.wait))
    take_step(tx, delivery.row, delivery.command)


def check_result(variables: object) -> Mapping[str, object]:
    """What a handler returned, as variables.

    Raises:
        BadInput: it is no mapping.
    """
    if variables is None:
        return {}
    if not isinstance(variables, Mapping):
        raise BadInput(
            f"The handler returned {type(variables).__name__}. Return a mapping of variables, "
            "or None."
        )
    return variables
