"""Change an open task: its dates, its priority, who may do it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine import tables
from engine.commands.inputs import check_text
from engine.commands.stepping import take_step
from engine.commands.task_place import TaskPlace, find_task
from engine.commands.transaction import Transaction
from engine.errors import BadInput
from engine.runtime.step import UpdateTask
from engine.services.changes import Change, ChangeKind
from engine.store.apply import move
from engine.store.candidates import carry_to_candidates
from engine.store.history import Event, LostRace
from engine.store.opening import NEVER

_task = tables.task
_candidate = tables.task_candidate
MOST_CANDIDATES = 1_000
HIGHEST_PRIORITY = 100
_FACTS = {
    "due_at": "due",
    "follow_up_at": "follow_up",
    "users": "candidate_users",
    "groups": "candidate_groups",
}
_KNOWN = frozenset({"due_at", "follow_up_at", "priority", "users", "groups"})

_READ = sa.select(_task.c.due_at, _task.c.follow_up_at, _task.c.priority, _task.c.tenant_id).where(
    _task.c.id == sa.bindparam("id")
)
_CANDIDATES = sa.select(_candidate.c.kind, _candidate.c.name).where(
    _candidate.c.task_id == sa.bindparam("id")
)
_WRITE = (
    sa.update(_task)
    .where(_task.c.id == sa.bindparam("b_id"), _task.c.revision == sa.bindparam("b_revision"))
    .values(
        due_at=sa.bindparam("due_at"),
        follow_up_at=sa.bindparam("follow_up_at"),
        priority=sa.bindparam("priority"),
        due_sort=sa.bindparam("due_sort"),
        revision=_task.c.revision + 1,
    )
)
_FORGET_CANDIDATES = sa.delete(_candidate).where(_candidate.c.task_id == sa.bindparam("b_id"))
_ADD_CANDIDATE = sa.insert(_candidate)


@dataclass(frozen=True, slots=True)
class TaskChange:
    """What becomes different; what is not named stays.

    ``values`` may have ``due_at`` and ``follow_up_at`` (aware UTC, or ``None``), ``priority`` (0 to
    100), ``users`` and ``groups`` (all candidates; both empty: everybody may claim it).
    """

    values: Mapping[str, Any] = field(default_factory=dict)


def change_task(tx: Transaction, task_id: str, change: TaskChange) -> None:
    """Change an open task.

    Raises:
        Forbidden: the actor is no admin.
        NotFound, TaskGone, NotActive: as of `claim`.
        ListenerFailed, TaskPending: who listens to it forbids it, or is not done.
        BadInput: a value is out of range, or cannot be stored.
    """
    tx.require_admin("change", "tasks")
    values = dict(change.values)
    _check(values)
    place = find_task(tx, task_id)
    node = tx.definition(place.instance.definition_id).model.node.get(place.element_id)
    if node is not None and any(each.target == "task" for each in node.listeners):
        # Who listens may forbid it, or be waited for; then it is an effect of a step.
        wanted = {_FACTS.get(name, name): value for name, value in values.items()}
        asked = UpdateTask(place.scope, place.token, wanted)
        take_step(tx, place.instance, asked, wait=place.wait)
        return
    before = tx.connection.execute(_READ, {"id": task_id}).one()
    due = values.get("due_at", before.due_at)
    written = {
        "b_id": task_id,
        "b_revision": place.revision,
        "due_at": due,
        "follow_up_at": values.get("follow_up_at", before.follow_up_at),
        "priority": values.get("priority", before.priority),
        "due_sort": due or NEVER,
    }
    if tx.connection.execute(_WRITE, written).rowcount != 1:
        raise LostRace(task_id)
    told = _write_candidates(tx, place, values, due or NEVER)
    event = Event("task-changed", place.element_id, {**_told(values), **told}, task=task_id)
    move(tx.connection, place.instance, [event], tx.author())
    tx.changes.add(Change(ChangeKind.TASKS, place.instance.tenant_id, place.instance.id))


def _write_candidates(
    tx: Transaction, place: TaskPlace, values: Mapping[str, Any], due_sort: datetime
) -> dict[str, object]:
    """Write all candidates anew, as their rows carry the task's due date."""
    found: dict[str, list[str]] = {"user": [], "group": [], "any": []}
    for kind, name in tx.connection.execute(_CANDIDATES, {"id": place.id}):
        found[kind].append(name)
    users = list(dict.fromkeys(values.get("users", found["user"])))
    groups = list(dict.fromkeys(values.get("groups", found["group"])))
    named = [("user", name) for name in users] + [("group", name) for name in groups]
    was_anybody = bool(found["any"]) or "users" in values or "groups" in values
    if not named and was_anybody:
        named = [("any", "")]
    tx.connection.execute(_FORGET_CANDIDATES, {"b_id": place.id})
    rows = [
        {
            "task_id": place.id,
            "kind": kind,
            "name": name,
            "tenant_id": place.instance.tenant_id,
            "is_assigned": place.assignee is not None,
            "due_sort": due_sort,
        }
        for kind, name in named
    ]
    if rows:
        tx.connection.execute(_ADD_CANDIDATE, rows)
        carry_to_candidates(tx.connection, place.id)
    return {key: names for key, names in (("users", users), ("groups", groups)) if names}


def _told(values: Mapping[str, Any]) -> dict[str, object]:
    plain = {
        name: values[name] for name in ("due_at", "follow_up_at", "priority") if name in values
    }
    return {"changed": sorted(values), **plain}


def _check(values: Mapping[str, Any]) -> None:
    unknown = sorted(set(values) - _KNOWN)
    if unknown:
        raise BadInput(f"Nothing called {unknown[0]!r} can be changed of a task.")
    if not values:
        raise BadInput(f"Nothing is to be changed. Name some of {', '.join(sorted(_KNOWN))}.")
    priority = values.get("priority", 0)
    if not 0 <= priority <= HIGHEST_PRIORITY:
        raise BadInput(f"priority is {priority}; it takes 0 to {HIGHEST_PRIORITY}.")
    names = [*values.get("users", ()), *values.get("groups", ())]
    if len(names) > MOST_CANDIDATES:
        raise BadInput(f"{len(names)} candidates are too many; at most {MOST_CANDIDATES}.")
    for name in names:
        check_text("candidate", name, required=True)
