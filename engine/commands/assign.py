"""Who holds a task: claim, release, assign; by compare-and-swap, so that one person wins."""

from __future__ import annotations

import sqlalchemy as sa

from engine import tables
from engine.commands.inputs import check_text
from engine.commands.stepping import take_step
from engine.commands.task_place import TaskPlace, find_task, has_listeners, require_free
from engine.commands.transaction import Transaction
from engine.errors import BadInput, TaskTaken
from engine.runtime.step import AssignTask
from engine.services.changes import Change, ChangeKind
from engine.store.apply import move
from engine.store.candidates import carry_to_candidates
from engine.store.history import Event, LostRace

_task = tables.task

_ASSIGN = (
    sa.update(_task)
    .where(_task.c.id == sa.bindparam("b_id"), _task.c.revision == sa.bindparam("b_revision"))
    .values(assignee=sa.bindparam("assignee"), revision=_task.c.revision + 1)
)
_TOLD = {"claim": "task-claimed", "assign": "task-assigned", "unassign": "task-released"}


def claim(tx: Transaction, task_id: str) -> None:
    """The actor takes the task; claiming one's own task again changes nothing.

    Raises:
        TaskTaken: someone else holds it.
        TaskGone, NotActive, NotFound: it cannot be claimed any more, or not by the actor.
        BadInput: the system itself cannot hold a task.
    """
    if tx.actor.id is None:
        raise BadInput("The system cannot claim a task. Act as a person.")
    place = find_task(tx, task_id)
    if place.assignee == tx.actor.id:
        return
    if place.assignee is not None:
        raise TaskTaken(task_id, by=place.assignee)
    _set_assignee(tx, place, tx.actor.id, "claim")


def unclaim(tx: Transaction, task_id: str) -> None:
    """The assignee (or an admin) gives the task back to its candidates.

    Raises:
        TaskTaken: someone else holds it.
        TaskGone, NotActive, NotFound: as of `claim`.
    """
    place = find_task(tx, task_id)
    require_free(tx, place)
    if place.assignee is not None:
        _set_assignee(tx, place, None, "unassign")


def assign(tx: Transaction, task_id: str, *, assignee: str | None) -> None:
    """The assignee or an admin hands the task to *assignee*, or (``None``) to its candidates.

    Anyone may be named, also who is no candidate: the task is theirs from then on.

    Raises:
        TaskTaken: someone else holds it.
        TaskGone, NotActive, NotFound: as of `claim`.
    """
    name = check_text("assignee", assignee, required=True) if assignee is not None else None
    place = find_task(tx, task_id)
    require_free(tx, place)
    if place.assignee != name:
        _set_assignee(tx, place, name, "assign" if name else "unassign")


def _set_assignee(tx: Transaction, place: TaskPlace, assignee: str | None, action: str) -> None:
    row = place.instance
    if has_listeners(tx, place):
        # Who listens may forbid it, or be waited for; then it is an effect of a step.
        asked = AssignTask(place.scope, place.token, assignee, action)
        take_step(tx, row, asked, wait=place.wait)
        return
    values = {"b_id": place.id, "b_revision": place.revision, "assignee": assignee}
    if tx.connection.execute(_ASSIGN, values).rowcount != 1:
        raise LostRace(place.id)
    carry_to_candidates(tx.connection, place.id)
    told = Event(_TOLD[action], place.element_id, {"assignee": assignee}, task=place.id)
    move(tx.connection, row, [told], tx.author())
    tx.changes.add(Change(ChangeKind.TASKS, row.tenant_id, row.id))
