"""Changes of open tasks, written to rows: what people asked for, once all who listen agree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from engine import tables
from engine.commands.deliveries import Delivery
from engine.commands.transaction import Transaction
from engine.runtime.effects import TaskChanged
from engine.services.changes import Change, ChangeKind
from engine.store.apply import move
from engine.store.candidates import carry_to_candidates
from engine.store.history import Event
from engine.store.load import InstanceRow
from engine.store.opening import NEVER

_task = tables.task
_candidate = tables.task_candidate
_READ = sa.select(
    _task.c.id,
    _task.c.element_id,
    _task.c.assignee,
    _task.c.due_at,
    _task.c.follow_up_at,
    _task.c.priority,
    _task.c.tenant_id,
).where(_task.c.instance_id == sa.bindparam("instance"), _task.c.wait == sa.bindparam("wait"))
_WRITE = (
    sa.update(_task)
    .where(_task.c.id == sa.bindparam("b_id"))
    .values(
        assignee=sa.bindparam("assignee"),
        due_at=sa.bindparam("due"),
        follow_up_at=sa.bindparam("follow_up"),
        priority=sa.bindparam("priority"),
        due_sort=sa.bindparam("due_sort"),
        revision=_task.c.revision + 1,
    )
)
_CANDIDATES = sa.select(_candidate.c.kind, _candidate.c.name).where(
    _candidate.c.task_id == sa.bindparam("id")
)
_FORGET = sa.delete(_candidate).where(_candidate.c.task_id == sa.bindparam("b_id"))
_ADD = sa.insert(_candidate)
_KINDS = {"candidate_users": "user", "candidate_groups": "group"}
_ANYBODY = [("any", "")]
_TOLD = {"claim": "task-claimed", "unassign": "task-released", "update": "task-changed"}


def carry_out(tx: Transaction, row: InstanceRow, changed: TaskChanged) -> Iterable[Delivery]:
    """Write what changes of a task; nothing when it ended since."""
    values = {"instance": row.id, "wait": changed.wait}
    task = tx.connection.execute(_READ, values).one_or_none()
    if task is None:
        return []
    wanted = changed.changes
    due = wanted.get("due", task.due_at)
    assignee = wanted.get("assignee", task.assignee)
    written = {
        "b_id": task.id,
        "assignee": assignee,
        "due": due,
        "follow_up": wanted.get("follow_up", task.follow_up_at),
        "priority": wanted.get("priority", task.priority),
        "due_sort": due or NEVER,
    }
    tx.connection.execute(_WRITE, written)
    is_released = "assignee" in wanted and assignee is None
    if is_released or not wanted.keys().isdisjoint(_KINDS):
        _write_candidates(tx, task, written, wanted)
    carry_to_candidates(tx.connection, task.id)
    told = Event(_kind(changed, assignee), task.element_id, _told(tx, changed), task=task.id)
    move(tx.connection, row, [told], tx.author())
    tx.changes.add(Change(ChangeKind.TASKS, row.tenant_id, row.id))
    return []


def _kind(changed: TaskChanged, assignee: object) -> str:
    if changed.action in _TOLD:
        return _TOLD[changed.action]
    return "task-released" if assignee is None else "task-assigned"


def _told(tx: Transaction, changed: TaskChanged) -> dict[str, object]:
    found = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in changed.changes.items()
    }
    if changed.by not in {None, tx.actor.id}:
        found["by"] = changed.by
    return found


def _write_candidates(
    tx: Transaction,
    task: sa.Row[*tuple[Any, ...]],
    written: Mapping[str, object],
    wanted: Mapping[str, object],
) -> None:
    """Those that are named anew; when nobody is left, everybody may claim it."""
    before = tx.connection.execute(_CANDIDATES, {"id": task.id}).all()
    shared = {
        "task_id": task.id,
        "tenant_id": task.tenant_id,
        "is_assigned": written["assignee"] is not None,
        "due_sort": written["due_sort"],
    }
    tx.connection.execute(_FORGET, {"b_id": task.id})
    named = [(kind, name) for kind, name in before if kind != "any"]
    for fact, kind in _KINDS.items():
        if fact in wanted:
            named = [each for each in named if each[0] != kind]
            named += [(kind, name) for name in _names(wanted[fact])]
    rows = [
        {**shared, "kind": kind, "name": name} for kind, name in dict.fromkeys(named or _ANYBODY)
    ]
    tx.connection.execute(_ADD, rows)


def _names(value: object) -> Iterator[str]:
    assert isinstance(value, list | tuple)
    return (str(name) for name in value)
