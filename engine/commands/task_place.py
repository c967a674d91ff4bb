"""Finding an open task with its instance, and whether the actor may touch it."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from engine import tables
from engine.actor import Actor, Right
from engine.commands.transaction import Transaction
from engine.errors import NotActive, TaskTaken
from engine.queries.task_end import raise_gone
from engine.store.direct import Direct, Rows, rows_of_both
from engine.store.load import (
    INSTANCE_COLUMNS,
    VARIABLES_OF_TASK,
    InstanceRow,
    TaskFacts,
    instance_row,
)

_task = tables.task
_candidate = tables.task_candidate
_instance = tables.process_instance

_COLUMNS = (
    _task.c.id,
    _task.c.wait,
    _task.c.scope,
    _task.c.token,
    _task.c.element_id,
    _task.c.assignee,
    _task.c.is_suspended,
    _task.c.revision,
)
_ASSIGNEE = [column.name for column in _COLUMNS].index("assignee")
# Both rows are locked at once, the instance first, so that everything read afterwards belongs
# together and a task that another step ended meanwhile is not found. One row a candidate: cheaper
# than a second statement, as tasks have few of them.
_PLACE = Direct(
    sa.select(*_COLUMNS, *INSTANCE_COLUMNS, _candidate.c.kind, _candidate.c.name)
    .join(_instance, _instance.c.id == _task.c.instance_id)
    .outerjoin(_candidate, _candidate.c.task_id == _task.c.id)
    .where(_task.c.id == sa.bindparam("task"), _task.c.tenant_id == sa.bindparam("tenant"))
    .with_for_update(of=[_instance, _task])
)


@dataclass(frozen=True, slots=True)
class TaskPlace:
    """An open task, where it is, and the instance that holds it."""

    id: str
    wait: int
    scope: int
    token: int
    element_id: str
    assignee: str | None
    is_suspended: bool
    revision: int
    instance: InstanceRow


def find_task(tx: Transaction, task_id: str) -> TaskPlace:
    """The open task, when the actor is its assignee, a candidate, or an admin.

    Raises:
        Forbidden: the actor may touch no task at all.
        TaskGone: it is over, and the actor could have known of it.
        NotFound: it never was, or the actor may not know of it.
        NotActive: it, or its instance, is suspended.
    """
    tx.require(Right.TASKS, "touch", "tasks of people")
    values = {"task": task_id, "tenant": tx.actor.tenant_id}
    # A task is found to be completed, which reads variables; they cost no trip of their own.
    rows, variables = rows_of_both(tx.connection, _PLACE, VARIABLES_OF_TASK, values)
    if not rows or not _may_touch(tx.actor, rows):
        raise_gone(tx.connection, tx.actor, task_id)
    first, count = rows[0], len(_COLUMNS)
    instance = tx.keep(instance_row(first[count:-2]))
    instance.root_variables = variables
    place = TaskPlace(*[*first[:count], instance])
    instance.tasks[place.wait] = TaskFacts(place.id, place.wait, place.element_id)
    if place.is_suspended:
        raise NotActive("task", task_id, "SUSPENDED")
    return place


def require_free(tx: Transaction, place: TaskPlace) -> None:
    """Let only the assignee and admins go on with a task that is assigned.

    Raises:
        TaskTaken: someone else holds it.
    """
    if place.assignee is not None and place.assignee != tx.actor.id and not tx.actor.is_admin:
        raise TaskTaken(place.id, by=place.assignee)


def has_listeners(tx: Transaction, place: TaskPlace) -> bool:
    """Whether somebody listens to what becomes of the task."""
    node = tx.definition(place.instance.definition_id).model.node.get(place.element_id)
    return node is not None and any(each.target == "task" for each in node.listeners)


def _may_touch(actor: Actor, rows: Rows) -> bool:
    """Whether *actor* is the assignee, a candidate, or an admin; see `queries.visibility`."""
    assignee = rows[0][_ASSIGNEE]
    if actor.is_admin or (actor.id is not None and assignee == actor.id):
        return True
    return any(
        (kind == "any" and assignee is None)
        or (kind == "user" and name == actor.id)
        or (kind == "group" and name in actor.groups)
        for *_, kind, name in rows
    )
