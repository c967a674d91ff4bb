"""Lists of open user tasks: whose they are, what is due, search, sort and pages.

A list is the union of *sources*: the tasks of one candidate name, or of one assignee, each read
from an index that is already in due order. A page merges the first rows of every source, so by due
date it costs the same with a hundred and with a hundred thousand open tasks. Other orders and
searches look at the rows of the sources, which carry what they need; only the tasks of the page
itself are read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from engine import tables
from engine.actor import Actor
from engine.queries.page import (
    BADGE_CAP,
    COUNT_CAP,
    AnyRows,
    Count,
    Page,
    Window,
    contains,
    counted,
)
from engine.queries.visibility import ANY, candidate_names

_task = tables.task
_candidate = tables.task_candidate
_instance = tables.process_instance
_definition = tables.process_definition
_person = tables.person
_root = tables.process_instance.alias("root")


class TaskList(StrEnum):
    """Whose tasks.

    MINE: assigned to the actor. GROUPS: unassigned, and the actor is a candidate by name or group.
    UNASSIGNED: GROUPS and tasks whose diagram names nobody; for an admin every unassigned task.
    ALL: everything that the actor may see, also what a colleague has claimed.
    """

    MINE = "mine"
    GROUPS = "groups"
    UNASSIGNED = "unassigned"
    ALL = "all"


class TaskDue(StrEnum):
    """OVERDUE: due before now. TODAY: due on this day. FOLLOW_UP: its follow-up date has come."""

    OVERDUE = "overdue"
    TODAY = "today"
    FOLLOW_UP = "follow-up"


class TaskSort(StrEnum):
    """DUE: earliest first, without date last. CREATED: newest first. PRIORITY: highest first."""

    DUE = "due"
    CREATED = "created"
    PRIORITY = "priority"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """Which open tasks. Empty fields do not filter.

    Attributes:
        text: part of the task's name, the business key or the process' name, in any case.
        process_id: as drawn; all versions.
        min_priority: Camunda's 0 to 100.
        zone: where a day begins, for `TaskDue.TODAY`.
    """

    list: TaskList = TaskList.MINE
    due: TaskDue | None = None
    text: str = ""
    process_id: str = ""
    assignee: str = ""
    min_priority: int | None = None
    instance_id: str = ""
    zone: tzinfo = UTC


MY_TASKS = TaskFilter()
"""What is assigned to the actor."""


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One open user task as lists show it. ``key`` is its 63-bit number.

    ``business_key`` is the instance's, else that of the outermost one that called it.
    ``assignee_name`` is the person's display name, the login itself when no such person is known.
    """

    id: str
    key: int
    name: str
    element_id: str
    instance_id: str
    definition_id: str
    process_id: str
    process_name: str
    business_key: str | None
    assignee: str | None
    assignee_name: str | None
    priority: int
    is_suspended: bool
    created_at: datetime
    due_at: datetime | None
    follow_up_at: datetime | None
    candidate_users: tuple[str, ...] = ()
    candidate_groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TaskCounts:
    """For the navigation, each capped: see `TaskList` and `TaskDue` (of all that is visible)."""

    mine: Count
    groups: Count
    unassigned: Count
    overdue: Count
    due_today: Count


ROWS = (
    sa.select(
        _task.c.id,
        _task.c.key,
        _task.c.name,
        _task.c.element_id,
        _task.c.instance_id,
        _task.c.definition_id,
        _definition.c.process_id,
        _definition.c.name.label("process_name"),
        sa.func.coalesce(_instance.c.business_key, _root.c.business_key).label("business_key"),
        _task.c.assignee,
        sa.func.coalesce(_person.c.name, _task.c.assignee).label("assignee_name"),
        _task.c.priority,
        _task.c.is_suspended,
        _task.c.created_at,
        _task.c.due_at,
        _task.c.follow_up_at,
    )
    .join(_instance, _instance.c.id == _task.c.instance_id)
    .join(_root, _root.c.id == _instance.c.root_id)
    .join(_definition, _definition.c.id == _task.c.definition_id)
    .outerjoin(
        _person,
        sa.and_(_person.c.id == _task.c.assignee, _person.c.tenant_id == _task.c.tenant_id),
    )
)

_IDS = sa.select(_task.c.id.label("task_id")).join(
    _definition, _definition.c.id == _task.c.definition_id
)

_CANDIDATES = (
    sa.select(_candidate.c.task_id, _candidate.c.kind, _candidate.c.name)
    .where(_candidate.c.task_id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(_candidate.c.task_id, _candidate.c.kind, _candidate.c.name)
)

_ORDER: dict[TaskSort, tuple[sa.ColumnElement[object], ...]] = {
    TaskSort.DUE: (_task.c.due_sort, _task.c.id),
    # Ids grow with time (UUIDv7), and every source has them.
    TaskSort.CREATED: (_task.c.id.desc(),),
    TaskSort.PRIORITY: (_task.c.priority.desc(), _task.c.due_sort, _task.c.id),
    TaskSort.NAME: (sa.func.lower(_task.c.name), _task.c.due_sort, _task.c.id),
}

Source = AnyRows


def _order(rows: sa.FromClause | Source, sort: TaskSort) -> tuple[sa.ColumnElement[object], ...]:
    """`_ORDER`, of the rows of a source; not by name, which they do not have."""
    found = rows.selected_columns if isinstance(rows, sa.Select) else rows.c
    if sort == TaskSort.CREATED:
        return (found.task_id.desc(),)
    by_due = (found.due_sort, found.task_id)
    return (found.priority.desc(), *by_due) if sort == TaskSort.PRIORITY else by_due


def sources(actor: Actor, which: TaskList) -> list[Source]:
    """What *which* list of *actor* is made of: selects of `_SOURCE` columns, not sorted."""
    if which is TaskList.MINE:
        return [_assigned_to(actor)]
    if actor.is_admin and which is TaskList.ALL:
        return [_of_tenant(actor)]
    if actor.is_admin and which is TaskList.UNASSIGNED:
        return [_of_tenant(actor).where(_task.c.assignee.is_(None))]
    named = candidate_names(actor)
    if which is TaskList.GROUPS:
        return [_candidate_of(actor, *name, is_assigned=False) for name in named]
    unassigned = [_candidate_of(actor, *name, is_assigned=False) for name in (*named, ANY)]
    if which is TaskList.UNASSIGNED:
        return unassigned
    claimed = [_candidate_of(actor, *name, is_assigned=True) for name in named]
    return [_assigned_to(actor), *unassigned, *claimed]


def list_tasks(
    connection: sa.Connection,
    actor: Actor,
    wanted: TaskFilter,
    *,
    sort: TaskSort,
    window: Window,
    now: datetime,
) -> Page[TaskRow]:
    """One page of the open tasks of a list.

    Sorted by due date and without a search the page is read from indexes alone.
    """
    found = [_narrowed(source, wanted, now) for source in sources(actor, wanted.list)]
    if not found:
        return window.page([], Count(0))
    conditions = _conditions(wanted, now)
    if sort == TaskSort.NAME or conditions:
        matching = _IDS.where(_task.c.id.in_(ids_of(found)), *conditions)
        page = matching.order_by(*_ORDER[sort]).limit(window.size + 1).offset(window.offset)
    else:
        matching = _distinct(found, cap=COUNT_CAP)
        page = _merged(found, sort, window)
    chosen = page.subquery()
    rows = ROWS.join(chosen, chosen.c.task_id == _task.c.id).order_by(*_ORDER[sort])
    read = [row._asdict() for row in connection.execute(rows)]
    total = window.counted(len(read)) or counted(connection, matching, cap=COUNT_CAP)
    return window.page(with_candidates(connection, read), total)


def count_tasks(
    connection: sa.Connection, actor: Actor, *, now: datetime, zone: tzinfo = UTC
) -> TaskCounts:
    """Counts for the navigation; each looks at no more than `BADGE_CAP` rows a source."""

    def count(which: TaskList, due: TaskDue | None = None) -> Count:
        wanted = TaskFilter(list=which, due=due, zone=zone)
        found = [_narrowed(source, wanted, now) for source in sources(actor, which)]
        if not found:
            return Count(0)
        return counted(connection, _distinct(found, cap=BADGE_CAP), cap=BADGE_CAP)

    return TaskCounts(
        mine=count(TaskList.MINE),
        groups=count(TaskList.GROUPS),
        unassigned=count(TaskList.UNASSIGNED),
        overdue=count(TaskList.ALL, TaskDue.OVERDUE),
        due_today=count(TaskList.ALL, TaskDue.TODAY),
    )


def candidates_of(
    connection: sa.Connection, ids: Sequence[str]
) -> tuple[defaultdict[str, list[str]], defaultdict[str, list[str]]]:
    """Users and groups that are candidates, by task id."""
    users: defaultdict[str, list[str]] = defaultdict(list)
    groups: defaultdict[str, list[str]] = defaultdict(list)
    if ids:
        for task_id, kind, name in connection.execute(_CANDIDATES, {"ids": ids}):
            if kind in {"user", "group"}:
                (users if kind == "user" else groups)[task_id].append(name)
    return users, groups


def with_candidates(connection: sa.Connection, found: Sequence[Mapping[str, Any]]) -> list[TaskRow]:
    """Turn rows of `ROWS`, by column name, into `TaskRow`, with the candidates of all of them."""
    users, groups = candidates_of(connection, [row["id"] for row in found])
    return [
        TaskRow(
            **row,
            candidate_users=tuple(users[row["id"]]),
            candidate_groups=tuple(groups[row["id"]]),
        )
        for row in found
    ]


def _assigned_to(actor: Actor) -> Source:
    return _of_tenant(actor).where(_task.c.assignee == (actor.id or ""))


def _of_tenant(actor: Actor) -> Source:
    return sa.select(
        _task.c.id.label("task_id"), _task.c.due_sort, _task.c.priority, _task.c.search
    ).where(_task.c.tenant_id == actor.tenant_id)


def _candidate_of(actor: Actor, kind: str, name: str, *, is_assigned: bool) -> Source:
    return sa.select(
        _candidate.c.task_id, _candidate.c.due_sort, _candidate.c.priority, _candidate.c.search
    ).where(
        _candidate.c.tenant_id == actor.tenant_id,
        _candidate.c.kind == kind,
        _candidate.c.name == name,
        _candidate.c.is_assigned == sa.literal(is_assigned),
    )


def _narrowed(source: Source, wanted: TaskFilter, now: datetime) -> Source:
    """The source without what its own rows tell not to be wanted."""
    has = source.selected_columns
    if wanted.due is TaskDue.OVERDUE:
        source = source.where(has.due_sort < now)
    if wanted.due is TaskDue.TODAY:
        begin = datetime.combine(now.astimezone(wanted.zone).date(), time(), wanted.zone)
        source = source.where(has.due_sort >= begin, has.due_sort < begin + timedelta(days=1))
    if wanted.min_priority is not None:
        source = source.where(has.priority >= wanted.min_priority)
    if wanted.text:
        source = source.where(has.search.like(contains(wanted.text), escape="\\"))
    return source


def _conditions(wanted: TaskFilter, now: datetime) -> list[sa.ColumnElement[bool]]:
    """What the rows of the sources do not tell."""
    found: list[sa.ColumnElement[bool]] = []
    if wanted.due is TaskDue.FOLLOW_UP:
        found.append(_task.c.follow_up_at <= now)
    if wanted.process_id:
        found.append(_definition.c.process_id == wanted.process_id)
    if wanted.assignee:
        found.append(_task.c.assignee == wanted.assignee)
    if wanted.instance_id:
        found.append(_task.c.instance_id == wanted.instance_id)
    return found


def _merged(found: list[Source], sort: TaskSort, window: Window) -> AnyRows:
    """The page as a merge: the first rows of each source are enough to know the first of all."""
    parts = [_first_of(source, sort, window) for source in found]
    first = sa.union_all(*parts).subquery()
    return (
        sa.select(first.c.task_id)
        .group_by(*first.c)
        .order_by(*_order(first, sort))
        .limit(window.size + 1)
        .offset(window.offset)
    )


def _first_of(source: Source, sort: TaskSort, window: Window) -> AnyRows:
    has = source.selected_columns
    keys = [has.task_id, has.due_sort, has.priority]
    ordered = source.with_only_columns(*keys).order_by(*_order(source, sort))
    return sa.select(ordered.limit(window.end).subquery())


def _distinct(found: list[Source], *, cap: int) -> AnyRows:
    parts = [
        sa.select(
            source.with_only_columns(source.selected_columns.task_id).limit(cap + 1).subquery()
        )
        for source in found
    ]
    if len(parts) == 1:
        return parts[0]
    return sa.select(sa.union(*parts).subquery())


def ids_of(found: list[Source]) -> sa.ScalarSelect[object]:
    """Ids of all tasks of the sources, for ``IN``."""
    parts = [source.with_only_columns(source.selected_columns.task_id) for source in found]
    return sa.union_all(*parts).scalar_subquery() if len(parts) > 1 else parts[0].scalar_subquery()
