"""Start an activity of an ad-hoc sub-process from its task in the task list."""

from __future__ import annotations

from collections.abc import Mapping

from engine.commands.inputs import check_variables
from engine.commands.stepping import take_step
from engine.commands.task_place import find_task, require_free
from engine.commands.transaction import Transaction
from engine.runtime.step import StartActivity


def start_activity(
    tx: Transaction,
    task_id: str,
    activity_id: str,
    *,
    variables: Mapping[str, object] | None = None,
) -> None:
    """Start *activity_id* in the ad-hoc sub-process whose task this is.

    In Camunda 8's diagrams *variables* are those of what begins there; others have none.

    Raises:
        NotStartable: the task is of no ad-hoc sub-process, or the activity cannot start now.
        TaskGone: the sub-process is over.
        TaskTaken: someone else holds the task.
        NotActive: it is suspended.
        NotFound: the actor may not know of it.
    """
    place = find_task(tx, task_id)
    require_free(tx, place)
    own = check_variables(variables)
    take_step(tx, place.instance, StartActivity(place.scope, activity_id, own))
