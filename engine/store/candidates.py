"""What a task's candidate rows carry of the task, so that lists need not read the task."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine import tables
from engine.store.direct import Direct

_task = tables.task
_candidate = tables.task_candidate


def _of_task(value: sa.ColumnElement[Any]) -> sa.ScalarSelect[Any]:
    return sa.select(value).where(_task.c.id == _candidate.c.task_id).scalar_subquery()


_CARRY = Direct(
    sa.update(_candidate)
    .where(_candidate.c.task_id == sa.bindparam("task"))
    .values(
        is_assigned=_of_task(_task.c.assignee.is_not(None)),
        due_sort=_of_task(_task.c.due_sort),
        priority=_of_task(_task.c.priority),
        search=_of_task(_task.c.search),
    )
)


def carry_to_candidates(connection: sa.Connection, task_id: str) -> None:
    """Copy what lists sort and search by from a task that was changed to all its candidates."""
    _CARRY.run(connection, {"task": task_id})
