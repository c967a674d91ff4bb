"""Process instances: lists, and one in detail with where it stands."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from engine import tables
from engine.actor import Actor
from engine.queries import tasks
from engine.queries.page import COUNT_CAP, AnyRow, Page, Window, contains, counted
from engine.queries.tasks import TaskList
from engine.queries.visibility import took_part, works_on
from engine.runtime.state import Scope, Status, WaitKind
from engine.store.scopes import live_scopes

_instance = tables.process_instance
_definition = tables.process_definition
_person = tables.person
_task = tables.task
_history = tables.history
_incident = tables.incident

OPEN = (Status.ACTIVE.value, Status.SUSPENDED.value)
"""Statuses of an instance that still runs."""


class InstanceSort(StrEnum):
    """STARTED: newest first. PROCESS, BUSINESS_KEY: by name, then newest first."""

    STARTED = "started"
    PROCESS = "process"
    BUSINESS_KEY = "business-key"


@dataclass(frozen=True, slots=True)
class InstanceFilter:
    """Which instances. Empty fields do not filter.

    Attributes:
        is_open: ``True`` the running, ``False`` those that are over, ``None`` both.
        text: part of the business key or the process' name, or the whole instance id.
        only_roots: leave out what a call activity started.
    """

    is_open: bool | None = None
    status: Status | None = None
    process_id: str = ""
    definition_id: str = ""
    business_key: str = ""
    initiator: str = ""
    text: str = ""
    with_incidents: bool = False
    only_roots: bool = False
    started_from: datetime | None = None
    started_before: datetime | None = None


ALL_INSTANCES = InstanceFilter()
"""Running and over."""


@dataclass(frozen=True, slots=True)
class InstanceRow:
    """One process instance as lists show it. ``key`` is its 63-bit number."""

    id: str
    key: int
    definition_id: str
    process_id: str
    process_name: str
    version: int
    business_key: str | None
    status: Status
    initiator: str | None
    initiator_name: str | None
    parent_id: str | None
    root_id: str
    started_at: datetime
    ended_at: datetime | None
    incidents: int = 0

    @property
    def is_open(self) -> bool:
        """It still runs, or is suspended."""
        return self.status in OPEN


@dataclass(frozen=True, slots=True)
class TokenCount:
    """How many tokens wait at an element."""

    element_id: str
    count: int


@dataclass(frozen=True, slots=True)
class CalledInstance:
    """An instance that a call activity started; ``element_id`` is empty once it is over."""

    id: str
    element_id: str
    process_name: str
    status: Status
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class InstanceDetail:
    """One instance. ``tokens``: where it waits, in the order that the tokens came.

    ``may_read_variables``: internal data is for who works on it, not for who asked for it.
    """

    row: InstanceRow
    tokens: tuple[TokenCount, ...]
    called: tuple[CalledInstance, ...]
    may_read_variables: bool
    may_operate: bool


_INCIDENTS = (
    sa.select(sa.func.count())
    .where(_incident.c.instance_id == _instance.c.id, _incident.c.resolved_at.is_(None))
    .correlate(_instance)
    .scalar_subquery()
)

ROWS = (
    sa.select(
        _instance.c.id,
        _instance.c.key,
        _instance.c.definition_id,
        _definition.c.process_id,
        _definition.c.name.label("process_name"),
        _definition.c.version,
        _instance.c.business_key,
        _instance.c.status,
        _instance.c.initiator,
        sa.func.coalesce(_person.c.name, _instance.c.initiator).label("initiator_name"),
        _instance.c.parent_id,
        _instance.c.root_id,
        _instance.c.started_at,
        _instance.c.ended_at,
        _INCIDENTS.label("incidents"),
    )
    .join(_definition, _definition.c.id == _instance.c.definition_id)
    .outerjoin(
        _person,
        sa.and_(
            _person.c.id == _instance.c.initiator, _person.c.tenant_id == _instance.c.tenant_id
        ),
    )
)

NEWEST = (_instance.c.started_at.desc(), _instance.c.id.desc())

_ORDER: dict[InstanceSort, tuple[sa.ColumnElement[object], ...]] = {
    InstanceSort.STARTED: NEWEST,
    InstanceSort.PROCESS: (sa.func.lower(_definition.c.name), *NEWEST),
    InstanceSort.BUSINESS_KEY: (sa.func.lower(_instance.c.business_key), *NEWEST),
}

_CALLED = (
    sa.select(
        _instance.c.id,
        _instance.c.parent_wait,
        _definition.c.name,
        _instance.c.status,
        _instance.c.started_at,
        _instance.c.ended_at,
    )
    .join(_definition, _definition.c.id == _instance.c.definition_id)
    .where(_instance.c.parent_id == sa.bindparam("instance_id"))
    .order_by(_instance.c.started_at, _instance.c.id)
)


def visible_in_lists(actor: Actor) -> list[sa.ColumnElement[bool]]:
    """What *actor* finds in lists: what they started, or could do a task of; admins all."""
    of_tenant = _instance.c.tenant_id == actor.tenant_id
    if actor.is_admin:
        return [of_tenant]
    own = _instance.alias("own")
    started = sa.select(own.c.id).where(
        own.c.tenant_id == actor.tenant_id, own.c.initiator == (actor.id or "")
    )
    works = sa.select(_task.c.instance_id).where(
        _task.c.id.in_(tasks.ids_of(tasks.sources(actor, TaskList.ALL)))
    )
    # A union instead of OR, so that each half is read from its own index.
    return [of_tenant, _instance.c.id.in_(sa.union(started, works).scalar_subquery())]


def list_instances(
    connection: sa.Connection,
    actor: Actor,
    wanted: InstanceFilter,
    *,
    sort: InstanceSort,
    window: Window,
) -> Page[InstanceRow]:
    """One page of the instances that *actor* may see."""
    matching = ROWS.where(*visible_in_lists(actor), *conditions(wanted))
    rows = matching.order_by(*_ORDER[sort]).limit(window.size + 1).offset(window.offset)
    total = counted(connection, matching.with_only_columns(_instance.c.id), cap=COUNT_CAP)
    return window.page([instance_row(row) for row in connection.execute(rows)], total)


def find_instance(connection: sa.Connection, actor: Actor, instance_id: str) -> InstanceRow | None:
    """The instance, or ``None`` when it is not here or *actor* may not see it.

    Its starter (or the starter of the outermost caller), who may do one of its tasks, and who took
    part in it may see it; an admin every one of the tenant.
    """
    wanted = ROWS.where(_instance.c.id == instance_id, _instance.c.tenant_id == actor.tenant_id)
    if not actor.is_admin:
        root = _instance.alias("root")
        started = (
            sa.select(root.c.id)
            .where(root.c.id == _instance.c.root_id, root.c.initiator == (actor.id or ""))
            .correlate(_instance)
            .exists()
        )
        wanted = wanted.where(
            sa.or_(
                _instance.c.initiator == (actor.id or ""),
                started,
                works_on(actor),
                took_part(actor),
            )
        )
    row = connection.execute(wanted).first()
    return None if row is None else instance_row(row)


def may_read_variables(connection: sa.Connection, actor: Actor, instance_id: str) -> bool:
    """Whether *actor* works, or worked, on the instance; its starter alone does not."""
    if actor.is_admin:
        return True
    worked = sa.cast(_history.c.kind, sa.String).in_(("task-completed", "task-claimed"))
    in_history = (
        sa.select(_history.c.seq)
        .where(
            _history.c.chain == sa.cast(_instance.c.id, sa.String(64)),
            _history.c.actor == (actor.id or ""),
            worked,
        )
        .correlate(_instance)
        .exists()
    )
    found = sa.select(_instance.c.id).where(
        _instance.c.id == instance_id,
        _instance.c.tenant_id == actor.tenant_id,
        sa.or_(works_on(actor), in_history),
    )
    return connection.execute(found).first() is not None


def instance_detail(connection: sa.Connection, actor: Actor, row: InstanceRow) -> InstanceDetail:
    """Everything about *row* but its variables, tasks and history."""
    scopes = live_scopes(connection, row.id)
    return InstanceDetail(
        row=row,
        tokens=token_counts(scopes),
        called=_called(connection, row.id, scopes),
        may_read_variables=may_read_variables(connection, actor, row.id),
        may_operate=actor.is_admin,
    )


def token_counts(scopes: tuple[Scope, ...]) -> tuple[TokenCount, ...]:
    """Where tokens wait. A token that waits for its child scope is counted by those inside."""
    counts: defaultdict[str, int] = defaultdict(int)
    for scope in scopes:
        for token in scope.tokens.values():
            if token.child is None:
                counts[token.node] += 1
    return tuple(TokenCount(node, count) for node, count in counts.items())


def conditions(wanted: InstanceFilter) -> list[sa.ColumnElement[bool]]:
    """What *wanted* means as SQL over `ROWS`."""
    equal = (
        (wanted.status, _instance.c.status),
        (wanted.process_id, _definition.c.process_id),
        (wanted.definition_id, _instance.c.definition_id),
        (wanted.business_key, _instance.c.business_key),
        (wanted.initiator, _instance.c.initiator),
    )
    found = [column == str(value) for value, column in equal if value]
    if wanted.with_incidents:
        found.append(_INCIDENTS > 0)
    if wanted.only_roots:
        found.append(_instance.c.parent_id.is_(None))
    if wanted.is_open is not None:
        is_open = _instance.c.status.in_(OPEN)
        found.append(is_open if wanted.is_open else sa.not_(is_open))
    if wanted.text:
        found.append(_mentions(wanted.text))
    return [*found, *_started(wanted)]


def _started(wanted: InstanceFilter) -> list[sa.ColumnElement[bool]]:
    found = []
    if wanted.started_from is not None:
        found.append(_instance.c.started_at >= wanted.started_from)
    if wanted.started_before is not None:
        found.append(_instance.c.started_at < wanted.started_before)
    return found


def _mentions(text: str) -> sa.ColumnElement[bool]:
    pattern = contains(text)
    return sa.or_(
        sa.func.lower(_instance.c.business_key).like(pattern, escape="\\"),
        sa.func.lower(_definition.c.name).like(pattern, escape="\\"),
        sa.cast(_instance.c.id, sa.String(36)) == text.strip().lower(),
    )


def _called(
    connection: sa.Connection, instance_id: str, scopes: tuple[Scope, ...]
) -> tuple[CalledInstance, ...]:
    waiting = {
        token.wait: token.node
        for scope in scopes
        for token in scope.tokens.values()
        if token.kind is WaitKind.CALL
    }
    rows = connection.execute(_CALLED, {"instance_id": instance_id})
    return tuple(
        CalledInstance(
            id=row.id,
            element_id=waiting.get(row.parent_wait, ""),
            process_name=row.name,
            status=Status(row.status),
            started_at=row.started_at,
            ended_at=row.ended_at,
        )
        for row in rows
    )


def instance_row(row: AnyRow) -> InstanceRow:
    """A row of `ROWS`."""
    found = row._asdict()
    found["status"] = Status(found["status"])
    return InstanceRow(**found)
