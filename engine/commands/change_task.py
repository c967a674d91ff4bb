"""Change an open task: its dates, its priority, who may do it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.commands import task_changes
from engine.commands.inputs import check_text
from engine.commands.stepping import take_step
from engine.commands.task_place import find_task, has_listeners
from engine.commands.transaction import Transaction
from engine.errors import BadInput
from engine.runtime.effects import TaskChanged
from engine.runtime.step import UpdateTask

MOST_CANDIDATES = 1_000
HIGHEST_PRIORITY = 100
_FACTS = {
    "due_at": "due",
    "follow_up_at": "follow_up",
    "users": "candidate_users",
    "groups": "candidate_groups",
}
_KNOWN = frozenset({"due_at", "follow_up_at", "priority", "users", "groups"})


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
    wanted = {_FACTS.get(name, name): value for name, value in values.items()}
    if has_listeners(tx, place):
        # Who listens may forbid it, or be waited for; then it is an effect of a step.
        asked = UpdateTask(place.scope, place.token, wanted)
        take_step(tx, place.instance, asked, wait=place.wait)
    else:
        task_changes.carry_out(tx, place.instance, TaskChanged(place.wait, wanted))


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
