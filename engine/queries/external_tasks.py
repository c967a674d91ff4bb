"""External tasks as a worker or an operator looks for them, with the filters of Camunda's API."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from engine import tables
from engine.actor import Actor

_task = tables.external_task
_instance = tables.process_instance
_definition = tables.process_definition


class ExternalTaskSort(StrEnum):
    """By what a list of external tasks is sorted."""

    ID = "id"
    LOCK_EXPIRATION = "lock-expiration"
    INSTANCE = "instance"
    DEFINITION = "definition"
    PROCESS = "process"
    PRIORITY = "priority"
    CREATED = "created"


@dataclass(frozen=True, slots=True)
class ExternalTaskFilter:
    """Which external tasks; what is ``None`` or empty does not restrict.

    Attributes:
        is_locked: somebody holds it, and the lock did not run out.
        has_retries: it may be fetched; ``False``: it waits for a person, who sees an incident.
        locked_after, locked_before: when its lock runs out.
        at_least, at_most: its priority.
    """

    ids: tuple[str, ...] | None = None
    topic: str = ""
    worker_id: str = ""
    is_locked: bool | None = None
    has_retries: bool | None = None
    is_suspended: bool | None = None
    locked_after: datetime | None = None
    locked_before: datetime | None = None
    element_ids: tuple[str, ...] | None = None
    instance_ids: tuple[str, ...] | None = None
    definition_id: str = ""
    process_ids: tuple[str, ...] | None = None
    at_least: int | None = None
    at_most: int | None = None


@dataclass(frozen=True, slots=True)
class ExternalTask:
    """An open external task. ``retries`` ``None``: it never failed."""

    id: str
    key: int
    topic: str
    instance_id: str
    definition_id: str
    process_id: str
    version: int
    version_tag: str
    element_id: str
    scope: int
    tenant_id: str
    business_key: str | None
    priority: int
    retries: int | None
    worker_id: str | None
    locked_until: datetime | None
    is_suspended: bool
    error_message: str | None
    error_details: str | None
    created_at: datetime


_ROWS = (
    sa.select(
        _task.c.id,
        _task.c.key,
        _task.c.topic,
        _task.c.instance_id,
        _task.c.definition_id,
        _definition.c.process_id,
        _definition.c.version,
        _definition.c.version_tag,
        _task.c.element_id,
        _task.c.scope,
        _task.c.tenant_id,
        _instance.c.business_key,
        _task.c.priority,
        _task.c.retries,
        _task.c.worker_id,
        _task.c.locked_until,
        _task.c.is_suspended,
        _task.c.error_message,
        _task.c.error_details,
        _task.c.created_at,
    )
    .join(_instance, _instance.c.id == _task.c.instance_id)
    .join(_definition, _definition.c.id == _task.c.definition_id)
)

_COLUMNS: dict[ExternalTaskSort, sa.ColumnElement[Any]] = {
    ExternalTaskSort.ID: _task.c.id,
    ExternalTaskSort.LOCK_EXPIRATION: _task.c.locked_until,
    ExternalTaskSort.INSTANCE: _task.c.instance_id,
    ExternalTaskSort.DEFINITION: _task.c.definition_id,
    ExternalTaskSort.PROCESS: _definition.c.process_id,
    ExternalTaskSort.PRIORITY: _task.c.priority,
    ExternalTaskSort.CREATED: _task.c.created_at,
}


@dataclass(frozen=True, slots=True)
class Listing:
    """Which part of a list, in which order.

    Attributes:
        order: pairs of what to sort by and whether the largest come first; then the oldest first.
        first: how many to leave out at the top.
        most: how many at most.
    """

    order: Sequence[tuple[ExternalTaskSort, bool]] = ()
    first: int = 0
    most: int = 500


def list_tasks(
    connection: sa.Connection,
    actor: Actor,
    wanted: ExternalTaskFilter,
    listing: Listing,
    *,
    now: datetime,
) -> list[ExternalTask]:
    """Matching tasks of the tenant; a lock counts when it ends after *now*."""
    by = [_COLUMNS[sort].desc() if descends else _COLUMNS[sort] for sort, descends in listing.order]
    rows = _matching(_ROWS, actor, wanted, now).order_by(*by, _task.c.key)
    found = connection.execute(rows.offset(listing.first).limit(listing.most))
    return [ExternalTask(**row._asdict()) for row in found]


def count_tasks(
    connection: sa.Connection, actor: Actor, wanted: ExternalTaskFilter, now: datetime
) -> int:
    """How many tasks match."""
    rows = _matching(_ROWS, actor, wanted, now).with_only_columns(sa.func.count())
    return connection.execute(rows).scalar_one()


def find_task(connection: sa.Connection, actor: Actor, task_id: str) -> ExternalTask | None:
    """The open task of the tenant with that id."""
    rows = _ROWS.where(_task.c.id == task_id, _task.c.tenant_id == actor.tenant_id)
    row = connection.execute(rows).one_or_none()
    return None if row is None else ExternalTask(**row._asdict())


def is_in_work(connection: sa.Connection, actor: Actor, instance_id: str) -> bool:
    """Whether the instance has an open external task."""
    wanted = sa.select(_task.c.id).where(
        _task.c.instance_id == instance_id, _task.c.tenant_id == actor.tenant_id
    )
    return connection.execute(wanted.limit(1)).first() is not None


def list_topics(connection: sa.Connection, actor: Actor) -> list[str]:
    """Names of all topics that open tasks have."""
    rows = sa.select(_task.c.topic).where(_task.c.tenant_id == actor.tenant_id).distinct()
    return list(connection.execute(rows.order_by(_task.c.topic)).scalars())


def _matching(
    rows: sa.Select[*tuple[Any, ...]], actor: Actor, wanted: ExternalTaskFilter, now: datetime
) -> sa.Select[*tuple[Any, ...]]:
    found = [_task.c.tenant_id == actor.tenant_id, *_one_of(wanted), *_in_range(wanted)]
    equal = (
        (_task.c.topic, wanted.topic),
        (_task.c.worker_id, wanted.worker_id),
        (_task.c.definition_id, wanted.definition_id),
    )
    found.extend(column == value for column, value in equal if value)
    flags = (
        (_task.c.locked_until > now, wanted.is_locked),
        (sa.or_(_task.c.retries.is_(None), _task.c.retries > 0), wanted.has_retries),
        (_task.c.is_suspended, wanted.is_suspended),
    )
    # A task that nobody ever locked has no time to compare: it counts as not locked.
    found.extend(
        sa.func.coalesce(is_so, sa.false()) == flag for is_so, flag in flags if flag is not None
    )
    return rows.where(*found)


def _one_of(wanted: ExternalTaskFilter) -> list[sa.ColumnElement[bool]]:
    columns = (
        (_task.c.id, wanted.ids),
        (_task.c.element_id, wanted.element_ids),
        (_task.c.instance_id, wanted.instance_ids),
        (_definition.c.process_id, wanted.process_ids),
    )
    return [column.in_(values) for column, values in columns if values is not None]


def _in_range(wanted: ExternalTaskFilter) -> list[sa.ColumnElement[bool]]:
    found = []
    if wanted.locked_after is not None:
        found.append(_task.c.locked_until > wanted.locked_after)
    if wanted.locked_before is not None:
        found.append(_task.c.locked_until < wanted.locked_before)
    if wanted.at_least is not None:
        found.append(_task.c.priority >= wanted.at_least)
    if wanted.at_most is not None:
        found.append(_task.c.priority <= wanted.at_most)
    return found
