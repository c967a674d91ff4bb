"""External tasks: workers fetch, lock, complete, fail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from engine import tables
from engine.actor import Right
from engine.commands.failing import WORKER_FAILED, open_incident
from engine.commands.inputs import check_text, check_variables
from engine.commands.stepping import take_step
from engine.commands.transaction import Transaction
from engine.errors import BadInput, Conflict, NotActive, NotFound
from engine.runtime.state import Status
from engine.runtime.step import Complete, ThrowError, WorkFailed
from engine.services.changes import Change, ChangeKind
from engine.store import codec
from engine.store.apply import move
from engine.store.history import Event
from engine.store.load import RowSnapshot, read_instance
from engine.store.scopes import readable_variables

_task = tables.external_task
_instance = tables.process_instance

MOST_TASKS = 1_000

_FREE = (
    sa.select(_task, _instance.c.business_key)
    .join(_instance, _instance.c.id == _task.c.instance_id)
    .where(
        _task.c.tenant_id == sa.bindparam("tenant"),
        _task.c.topic == sa.bindparam("topic"),
        sa.not_(_task.c.is_suspended),
        sa.or_(_task.c.retries.is_(None), _task.c.retries > 0),
        sa.or_(_task.c.locked_until.is_(None), _task.c.locked_until <= sa.bindparam("now")),
    )
    .order_by(_task.c.priority.desc(), _task.c.key)
    .limit(sa.bindparam("most"))
    .with_for_update(of=_task, skip_locked=True)
)
_LOCK = (
    sa.update(_task)
    .where(_task.c.id == sa.bindparam("b_id"))
    .values(
        worker_id=sa.bindparam("worker"),
        locked_until=sa.bindparam("until"),
        revision=_task.c.revision + 1,
    )
)
_FAIL = (
    sa.update(_task)
    .where(_task.c.id == sa.bindparam("b_id"))
    .values(
        worker_id=None,
        retries=sa.bindparam("retries"),
        locked_until=sa.bindparam("until"),
        error_message=sa.bindparam("message"),
        error_details=sa.bindparam("details"),
        revision=_task.c.revision + 1,
    )
)
_BY_ID = sa.select(_task).where(_task.c.id == sa.bindparam("id"))


@dataclass(frozen=True, slots=True)
class Topic:
    """What a worker asks for. ``variables``: only these; ``None`` means all that the task sees."""

    name: str
    lock_duration: timedelta = timedelta(minutes=5)
    variables: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class LockedTask:
    """A task that the worker holds until ``locked_until``. ``retries`` ``None``: never failed."""

    id: str
    key: int
    topic: str
    worker_id: str
    instance_id: str
    definition_id: str
    element_id: str
    business_key: str | None
    priority: int
    retries: int | None
    locked_until: datetime
    variables: Mapping[str, object]
    headers: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A worker's report that it failed. ``retries`` 0 opens an incident at once."""

    message: str
    details: str = ""
    retries: int = 0
    retry_timeout: timedelta = timedelta(0)


def fetch_and_lock(
    tx: Transaction, worker_id: str, topics: Sequence[Topic], *, max_tasks: int = 1
) -> list[LockedTask]:
    """Lock up to *max_tasks* free tasks, highest priority first, for *worker_id*.

    Raises:
        Forbidden: the actor may not work on external tasks.
        BadInput: no worker id, or a number out of range.
    """
    tx.require(Right.WORK, "fetch", "external tasks")
    check_text("worker id", worker_id, required=True)
    if not 1 <= max_tasks <= MOST_TASKS:
        raise BadInput(f"maxTasks is {max_tasks}; it takes 1 to {MOST_TASKS}.")
    found: list[LockedTask] = []
    for topic in topics:
        if topic.lock_duration <= timedelta(0):
            raise BadInput(f"The lock duration of topic {topic.name!r} must be longer than 0.")
        values = {
            "tenant": tx.actor.tenant_id,
            "topic": topic.name,
            "now": tx.now,
            "most": max_tasks - len(found),
        }
        rows = tx.connection.execute(_FREE, values).all() if values["most"] else []
        found.extend(_lock(tx, row, worker_id, topic) for row in rows)
    return found


def complete_external(
    tx: Transaction,
    task_id: str,
    *,
    worker_id: str,
    variables: Mapping[str, object] | None = None,
    local_variables: Mapping[str, object] | None = None,
) -> None:
    """The work is done; its result goes into the process.

    Raises:
        NotFound: no such task; it may be done or cancelled.
        Conflict: another worker holds it.
        NotActive: it is suspended.
        BadInput: a variable cannot be stored.
    """
    given, local = check_variables(variables), check_variables(local_variables)
    row = _held(tx, task_id, worker_id)
    command = Complete(row.scope, row.token, given, local)
    take_step(tx, tx.instance(row.instance_id), command, wait=row.wait)


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
        NotFound, Conflict, NotActive, BadInput: as of `complete_external`.
    """
    given = check_variables(variables)
    row = _held(tx, task_id, worker_id)
    command = ThrowError(row.scope, row.token, code, message, given)
    take_step(tx, tx.instance(row.instance_id), command, wait=row.wait)


def fail_external(tx: Transaction, task_id: str, *, worker_id: str, breakdown: Breakdown) -> None:
    """The work failed: it is free again after the timeout, or an incident without retries.

    Raises:
        NotFound, Conflict, NotActive: as of `complete_external`.
        BadInput: negative retries.
    """
    if breakdown.retries < 0:
        raise BadInput(f"retries is {breakdown.retries}; it takes 0 or more.")
    row = _held(tx, task_id, worker_id)
    instance = tx.instance(row.instance_id)
    if _is_error(tx, row, breakdown):
        return
    values = {
        "b_id": task_id,
        "retries": breakdown.retries,
        "until": tx.now + breakdown.retry_timeout if breakdown.retry_timeout else None,
        "message": breakdown.message,
        "details": breakdown.details,
    }
    tx.connection.execute(_FAIL, values)
    told = {"message": breakdown.message, "retries": breakdown.retries, "worker": worker_id}
    events = [Event("external-task-failed", row.element_id, told)]
    if breakdown.retries == 0:
        events.append(open_incident(tx, row._asdict(), WORKER_FAILED, breakdown.message))
    move(tx.connection, instance, events, tx.author())
    tx.changes.add(Change(ChangeKind.EXTERNAL_TASKS, row.tenant_id, row.instance_id))


def _is_error(tx: Transaction, row: sa.Row[*tuple[Any, ...]], breakdown: Breakdown) -> bool:
    """Whether the diagram took the failure for a BPMN error, so that the task is over."""
    instance = tx.instance(row.instance_id)
    node = tx.definition(row.definition_id).model.node.get(row.element_id)
    if node is None or node.work is None or not node.work.errors:
        return False
    command = WorkFailed(row.scope, row.token, breakdown.message, breakdown.details)
    take_step(tx, instance, command, wait=row.wait)
    return tx.connection.execute(_BY_ID, {"id": row.id}).first() is None


def extend_lock(tx: Transaction, task_id: str, *, worker_id: str, duration: timedelta) -> datetime:
    """The worker holds the task for *duration* from now; until when.

    Raises:
        NotFound, Conflict, NotActive: as of `complete_external`.
        BadInput: *duration* is not positive.
    """
    if duration <= timedelta(0):
        raise BadInput("The new lock duration must be longer than 0.")
    _held(tx, task_id, worker_id)
    until = tx.now + duration
    tx.connection.execute(_LOCK, {"b_id": task_id, "worker": worker_id, "until": until})
    return until


def unlock(tx: Transaction, task_id: str) -> None:
    """Whoever holds the task loses it; others may fetch it at once.

    Raises:
        Forbidden: the actor may not work on external tasks.
        NotFound: no such task.
    """
    tx.require(Right.WORK, "unlock", "external tasks")
    row = _find(tx, task_id)
    tx.connection.execute(_LOCK, {"b_id": task_id, "worker": None, "until": None})
    tx.changes.add(Change(ChangeKind.EXTERNAL_TASKS, row.tenant_id, row.instance_id))


def _lock(
    tx: Transaction, row: sa.Row[*tuple[Any, ...]], worker_id: str, topic: Topic
) -> LockedTask:
    until = tx.now + topic.lock_duration
    tx.connection.execute(_LOCK, {"b_id": row.id, "worker": worker_id, "until": until})
    snapshot = RowSnapshot(tx.connection, read_instance(tx.connection, row.instance_id))
    seen = readable_variables(snapshot, row.scope, tx.definition(row.definition_id).model.dialect)
    if topic.variables is not None:
        seen = {name: seen[name] for name in topic.variables if name in seen}
    return LockedTask(
        id=row.id,
        key=row.key,
        topic=row.topic,
        worker_id=worker_id,
        instance_id=row.instance_id,
        definition_id=row.definition_id,
        element_id=row.element_id,
        business_key=row.business_key,
        priority=row.priority,
        retries=row.retries,
        locked_until=until,
        variables=seen,
        headers=codec.decode_map(row.headers),
    )


def _find(tx: Transaction, task_id: str) -> sa.Row[*tuple[Any, ...]]:
    row = tx.connection.execute(_BY_ID, {"id": task_id}).one_or_none()
    if row is None or row.tenant_id != tx.actor.tenant_id:
        raise NotFound("external task", task_id)
    return row


def _held(tx: Transaction, task_id: str, worker_id: str) -> sa.Row[*tuple[Any, ...]]:
    """The task; a lock that ran out still counts as long as nobody else took it."""
    tx.require(Right.WORK, "work on", "external tasks")
    row = _find(tx, task_id)
    if row.worker_id != worker_id:
        raise Conflict(
            f"External task {task_id} is held by {row.worker_id or 'nobody'}, not by {worker_id}. "
            "Fetch it again."
        )
    if tx.instance(row.instance_id).status is not Status.ACTIVE:
        raise NotActive("external task", task_id, "SUSPENDED")
    return row
