"""Workers fetch external tasks: which are free, in which order, and what is told of each."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from engine import tables
from engine.actor import Actor, Right
from engine.commands.inputs import check_text
from engine.commands.transaction import Transaction
from engine.errors import BadInput
from engine.store import codec
from engine.store.load import RowSnapshot, read_instance
from engine.store.scopes import local_variables, readable_variables

MOST_TASKS = 1_000
LONGEST_LOCK = timedelta(days=366)

_task = tables.external_task
_instance = tables.process_instance
_definition = tables.process_definition
_variable = tables.variable

_Row = sa.Row[*tuple[Any, ...]]

_FREE = (
    sa.select(
        _task,
        _instance.c.business_key,
        _definition.c.process_id,
        _definition.c.version,
        _definition.c.version_tag,
    )
    .join(_instance, _instance.c.id == _task.c.instance_id)
    .join(_definition, _definition.c.id == _task.c.definition_id)
    .where(
        _task.c.tenant_id == sa.bindparam("tenant"),
        _task.c.topic == sa.bindparam("topic"),
        sa.not_(_task.c.is_suspended),
        sa.or_(_task.c.retries.is_(None), _task.c.retries > 0),
        sa.or_(_task.c.locked_until.is_(None), _task.c.locked_until <= sa.bindparam("now")),
    )
    .limit(sa.bindparam("most"))
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


class FetchOrder(StrEnum):
    """Which free tasks come first. The oldest come first among those of one priority."""

    PRIORITY = "priority"
    PRIORITY_NEWEST = "priority-newest"
    OLDEST = "oldest"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class Topic:
    """What a worker asks for. What is empty does not restrict.

    Attributes:
        lock_duration: how long nobody else gets what is fetched.
        variables: only these; ``None`` means all that the task sees.
        only_local: of these, those of the task itself only.
        business_key: of the instance.
        definition_ids, process_ids, version_tag: of the process; one of several.
        process_variables: variables of the process that have exactly these values.
        with_properties: tell the extension properties of the task in the diagram.
    """

    name: str
    lock_duration: timedelta = timedelta(minutes=5)
    variables: tuple[str, ...] | None = None
    only_local: bool = False
    business_key: str | None = None
    definition_ids: tuple[str, ...] = ()
    process_ids: tuple[str, ...] = ()
    version_tag: str = ""
    process_variables: Mapping[str, object] = field(default_factory=dict)
    with_properties: bool = False


@dataclass(frozen=True, slots=True)
class LockedTask:
    """A task that the worker holds until ``locked_until``. ``retries`` ``None``: never failed.

    ``headers`` are those of a Camunda 8 task, ``properties`` the extension properties, when asked
    for. ``error_message`` and ``error_details`` are of the last failure.
    """

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
    process_id: str
    version: int
    version_tag: str
    tenant_id: str
    created_at: datetime
    properties: Mapping[str, str] = field(default_factory=dict)
    error_message: str | None = None
    error_details: str | None = None


def has_free(
    connection: sa.Connection, actor: Actor, topics: Sequence[Topic], now: datetime
) -> bool:
    """Whether a fetch would find something; a question that no writer waits for.

    Raises:
        Forbidden: the actor may not work on external tasks.
    """
    actor.require(Right.WORK, "fetch", "external tasks")
    values = {"tenant": actor.tenant_id, "now": now, "most": 1}
    return any(
        connection.execute(_restricted(topic), {**values, "topic": topic.name}).first() is not None
        for topic in topics
    )


def fetch_and_lock(
    tx: Transaction,
    worker_id: str,
    topics: Sequence[Topic],
    *,
    max_tasks: int = 1,
    order: FetchOrder = FetchOrder.PRIORITY,
) -> list[LockedTask]:
    """Lock up to *max_tasks* free tasks, over all topics in *order*, for *worker_id*.

    Raises:
        Forbidden: the actor may not work on external tasks.
        BadInput: no worker id, or a number out of range.
    """
    tx.require(Right.WORK, "fetch", "external tasks")
    check_text("worker id", worker_id, required=True)
    if not 1 <= max_tasks <= MOST_TASKS:
        raise BadInput(f"maxTasks is {max_tasks}; it takes 1 to {MOST_TASKS}.")
    for topic in topics:
        check_duration(topic.lock_duration, f"lock duration of topic {topic.name!r}")
    chosen = _choose(tx, topics, max_tasks, order)
    if not chosen:
        return []
    locks = [
        {"b_id": row.id, "worker": worker_id, "until": tx.now + topic.lock_duration}
        for topic, row in chosen.values()
    ]
    tx.connection.execute(_LOCK, locks)
    return [_locked(tx, row, worker_id, topic) for topic, row in chosen.values()]


def check_duration(duration: timedelta, what: str) -> timedelta:
    """How long something is locked.

    Raises:
        BadInput: it is not longer than 0, or longer than a year.
    """
    if not timedelta(0) < duration <= LONGEST_LOCK:
        raise BadInput(
            f"The {what} is {duration}; it must be longer than 0 and at most {LONGEST_LOCK.days} "
            "days."
        )
    return duration


def _choose(
    tx: Transaction, topics: Sequence[Topic], most: int, order: FetchOrder
) -> dict[str, tuple[Topic, _Row]]:
    """Up to *most* free tasks by id; each topic gives its first ones, the best of all are taken."""
    values = {"tenant": tx.actor.tenant_id, "now": tx.now, "most": most}
    found = []
    for number, topic in enumerate(topics):
        statement = _STATEMENTS[order] if _is_plain(topic) else _ordered(_restricted(topic), order)
        rows = tx.connection.execute(statement, {**values, "topic": topic.name}).all()
        found.append([(_RANK[order](row), number, row) for row in rows])
    chosen: dict[str, tuple[Topic, _Row]] = {}
    for _, number, row in heapq.merge(*found, key=lambda one: one[:2]):
        # Two topics of one name may find the same task: the first of them counts.
        if len(chosen) < most:
            chosen.setdefault(row.id, (topics[number], row))
    return chosen


def _is_plain(topic: Topic) -> bool:
    return not (
        topic.business_key
        or topic.definition_ids
        or topic.process_ids
        or topic.version_tag
        or topic.process_variables
    )


def _restricted(topic: Topic) -> sa.Select[*tuple[Any, ...]]:
    statement = _FREE
    if topic.business_key:
        statement = statement.where(_instance.c.business_key == topic.business_key)
    if topic.definition_ids:
        statement = statement.where(_task.c.definition_id.in_(topic.definition_ids))
    if topic.process_ids:
        statement = statement.where(_definition.c.process_id.in_(topic.process_ids))
    if topic.version_tag:
        statement = statement.where(_definition.c.version_tag == topic.version_tag)
    for name, value in topic.process_variables.items():
        statement = statement.where(has_variable(name, value))
    return statement


def has_variable(name: str, value: object) -> sa.ColumnElement[bool]:
    """The instance of an external task has a process variable with exactly that value."""
    return (
        sa.select(_variable.c.name)
        .where(
            _variable.c.instance_id == _task.c.instance_id,
            _variable.c.scope == 0,
            _variable.c.name == name,
            _variable.c.value == codec.encode(value),
        )
        .correlate(_task)
        .exists()
    )


def _ordered(
    statement: sa.Select[*tuple[Any, ...]], order: FetchOrder
) -> sa.Select[*tuple[Any, ...]]:
    newest = order in {FetchOrder.NEWEST, FetchOrder.PRIORITY_NEWEST}
    by_age = _task.c.key.desc() if newest else _task.c.key
    by = [by_age]
    if order in {FetchOrder.PRIORITY, FetchOrder.PRIORITY_NEWEST}:
        by = [_task.c.priority.desc(), by_age]
    return statement.order_by(*by).with_for_update(of=_task, skip_locked=True)


_STATEMENTS = {order: _ordered(_FREE, order) for order in FetchOrder}
_RANK: Mapping[FetchOrder, Callable[[_Row], tuple[int, ...]]] = {
    FetchOrder.PRIORITY: lambda row: (-row.priority, row.key),
    FetchOrder.PRIORITY_NEWEST: lambda row: (-row.priority, -row.key),
    FetchOrder.OLDEST: lambda row: (row.key,),
    FetchOrder.NEWEST: lambda row: (-row.key,),
}


def _locked(tx: Transaction, row: _Row, worker_id: str, topic: Topic) -> LockedTask:
    node = tx.definition(row.definition_id).model.node[row.element_id]
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
        locked_until=tx.now + topic.lock_duration,
        variables=_variables(tx, row, topic),
        headers=codec.decode_map(row.headers),
        process_id=row.process_id,
        version=row.version,
        version_tag=row.version_tag,
        tenant_id=row.tenant_id,
        created_at=row.created_at,
        properties=node.properties if topic.with_properties else {},
        error_message=row.error_message,
        error_details=row.error_details,
    )


def _variables(tx: Transaction, row: _Row, topic: Topic) -> dict[str, object]:
    if topic.variables == ():
        return {}
    snapshot = RowSnapshot(tx.connection, read_instance(tx.connection, row.instance_id))
    dialect = tx.definition(row.definition_id).model.dialect
    if topic.only_local:
        seen = local_variables(snapshot, row.scope, row.element_id, dialect)
    else:
        seen = readable_variables(snapshot, row.scope, dialect)
    if topic.variables is None:
        return seen
    return {name: seen[name] for name in topic.variables if name in seen}
