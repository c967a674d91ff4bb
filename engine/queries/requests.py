"""My requests: what a person started and where it stands, in plain words."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from engine import tables
from engine.actor import Actor
from engine.queries import instances
from engine.queries.instances import OPEN, InstanceFilter, InstanceRow
from engine.queries.page import COUNT_CAP, Page, Window, counted
from engine.runtime.state import Status

_instance = tables.process_instance
_person = tables.person
_task = tables.task
_candidate = tables.task_candidate


@dataclass(frozen=True, slots=True)
class OpenStep:
    """What a request waits for, in plain words: the task, and who has it.

    ``assignee_name`` is ``None`` while nobody took it; then ``groups`` may.
    """

    name: str
    assignee_name: str | None
    groups: tuple[str, ...]
    since: datetime
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class RequestRow:
    """What a person started and where it stands, without internal data."""

    id: str
    process_id: str
    process_name: str
    business_key: str | None
    status: Status
    started_at: datetime
    ended_at: datetime | None
    waiting: tuple[OpenStep, ...] = ()

    @property
    def is_open(self) -> bool:
        """It still runs, or is suspended."""
        return self.status in OPEN


# Down the calls by the parent's index; a root itself is the first of its family.
_roots = (
    sa.select(_instance.c.id.label("root_id"), _instance.c.id)
    .where(_instance.c.id.in_(sa.bindparam("roots", expanding=True)))
    .cte("family", recursive=True)
)
_family = _roots.union_all(
    sa.select(_roots.c.root_id, _instance.c.id).where(_instance.c.parent_id == _roots.c.id)
)

_OPEN_STEPS = (
    sa.select(
        _family.c.root_id,
        _task.c.id,
        _task.c.name,
        sa.func.coalesce(_person.c.name, _task.c.assignee).label("assignee_name"),
        _task.c.created_at,
        _task.c.due_at,
    )
    .join(_family, _family.c.id == _task.c.instance_id)
    .outerjoin(
        _person,
        sa.and_(_person.c.id == _task.c.assignee, _person.c.tenant_id == _task.c.tenant_id),
    )
    .order_by(_task.c.created_at, _task.c.id)
)

_GROUPS = (
    sa.select(_candidate.c.task_id, _candidate.c.name)
    .where(
        _candidate.c.task_id.in_(sa.bindparam("ids", expanding=True)),
        _candidate.c.kind == "group",
    )
    .order_by(_candidate.c.name)
)


def list_requests(
    connection: sa.Connection, actor: Actor, *, is_open: bool | None, text: str, window: Window
) -> Page[RequestRow]:
    """One page of what *actor* started, newest first, with what each waits for."""
    wanted = InstanceFilter(is_open=is_open, text=text, only_roots=True)
    matching = instances.ROWS.where(
        _instance.c.tenant_id == actor.tenant_id,
        _instance.c.initiator == (actor.id or ""),
        *instances.conditions(wanted),
    )
    rows = connection.execute(
        matching.order_by(*instances.NEWEST).limit(window.size + 1).offset(window.offset)
    )
    found = [instances.instance_row(row) for row in rows]
    steps = _open_steps(connection, [row.id for row in found if row.is_open])
    total = counted(connection, matching.with_only_columns(_instance.c.id), cap=COUNT_CAP)
    return window.page([_request(row, steps.get(row.id, [])) for row in found], total)


def _open_steps(connection: sa.Connection, roots: list[str]) -> dict[str, list[OpenStep]]:
    if not roots:
        return {}
    rows = connection.execute(_OPEN_STEPS, {"roots": roots}).all()
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for task_id, name in connection.execute(_GROUPS, {"ids": [row.id for row in rows]}):
        groups[task_id].append(name)
    steps: defaultdict[str, list[OpenStep]] = defaultdict(list)
    for row in rows:
        steps[row.root_id].append(
            OpenStep(
                name=row.name,
                assignee_name=row.assignee_name,
                groups=tuple(groups[row.id]),
                since=row.created_at,
                due_at=row.due_at,
            )
        )
    return steps


def _request(row: InstanceRow, waiting: list[OpenStep]) -> RequestRow:
    return RequestRow(
        id=row.id,
        process_id=row.process_id,
        process_name=row.process_name,
        business_key=row.business_key,
        status=row.status,
        started_at=row.started_at,
        ended_at=row.ended_at,
        waiting=tuple(waiting),
    )
