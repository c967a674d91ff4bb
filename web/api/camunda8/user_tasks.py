"""User tasks: search, assign, complete, change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.core import TaskChange
from engine.errors import Conflict
from engine.queries.elements import derived_key, scope_key
from web.api.access import get_actor
from web.api.body import read_body
from web.api.camunda8.door import NO_CONTENT, blueprint
from web.api.camunda8.keys import key_text, moment_text, parse_key, tenant_text
from web.api.camunda8.searching import (
    Field,
    Kind,
    answer,
    find_row,
    in_memory,
    nothing,
    read_search,
    search_page,
)
from web.api.values import json_text
from web.extensions import get_engine

FIELDS = {
    "userTaskKey": Field("key", Kind.KEY),
    "name": Field("name"),
    "state": Field("state", values={"CREATED": "CREATED"}),
    "assignee": Field("assignee"),
    "priority": Field("priority", Kind.NUMBER),
    "elementId": Field("element_id"),
    "candidateGroup": Field("candidate_group"),
    "candidateUser": Field("candidate_user"),
    "processDefinitionKey": Field("definition_key", Kind.KEY),
    "processDefinitionId": Field("process_id"),
    "processInstanceKey": Field("instance_key", Kind.KEY),
    "rootProcessInstanceKey": Field("root_key", Kind.KEY),
    "elementInstanceKey": Field("key", Kind.KEY),
    "creationDate": Field("created_at", Kind.MOMENT),
    "dueDate": Field("due_at", Kind.MOMENT),
    "followUpDate": Field("follow_up_at", Kind.MOMENT),
}
VARIABLES = {"name": Field("name"), "value": Field("value")}


@blueprint.post("/user-tasks/search")
def search_tasks() -> dict[str, object]:
    """Open tasks that match and that the caller may see."""
    return search_page("tasks", read_body(), FIELDS, _shown)


@blueprint.get("/user-tasks/<key>")
def show_task(key: str) -> dict[str, object]:
    """One open task."""
    return _shown(find_row("tasks", "task", key))


@blueprint.post("/user-tasks/<key>/variables/search")
def search_task_variables(key: str) -> dict[str, object]:
    """Variables that a task sees."""
    wanted = read_search(read_body(), VARIABLES)
    task = _task(key)
    detail = get_engine().task(task, actor=get_actor())
    instance = get_engine().find_keys(
        "process instance", [detail.row.instance_id], actor=get_actor()
    )[detail.row.instance_id]
    if wanted is None:
        return nothing()
    values = get_engine().task_variables(task, actor=get_actor())
    rows = [
        {
            "variableKey": str(derived_key(instance, "task-variable", key, name)),
            "name": name,
            "value": json_text(value),
            "isTruncated": False,
            "scopeKey": str(scope_key(instance, 0)),
            "processInstanceKey": str(instance),
            "rootProcessInstanceKey": str(instance),
            "tenantId": tenant_text(get_actor().tenant_id),
        }
        for name, value in sorted(values.items())
    ]
    found, total = in_memory(rows, wanted)
    return answer(found, total=total, offset=wanted.offset)


@blueprint.post("/user-tasks/<key>/assignment")
def assign_task(key: str) -> tuple[str, int]:
    """Hand a task to somebody."""
    body = read_body()
    task, assignee = _task(key), body.required_text("assignee")
    holder = get_engine().task(task, actor=get_actor()).row.assignee
    if holder not in {None, assignee} and not body.flag("allowOverride", default=True):
        raise Conflict(f"User task {key} is assigned to {holder} already. Unassign it first.")
    get_engine().assign(task, actor=get_actor(), assignee=assignee)
    return NO_CONTENT


@blueprint.delete("/user-tasks/<key>/assignee")
def unassign_task(key: str) -> tuple[str, int]:
    """Take a task from whoever has it."""
    get_engine().assign(_task(key), actor=get_actor(), assignee=None)
    return NO_CONTENT


@blueprint.post("/user-tasks/<key>/completion")
def complete_task(key: str) -> tuple[str, int]:
    """Complete a task with variables."""
    body = read_body()
    get_engine().complete_task(_task(key), actor=get_actor(), variables=body.variables())
    return NO_CONTENT


@blueprint.patch("/user-tasks/<key>")
@blueprint.patch("/user-tasks/<key>/update")
def update_task(key: str) -> tuple[str, int]:
    """Other dates, candidates, priority; empty text or an empty list removes.

    SDK 8.8 for JavaScript sends the changes alone, to ``.../update``.
    """
    body = read_body()
    changes = body.part("changeset") if "changeset" in body.values else body
    dates = {
        field: changes.moment(name) if changes.text(name) else None
        for field, name in (("due_at", "dueDate"), ("follow_up_at", "followUpDate"))
        if changes.values.get(name) is not None
    }
    names = {
        field: changes.texts(name)
        for field, name in (("users", "candidateUsers"), ("groups", "candidateGroups"))
        if changes.values.get(name) is not None
    }
    priority = changes.whole("priority", low=0, high=100)
    values: dict[str, Any] = {**dates, **names}
    if priority is not None:
        values["priority"] = priority
    get_engine().change_task(_task(key), TaskChange(values), actor=get_actor())
    return NO_CONTENT


def _task(key: str) -> str:
    """The id of an open task; one that is over is not found by its key."""
    return get_engine().find_key("task", parse_key(key), actor=get_actor())


def _shown(row: Mapping[str, Any]) -> dict[str, object]:
    return {
        "userTaskKey": key_text(row["key"]),
        "name": row["name"],
        "state": row["state"],
        "assignee": row["assignee"],
        "elementId": row["element_id"],
        "candidateGroups": list(row["groups"]),
        "candidateUsers": list(row["users"]),
        "processDefinitionId": row["process_id"],
        "processName": row["process_name"],
        "creationDate": moment_text(row["created_at"]),
        "completionDate": None,
        "followUpDate": moment_text(row["follow_up_at"]),
        "dueDate": moment_text(row["due_at"]),
        "tenantId": tenant_text(row["tenant_id"]),
        "externalFormReference": None,
        "processDefinitionVersion": row["version"],
        "customHeaders": {},
        "priority": row["priority"],
        "elementInstanceKey": key_text(row["key"]),
        "processDefinitionKey": key_text(row["definition_key"]),
        "processInstanceKey": key_text(row["instance_key"]),
        "rootProcessInstanceKey": key_text(row["root_key"]),
        "formKey": None,
        "tags": [],
        "businessId": row["business_key"],
    }
