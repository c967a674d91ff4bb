"""People's tasks: list, one, its form, claim, assign, complete."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from bpmn.forms import FilledField
from engine.errors import BadInput
from engine.queries.tasks import TaskDue, TaskFilter, TaskList, TaskRow, TaskSort
from web.api.access import get_actor
from web.api.v1.door import NO_CONTENT, answer, blueprint, page_of
from web.api.v1.schemas.base import Variables, page
from web.api.v1.schemas.people import Assignee, Completion, Task, TaskDetail, TaskForm, TaskQuery
from web.api.values import plain, plain_map
from web.extensions import get_engine


@blueprint.get("/tasks")
@blueprint.input(TaskQuery, location="query", arg_name="query")
@blueprint.output(page(Task))
@blueprint.doc(tags=["Tasks"], summary="List open tasks")
def list_tasks(query: dict[str, Any]) -> Any:
    """Open tasks that the caller may see."""
    wanted = TaskFilter(
        list=TaskList(query["list"]),
        due=TaskDue(query["due"]) if query["due"] else None,
        text=query["text"],
        process_id=query["process_id"],
        assignee=query["assignee"],
        min_priority=query["min_priority"],
        instance_id=query["instance_id"],
    )
    found = get_engine().tasks(
        wanted, actor=get_actor(), sort=TaskSort(query["sort"]), **page_of(query)
    )
    return answer(found, _shown)


@blueprint.get("/tasks/<task_id>")
@blueprint.output(TaskDetail)
@blueprint.doc(tags=["Tasks"], summary="One open task")
def show_task(task_id: str) -> dict[str, object]:
    """One open task, with what the caller may do with it."""
    found = get_engine().task(task_id, actor=get_actor())
    more = {
        name: getattr(found, name)
        for name in (
            "documentation",
            "form_kind",
            "form_key",
            "lane",
            "may_claim",
            "may_release",
            "may_complete",
            "may_assign",
        )
    }
    return {**_shown(found.row), **more}


@blueprint.get("/tasks/<task_id>/form")
@blueprint.output(TaskForm)
@blueprint.doc(tags=["Tasks"], summary="A task's form with its values")
def show_form(task_id: str) -> dict[str, object]:
    """The visible fields of the task's form; one is made of its variables when none is drawn."""
    filled = get_engine().task_form(task_id, actor=get_actor())
    return {"fields_": [_field(field) for field in filled.fields]}


@blueprint.get("/tasks/<task_id>/variables")
@blueprint.output(Variables)
@blueprint.doc(tags=["Tasks"], summary="Variables that a task sees")
def show_task_variables(task_id: str) -> dict[str, object]:
    """All variables that the task sees."""
    return {"variables": plain_map(get_engine().task_variables(task_id, actor=get_actor()))}


@blueprint.post("/tasks/<task_id>/claim")
@blueprint.output({}, status_code=204)
@blueprint.doc(tags=["Tasks"], summary="Take a task")
def claim_task(task_id: str) -> tuple[str, int]:
    """The caller takes the task; only a person can."""
    get_engine().claim(task_id, actor=get_actor())
    return NO_CONTENT


@blueprint.post("/tasks/<task_id>/unclaim")
@blueprint.output({}, status_code=204)
@blueprint.doc(tags=["Tasks"], summary="Give a task back")
def unclaim_task(task_id: str) -> tuple[str, int]:
    """Nobody has the task any more."""
    get_engine().unclaim(task_id, actor=get_actor())
    return NO_CONTENT


@blueprint.post("/tasks/<task_id>/assign")
@blueprint.input(Assignee, arg_name="sent")
@blueprint.output({}, status_code=204)
@blueprint.doc(tags=["Tasks"], summary="Hand a task to somebody")
def assign_task(task_id: str, sent: dict[str, Any]) -> tuple[str, int]:
    """Hand the task to somebody, or to nobody."""
    get_engine().assign(task_id, actor=get_actor(), assignee=sent["assignee"] or None)
    return NO_CONTENT


@blueprint.post("/tasks/<task_id>/complete")
@blueprint.input(Completion, arg_name="sent")
@blueprint.output({}, status_code=204)
@blueprint.doc(tags=["Tasks"], summary="Complete a task")
def complete_task(task_id: str, sent: dict[str, Any]) -> tuple[str, int]:
    """Complete the task.

    ``form`` values are judged by the task's form and refused with ``fields`` when they break its
    rules; ``variables`` are written as they are.
    """
    if sent["form"] is not None and sent["variables"] is not None:
        raise BadInput("Send 'form' or 'variables', not both.")
    if sent["form"] is not None:
        get_engine().submit_task_values(task_id, sent["form"], actor=get_actor())
    else:
        get_engine().complete_task(task_id, actor=get_actor(), variables=sent["variables"] or {})
    return NO_CONTENT


def _field(filled: FilledField) -> dict[str, object]:
    return {
        "id": filled.field.id,
        "key": filled.field.key,
        "label": filled.label,
        "type": filled.field.type.value,
        "value": plain(filled.value),
        "is_required": filled.required,
        "is_readonly": filled.readonly,
        "options": [
            {"value": plain(option.value), "label": option.label} for option in filled.options
        ],
    }


def _shown(row: TaskRow) -> dict[str, object]:
    return asdict(row)
