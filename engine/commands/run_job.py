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
from engine.runtime.step import Complete, Continue, Fire, OpenedIncident, Start, ThrowError
from engine.runtime.timers import Cycle
from engine.services.failure import WorkFailure
from engine.store import codec
from engine.store.apply import move
from engine.store.direct import Direct
from engine.store.history import Event, append_to_tenant

_job = tables.job
LET_GO: dict[str, object] = {
    "lost_leases": 0,
    "sent_at": None,
    "sends": 0,
    "locked_by": None,
    "locked_until": None,
    "revision": _job.c.revision + 1,
}
"""What every job gets that its worker lives to let go of: others may have it."""

_OPEN = Direct(sa.select(_job.c.id).where(_job.c.id == sa.bindparam("id"), _job.c.retries > 0))
_AS_SEEN = sa.and_(_job.c.id == sa.bindparam("b_id"), _job.c.revision == sa.bindparam("b_revision"))
_DELETE = sa.delete(_job).where(_AS_SEEN)
_NEXT = (
    sa.update(_job)
    .where(_AS_SEEN)
    .values(
        due_at=sa.bindparam("due"),
        fired=sa.bindparam("count"),
        failures=0,
        **LET_GO,
    )
)
_FAIL = (
    sa.update(_job)
    .where(_AS_SEEN)
    .values(
        retries=sa.bindparam("left"),
        due_at=sa.bindparam("due"),
        error_message=sa.bindparam("message"),
        error_details=sa.bindparam("details"),
        failures=_job.c.failures + 1,
        **LET_GO,
    )
)
_POSTPONE = (
    sa.update(_job)
    .where(_AS_SEEN)
    .values(
        due_at=sa.bindparam("due"),
        error_message=sa.bindparam("message"),
        **LET_GO,
    )
)


@dataclass(frozen=True, slots=True)
class Job:
    """A job that a worker holds; ``instance_id`` is ``None`` for a timer start event.

    ``revision`` is that after locking: who locks it later changes it. ``failures`` and
    ``lost_leases`` count what went wrong so far: failed attempts, and workers that died with it.
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
    is_exclusive: bool = True
    retry_cycle: str = ""
    failures: int = 0
    lost_leases: int = 0


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
    """Fire the job's timer or continue its token; nothing when it ended meanwhile.

    Raises:
        StepFailed: something failed in the step, and the diagram says how often it is tried.
    """
    if not _is_open(tx, job):
        return
    if job.kind is WaitKind.SIGNAL:
        _receive_signal(tx, job)
    elif job.instance_id is None:
        _start_by_timer(tx, job)
    elif job.kind is WaitKind.TIMER:
        take_step(tx, tx.instance(job.instance_id), Fire(job.scope, job.wait))
    else:
        command = Continue(job.scope, job.token)
        take_step(tx, tx.instance(job.instance_id), command, wait=job.wait)
    if job.retry_cycle and job.retries > 1 and tx.incidents:
        raise StepFailed(tx.incidents[0])


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
    if job.instance_id is not None:
        # As every step does, so that none of them and this one wait for each other.
        tx.instance(job.instance_id)
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
        data = {"stack": failed.stack, "request": failed.request, "answer": failed.answer}
        events.append(open_incident(tx, job, JOB_FAILED, failed.message, data))
    move(tx.connection, row, events, tx.author())


def postpone_job(tx: Transaction, job: Job, until: datetime, reason: str) -> None:
    """The job was not tried: it is due again at *until*, which costs no attempt."""
    values = {"b_id": job.id, "b_revision": job.revision, "due": until, "message": reason}
    tx.connection.execute(_POSTPONE, values)


def _is_open(tx: Transaction, job: Job) -> bool:
    """Whether the job still exists; its instance is locked first so that this stays true."""
    if job.instance_id is not None:
        tx.instance(job.instance_id)
    return bool(_OPEN.rows(tx.connection, {"id": job.id}))


def _receive_signal(tx: Transaction, job: Job) -> None:
    """A signal that was thrown asynchronously reaches the receiver that it was meant for."""
    seen = {"b_id": job.id, "b_revision": job.revision}
    if tx.connection.execute(_DELETE, seen).rowcount != 1:
        return
    brought = codec.decode_map(job.arguments)
    variables, key = brought["variables"], brought["business_key"]
    assert isinstance(variables, dict)
    if job.instance_id is not None:
        take_step(tx, tx.instance(job.instance_id), Fire(job.scope, job.wait, variables))
        return
    start = Start(variables, job.element_id, job.wait)
    delivery = new_instance(
        tx, job.definition_id, start, business_key=None if key is None else str(key)
    )
    take_step(tx, delivery.row, delivery.command)


def _start_by_timer(tx: Transaction, job: Job) -> None:
    following = Cycle.decode(job.repeat).next_after(job.fired, tx.now) if job.repeat else None
    seen = {"b_id": job.id, "b_revision": job.revision}
    if following is None:
        moved = tx.connection.execute(_DELETE, seen)
    else:
        count, due = following
        moved = tx.connection.execute(_NEXT, {**seen, "due": due, "count": count})
        tx.tell_jobs(job.tenant_id, due)
    if moved.rowcount != 1:
        # Another worker has taken it over since, and starts the instance of this occurrence.
        return
    delivery = new_instance(tx, job.definition_id, Start({}, job.element_id, job.wait))
    take_step(tx, delivery.row, delivery.command)


class StepFailed(WorkFailure):
    """A step failed that is tried again as the diagram's ``failedJobRetryTimeCycle`` says.

    After the last attempt the step is taken all the same, with its incident: there a person sees
    exactly which element failed. Camunda's incident is at the job instead.
    """

    def __init__(self, incident: OpenedIncident) -> None:
        super().__init__(
            incident.message,
            details="\n".join(f"{name}: {value}" for name, value in incident.data.items()),
        )


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
