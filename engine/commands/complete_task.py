"""Complete a user task: with variables (programs) or through its form (people)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, tzinfo

from bpmn.forms import Checked, Form, check, check_values
from engine.commands.inputs import check_variables
from engine.commands.stepping import take_step
from engine.commands.task_place import TaskPlace, find_task, require_free
from engine.commands.transaction import Transaction
from engine.errors import FormInvalid
from engine.runtime.step import Complete
from engine.store.forms import form_of
from engine.store.load import RowSnapshot
from engine.store.scopes import visible_variables


def complete_task(
    tx: Transaction, task_id: str, *, variables: Mapping[str, object] | None = None
) -> None:
    """Complete the task with *variables*, unchecked by any form.

    Raises:
        TaskGone: it is over; says by whom.
        TaskTaken: someone else holds it.
        NotActive: it is suspended.
        NotFound: the actor may not know of it.
        BadInput: a variable cannot be stored.
    """
    given = check_variables(variables)
    place = find_task(tx, task_id)
    require_free(tx, place)
    _complete(tx, place, given)


def submit_task(
    tx: Transaction,
    task_id: str,
    submitted: Mapping[str, str | Sequence[str]],
    *,
    zone: tzinfo = UTC,
) -> None:
    """Complete the task with what its form posted.

    Raises:
        FormInvalid: values break rules of the form; nothing is changed.
        TaskGone, TaskTaken, NotActive, NotFound: as of `complete_task`.
    """
    place, form, seen = _form(tx, task_id)
    checked = check(form, submitted, seen, now=tx.now, user=tx.actor.id, zone=zone)
    _complete_checked(tx, place, checked)


def submit_values(
    tx: Transaction, task_id: str, values: Mapping[str, object], *, zone: tzinfo = UTC
) -> None:
    """Complete the task with typed values of a program, which its form judges.

    Raises:
        FormInvalid, TaskGone, TaskTaken, NotActive, NotFound: as of `submit_task`.
    """
    given = check_variables(values)
    place, form, seen = _form(tx, task_id)
    checked = check_values(form, given, seen, now=tx.now, user=tx.actor.id, zone=zone)
    _complete_checked(tx, place, checked)


def _form(tx: Transaction, task_id: str) -> tuple[TaskPlace, Form, Mapping[str, object]]:
    place = find_task(tx, task_id)
    require_free(tx, place)
    definition = tx.definition(place.instance.definition_id)
    snapshot = RowSnapshot(tx.connection, place.instance)
    seen = visible_variables(snapshot, place.scope)
    node = definition.model.node[place.element_id]
    return place, form_of(tx.connection, definition, node, seen), seen


def _complete_checked(tx: Transaction, place: TaskPlace, checked: Checked) -> None:
    if not checked.ok:
        raise FormInvalid(checked, len(checked.problems))
    _complete(tx, place, check_variables(checked.values))


def _complete(tx: Transaction, place: TaskPlace, variables: Mapping[str, object]) -> None:
    command = Complete(place.scope, place.token, variables)
    take_step(tx, place.instance, command, wait=place.wait)
