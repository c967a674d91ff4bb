"""External tasks that a worker holds: complete, fail, throw an error, extend, lock, unlock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa

from engine import tables
from engine.actor import Right
from engine.commands.external_fetch import LONGEST_LOCK, check_duration
from engine.commands.failing import WORKER_FAILED, forget_incidents, open_incident
from engine.commands.inputs import check_text, check_variables
from engine.commands.stepping import take_step
from engine.commands.transaction import Transaction
from engine.errors import BadInput, Conflict, NotActive, NotFound
from engine.runtime.state import Status
from engine.runtime.step import (
    AdHocChoice,
    Complete,
    SetVariables,
    ThrowError,
    Verdict,
    WorkFailed,
)
from engine.services.changes import Change, ChangeKind
from engine.store.apply import move
from engine.store.direct import Direct, rows_of_both
from engine.store.history import Event
from engine.store.load import (
    INSTANCE_COLUMNS,
    VARIABLES_OF_EXTERNAL_TASK,
    InstanceRow,
    instance_row,
)

MOST_RETRIES = 1_000_000

_task = tables.external_task
_instance = tables.process_instance

_COLUMNS = (
    _task.c.id,
    _task.c.tenant_id,
    _task.c.instance_id,
    _task.c.definition_id,
    _task.c.scope,
    _task.c.token,
    _task.c.wait,
    _task.c.element_id,
    _task.c.worker_id,
    _task.c.locked_until,
    _task.c.retries,
    _task.c.error_message,
)
# Both rows are locked at once, the instance first as every step does, so that no fetch and no step
# of somebody else comes between looking and writing.
_PLACE = Direct(
    sa.select(*_COLUMNS, *INSTANCE_COLUMNS)
    .join(_instance, _instance.c.id == _task.c.instance_id)
    .where(_task.c.id == sa.bindparam("task"), _task.c.tenant_id == sa.bindparam("tenant"))
    .with_for_update(of=[_instance, _task])
)
_EXISTS = sa.select(_task.c.id).where(_task.c.id == sa.bindparam("id"))
_CHANGE = sa.update(_task).where(_task.c.id == sa.bindparam("b_id"))
_LOCK = _CHANGE.values(
    worker_id=sa.bindparam("worker"),
    locked_until=sa.bindparam("until"),
    revision=_task.c.revision + 1,
)
_FAIL = _CHANGE.values(
    worker_id=None,
    retries=sa.bindparam("retries"),
    locked_until=sa.bindparam("until"),
    error_message=sa.bindparam("message"),
    error_details=sa.bindparam("details"),
    revision=_task.c.revision + 1,
)
_SET_RETRIES = _CHANGE.values(retries=sa.bindparam("retries"), revision=_task.c.revision + 1)
_SET_PRIORITY = _CHANGE.values(priority=sa.bindparam("priority"), revision=_task.c.revision + 1)


class HeldByOther(Conflict):
    """Another worker holds the external task, or nobody does; ``by`` says who."""

    code = "held-by-other"

    def __init__(self, task_id: str, worker_id: str, *, by: str | None) -> None:
        super().__init__(
            f"External task {task_id} is held by {by or 'nobody'}, not by {worker_id}. "
            "Fetch it again."
        )
        self.by = by


@dataclass(frozen=True, slots=True)
class _Place:
    """The row of a task, and the instance that it is in, both locked."""

    id: str
    tenant_id: str
    instance_id: str
    definition_id: str
    scope: int
    token: int
    wait: int
    element_id: str
    worker_id: str | None
    locked_until: datetime | None
    retries: int | None
    error_message: str | None
    instance: InstanceRow


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A worker's report that it failed. ``retries`` 0 opens an incident at once.

    ``variables`` are written where the task sees them, ``local_variables`` at the task itself.
    """

    message: str
    details: str = ""
    retries: int = 0
    retry_timeout: timedelta = timedelta(0)
    variables: Mapping[str, object] = field(default_factory=dict)
    local_variables: Mapping[str, object] = field(default_factory=dict)


def complete_external(
    tx: Transaction,
    task_id: str,
    *,
    worker_id: str,
    variables: Mapping[str, object] | None = None,
    local_variables: Mapping[str, object] | None = None,
    result: Verdict | AdHocChoice | None = None,
) -> None:
    """The work is done; its variables go into the process.

    *result*: what a worker that listens to a user task says of what is wanted of it, or what the
    worker of an ad-hoc sub-process chose.

    Raises:
        Forbidden: the actor may not work on external tasks.
        NotFound: no such task; it may be done or cancelled.
        HeldByOther: another worker holds it, or nobody does.
        NotActive: it is suspended.
        NotStartable: it chose what the ad-hoc sub-process cannot start.
        BadInput: a variable cannot be stored.
    """
    given, local = check_variables(variables), check_variables(local_variables)
    verdict = result if isinstance(result, Verdict) else None
    choice = result if isinstance(result, AdHocChoice) else None
    for _, own in choice.start if choice else ():
        check_variables(own)
    place = _held(tx, task_id, worker_id)
    command = Complete(place.scope, place.token, given, local, verdict, choice)
    take_step(tx, place.instance, command, wait=place.wait)


def throw_external(
    tx: Transaction,
    task_id: str,
    *,
    worker_id: str,
    code: str,
    message: str = "",
    variables: Mapping[str, object] | None = None,
) -> None:
    """The work ended with a BPMN error, which the diagram may catch.

    Raises:
        Forbidden, NotFound, HeldByOther, NotActive, BadInput: as of `complete_external`.
    """
    given = check_variables(variables)
    check_text("error code", code, required=True)
    place = _held(tx, task_id, worker_id)
    command = ThrowError(place.scope, place.token, code, message, given)
    take_step(tx, place.instance, command, wait=place.wait)


def fail_external(tx: Transaction, task_id: str, *, worker_id: str, breakdown: Breakdown) -> None:
    """The work failed: it is free again after the timeout, or an incident without retries.

    Raises:
        Forbidden, NotFound, HeldByOther, NotActive: as of `complete_external`.
        BadInput: retries or timeout are out of range, or a variable cannot be stored.
    """
    _check_breakdown(breakdown)
    given = check_variables(breakdown.variables)
    local = check_variables(breakdown.local_variables)
    place = _held(tx, task_id, worker_id)
    instance = place.instance
    for values, is_local in ((given, False), (local, True)):
        if values:
            take_step(tx, instance, SetVariables(place.scope, values, local=is_local))
    if ((given or local) and _is_over(tx, task_id)) or _is_error(tx, place, breakdown):
        return
    until = tx.now + breakdown.retry_timeout if breakdown.retry_timeout else None
    told = {"message": breakdown.message, "details": breakdown.details}
    values_told = {"b_id": task_id, "retries": breakdown.retries, "until": until, **told}
    tx.connection.execute(_FAIL, values_told)
    data = {"message": breakdown.message, "retries": breakdown.retries, "worker": worker_id}
    events = [Event("external-task-failed", place.element_id, data)]
    if breakdown.retries == 0:
        forget_incidents(tx, task_id)
        events.append(open_incident(tx, place, WORKER_FAILED, breakdown.message))
    move(tx.connection, instance, events, tx.author())
    _tell(tx, place)


def extend_lock(tx: Transaction, task_id: str, *, worker_id: str, duration: timedelta) -> datetime:
    """The worker holds the task for *duration* from now; until when.

    A lock that ran out is extended too, as long as nobody else took the task.

    Raises:
        Forbidden, NotFound, HeldByOther, NotActive: as of `complete_external`.
        BadInput: *duration* is out of range.
    """
    check_duration(duration, "new lock duration")
    _held(tx, task_id, worker_id, with_variables=False)
    return _hold(tx, task_id, worker_id, duration)


def lock(tx: Transaction, task_id: str, *, worker_id: str, duration: timedelta) -> datetime:
    """Lock one certain task without fetching it; until when.

    Raises:
        Forbidden, NotFound, NotActive: as of `complete_external`.
        HeldByOther: another worker holds it, and its lock did not run out.
        BadInput: *duration* is out of range, or there is no worker id.
    """
    check_duration(duration, "lock duration")
    check_text("worker id", worker_id, required=True)
    place = _workable(tx, task_id)
    is_locked = place.locked_until is not None and place.locked_until > tx.now
    if is_locked and place.worker_id != worker_id:
        raise HeldByOther(task_id, worker_id, by=place.worker_id)
    return _hold(tx, task_id, worker_id, duration)


def unlock(tx: Transaction, task_id: str) -> None:
    """Whoever holds the task loses it; others may fetch it at once.

    Raises:
        Forbidden: the actor may not work on external tasks.
        NotFound: no such task.
    """
    place = _find(tx, task_id)
    tx.connection.execute(_LOCK, {"b_id": task_id, "worker": None, "until": None})
    _tell(tx, place)


def set_retries(tx: Transaction, task_id: str, retries: int) -> None:
    """How often the task is still tried; from 0 to more ends its incident, 0 opens one.

    Raises:
        Forbidden, NotFound: as of `unlock`.
        NotActive: its instance is over or suspended.
        BadInput: *retries* is out of range.
    """
    _check_retries(retries)
    place = _workable(tx, task_id)
    if place.retries == retries:
        return
    tx.connection.execute(_SET_RETRIES, {"b_id": task_id, "retries": retries})
    events = []
    if retries == 0:
        message = place.error_message or "Somebody set the retries of the external task to 0."
        events = [open_incident(tx, place, WORKER_FAILED, message)]
    elif place.retries == 0:
        forget_incidents(tx, task_id)
        told = {"how": "retried", "kind": WORKER_FAILED, "retries": retries}
        events = [Event("incident-resolved", place.element_id, told)]
    if events:
        move(tx.connection, place.instance, events, tx.author())
    _tell(tx, place)


def set_priority(tx: Transaction, task_id: str, priority: int) -> None:
    """Which tasks are fetched first: those with the higher number.

    Raises:
        Forbidden, NotFound: as of `unlock`.
        BadInput: *priority* does not fit in 32 bits.
    """
    if not -(2**31) <= priority < 2**31:
        raise BadInput(f"The priority {priority} does not fit in 32 bits.")
    place = _find(tx, task_id)
    tx.connection.execute(_SET_PRIORITY, {"b_id": task_id, "priority": priority})
    _tell(tx, place)


def _check_breakdown(breakdown: Breakdown) -> None:
    _check_retries(breakdown.retries)
    if not timedelta(0) <= breakdown.retry_timeout <= LONGEST_LOCK:
        raise BadInput(
            f"The retry timeout is {breakdown.retry_timeout}; it must be from 0 to "
            f"{LONGEST_LOCK.days} days."
        )


def _check_retries(retries: int) -> None:
    if not 0 <= retries <= MOST_RETRIES:
        raise BadInput(f"retries is {retries}; it takes 0 to {MOST_RETRIES}.")


def _is_over(tx: Transaction, task_id: str) -> bool:
    """Whether the step before ended the task, as a condition may that sees a new variable."""
    return tx.connection.execute(_EXISTS, {"id": task_id}).first() is None


def _is_error(tx: Transaction, place: _Place, breakdown: Breakdown) -> bool:
    """Whether the diagram took the failure for a BPMN error, so that the task is over."""
    node = tx.definition(place.definition_id).model.node.get(place.element_id)
    if node is None or node.work is None or not node.work.errors:
        return False
    command = WorkFailed(place.scope, place.token, breakdown.message, breakdown.details)
    take_step(tx, place.instance, command, wait=place.wait)
    return _is_over(tx, place.id)


def _hold(tx: Transaction, task_id: str, worker_id: str, duration: timedelta) -> datetime:
    until = tx.now + duration
    tx.connection.execute(_LOCK, {"b_id": task_id, "worker": worker_id, "until": until})
    return until


def _find(tx: Transaction, task_id: str, *, with_variables: bool = False) -> _Place:
    tx.require(Right.WORK, "work on", "external tasks")
    values = {"task": task_id, "tenant": tx.actor.tenant_id}
    variables = None
    if with_variables:
        # What the step reads costs no trip of its own.
        rows, variables = rows_of_both(tx.connection, _PLACE, VARIABLES_OF_EXTERNAL_TASK, values)
    else:
        rows = _PLACE.rows(tx.connection, values)
    if not rows:
        raise NotFound("external task", task_id)
    count = len(_COLUMNS)
    instance = tx.keep(instance_row(rows[0][count:]))
    instance.root_variables = variables
    return _Place(*[*rows[0][:count], instance])


def _workable(tx: Transaction, task_id: str, *, with_variables: bool = False) -> _Place:
    place = _find(tx, task_id, with_variables=with_variables)
    if place.instance.status is not Status.ACTIVE:
        raise NotActive("external task", task_id, "SUSPENDED")
    return place


def _held(tx: Transaction, task_id: str, worker_id: str, *, with_variables: bool = True) -> _Place:
    """The task; a lock that ran out still counts as long as nobody else took it."""
    place = _workable(tx, task_id, with_variables=with_variables)
    if place.worker_id != worker_id:
        raise HeldByOther(task_id, worker_id, by=place.worker_id)
    return place


def _tell(tx: Transaction, place: _Place) -> None:
    tx.changes.add(Change(ChangeKind.EXTERNAL_TASKS, place.tenant_id, place.instance_id))
