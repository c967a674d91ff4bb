"""People's tasks, as far as programs list, claim and complete them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask.typing import ResponseReturnValue

from engine.errors import NotFound
from engine.queries.search import Comparison, Condition, Search
from web.api.access import get_actor
from web.api.body import Body, read_body
from web.api.camunda7.door import (
    DONE,
    among,
    blueprint,
    definition_id,
    equal,
    is_own_tenant,
    read_definition_id,
    read_filter,
    read_order,
    read_window,
    tenant_of,
    told,
)
from web.api.camunda7.values import moment_text, read_variables, write_variables
from web.extensions import get_engine

_BY_ID = "/task/<task_id>"
_SORTS = {
    "id": "id",
    "name": "name",
    "assignee": "assignee",
    "created": "created_at",
    "dueDate": "due_at",
    "followUpDate": "follow_up_at",
    "priority": "priority",
    "instanceId": "instance_id",
    "executionId": "id",
    "taskDefinitionKey": "element_id",
    "tenantId": "tenant_id",
}
_EQUAL = {
    "taskId": "id",
    "processInstanceId": "instance_id",
    "processInstanceBusinessKey": "business_key",
    "processDefinitionKey": "process_id",
    "processDefinitionName": "process_name",
    "taskDefinitionKey": "element_id",
    "name": "name",
    "assignee": "assignee",
    "candidateUser": "candidate_user",
    "candidateGroup": "candidate_group",
}
_SEVERAL = {
    "taskIdIn": "id",
    "processInstanceIdIn": "instance_id",
    "processDefinitionKeyIn": "process_id",
    "taskDefinitionKeyIn": "element_id",
    "assigneeIn": "assignee",
    "candidateGroups": "candidate_group",
}
_READ = (
    *_EQUAL,
    *_SEVERAL,
    *("processDefinitionId", "priority", "minPriority", "maxPriority", "unassigned", "assigned"),
    *("active", "suspended", "tenantIdIn", "withoutTenantId", "sorting", "sortBy", "sortOrder"),
    *("firstResult", "maxResults", "initializeFormKeys"),
)


@blueprint.route("/task", methods=["GET", "POST"])
def show_tasks() -> ResponseReturnValue:
    """Open tasks that match a filter, of those that the caller may see."""
    given = read_filter()
    conditions = _conditions(given)
    first, most = read_window()
    sort = tuple(read_order(given, _SORTS))
    if not is_own_tenant(given) or not most:
        return []
    wanted = Search(conditions, sort, offset=first, limit=most)
    return told(get_engine().search("tasks", wanted, actor=get_actor()).items, _tell)


@blueprint.route("/task/count", methods=["GET", "POST"])
def count_tasks() -> ResponseReturnValue:
    """How many open tasks match; counted up to a thousand."""
    given = read_filter()
    conditions = _conditions(given)
    if not is_own_tenant(given):
        return {"count": 0}
    found = get_engine().search("tasks", Search(conditions), actor=get_actor())
    return {"count": found.total.value}


@blueprint.get(_BY_ID)
def show_task(task_id: str) -> ResponseReturnValue:
    """One open task."""
    wanted = Search((Condition("id", Comparison.EQ, task_id),))
    found = get_engine().search("tasks", wanted, actor=get_actor()).items
    if not found:
        raise NotFound("task", task_id)
    return _tell(found[0])


@blueprint.post(f"{_BY_ID}/claim")
def claim(task_id: str) -> ResponseReturnValue:
    """Take a task, or, administrators, have somebody take it."""
    user = read_body().text("userId")
    engine, actor = get_engine(), get_actor()
    if user in {"", actor.id}:
        engine.claim(task_id, actor=actor)
    else:
        engine.assign(task_id, actor=actor, assignee=user)
    return DONE


@blueprint.post(f"{_BY_ID}/unclaim")
def unclaim(task_id: str) -> ResponseReturnValue:
    """Give a task back."""
    get_engine().unclaim(task_id, actor=get_actor())
    return DONE


@blueprint.post(f"{_BY_ID}/assignee")
def assign(task_id: str) -> ResponseReturnValue:
    """Hand a task to somebody, or to nobody."""
    user = read_body().text("userId") or None
    get_engine().assign(task_id, actor=get_actor(), assignee=user)
    return DONE


@blueprint.post(f"{_BY_ID}/complete")
def complete_task(task_id: str) -> ResponseReturnValue:
    """Complete a task; the task's form does not judge these values."""
    body = read_body()
    engine, actor = get_engine(), get_actor()
    wants_variables = body.flag("withVariablesInReturn")
    instance = engine.task(task_id, actor=actor).row.instance_id if wants_variables else ""
    given = read_variables(body.values.get("variables"))
    engine.complete_task(task_id, actor=actor, variables=given)
    if not wants_variables:
        return DONE
    return write_variables(engine.instance_values(instance, actor=actor))


@blueprint.get(f"{_BY_ID}/variables")
@blueprint.get(f"{_BY_ID}/form-variables")
def show_task_variables(task_id: str) -> ResponseReturnValue:
    """The variables that a task sees."""
    return write_variables(get_engine().task_variables(task_id, actor=get_actor()))


def _conditions(given: Body) -> tuple[Condition, ...]:
    # Camunda has more than a hundred filters of tasks; one that is unknown here must be told.
    unknown = sorted(name for name, value in given.values.items() if name not in _READ and value)
    for name in unknown:
        given.refuse(name, "nothing yet: this filter is not supported")
    found = [*equal(given, _EQUAL), *among(given, _SEVERAL)]
    definition = given.text("processDefinitionId")
    if definition:
        found.append(Condition("definition_id", Comparison.EQ, read_definition_id(definition)))
    return (*found, *_of_numbers(given), *_of_flags(given))


def _of_numbers(given: Body) -> list[Condition]:
    compared = (
        ("priority", Comparison.EQ),
        ("minPriority", Comparison.GTE),
        ("maxPriority", Comparison.LTE),
    )
    numbers = [(given.whole(name, low=-(2**31), high=2**31 - 1), how) for name, how in compared]
    return [Condition("priority", how, value) for value, how in numbers if value is not None]


def _of_flags(given: Body) -> list[Condition]:
    found = []
    for name, is_there in (("assigned", True), ("unassigned", False)):
        if given.flag(name):
            found.append(Condition("assignee", Comparison.EXISTS, is_there))
    for name, is_so in (("suspended", True), ("active", False)):
        if given.flag(name):
            found.append(Condition("is_suspended", Comparison.EQ, is_so))
    return found


def _tell(row: Mapping[str, Any]) -> dict[str, object]:
    return {
        "id": row["id"],
        "name": row["name"] or None,
        "assignee": row["assignee"],
        "owner": None,
        "created": moment_text(row["created_at"]),
        "lastUpdated": None,
        "due": moment_text(row["due_at"]),
        "followUp": moment_text(row["follow_up_at"]),
        "delegationState": None,
        "description": None,
        "executionId": row["id"],
        "parentTaskId": None,
        "priority": row["priority"],
        "processDefinitionId": definition_id(
            row["process_id"], row["version"], row["definition_id"]
        ),
        "processInstanceId": row["instance_id"],
        "caseExecutionId": None,
        "caseDefinitionId": None,
        "caseInstanceId": None,
        "taskDefinitionKey": row["element_id"],
        "suspended": row["is_suspended"],
        "formKey": None,
        "camundaFormRef": None,
        "tenantId": tenant_of(row["tenant_id"]),
        "taskState": None,
    }
