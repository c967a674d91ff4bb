"""Process instances: lists, one of them, its variables, and ending it."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from flask import send_file
from flask.typing import ResponseReturnValue

from engine.actor import Right
from engine.errors import BadInput, NotFound
from engine.queries.instances import InstanceRow
from engine.queries.search import Comparison, Condition, Search
from engine.runtime.state import Status
from web.api.access import get_actor
from web.api.body import Body, read_body
from web.api.camunda7.door import (
    DONE,
    blueprint,
    definition_id,
    is_own_tenant,
    linked,
    optional_flag,
    read_definition_id,
    read_filter,
    read_order,
    read_window,
    refuse_filters,
    tenant_of,
    told,
)
from web.api.camunda7.values import (
    FILE,
    is_file,
    moment_text,
    read_value,
    read_variables,
    write_value,
    write_variables,
)
from web.extensions import get_engine

_BY_ID = "/process-instance/<instance_id>"
_SORTS = {
    "instanceId": "id",
    "definitionKey": "process_id",
    "definitionId": "definition_id",
    "tenantId": "tenant_id",
    "businessKey": "business_key",
}
_NOT_BUILT = (
    "businessKeyLike",
    "caseInstanceId",
    "subProcessInstance",
    "superCaseInstance",
    "superProcessInstance",
    "activityIdIn",
    "incidentId",
    "incidentType",
    "incidentMessage",
    "incidentMessageLike",
    "variables",
    "deploymentId",
    "leafProcessInstances",
    "orQueries",
)
_OPEN = (Status.ACTIVE.value, Status.SUSPENDED.value)


@blueprint.route("/process-instance", methods=["GET", "POST"])
def show_instances() -> ResponseReturnValue:
    """Open instances that match a filter."""
    given = read_filter()
    conditions = _conditions(given)
    first, most = read_window()
    sort = tuple(read_order(given, _SORTS))
    if not is_own_tenant(given) or not most:
        return []
    wanted = Search(conditions, sort, offset=first, limit=most)
    found = get_engine().search("instances", wanted, actor=get_actor())
    return told(found.items, _tell_found)


@blueprint.route("/process-instance/count", methods=["GET", "POST"])
def count_instances() -> ResponseReturnValue:
    """How many open instances match; counted up to a thousand."""
    given = read_filter()
    conditions = _conditions(given)
    if not is_own_tenant(given):
        return {"count": 0}
    found = get_engine().search("instances", Search(conditions), actor=get_actor())
    return {"count": found.total.value}


@blueprint.get(_BY_ID)
def show_instance(instance_id: str) -> ResponseReturnValue:
    """One instance, as long as it is open."""
    return tell_instance(_open_instance(instance_id))


@blueprint.delete(_BY_ID)
def delete_instance(instance_id: str) -> ResponseReturnValue:
    """End an instance."""
    engine, actor = get_engine(), get_actor()
    _open_instance(instance_id)
    engine.cancel_instance(instance_id, actor=actor, reason="Deleted by the Camunda 7 API")
    return DONE


@blueprint.get(f"{_BY_ID}/variables")
def show_variables(instance_id: str) -> ResponseReturnValue:
    """The variables of the process."""
    return write_variables(_values(instance_id))


@blueprint.post(f"{_BY_ID}/variables")
def change_variables(instance_id: str) -> ResponseReturnValue:
    """Write several variables."""
    body = read_body()
    if body.values.get("deletions"):
        raise BadInput("Variables cannot be deleted. Write null instead.")
    given = read_variables(body.values.get("modifications"), "modifications")
    get_engine().set_variables(instance_id, given, actor=get_actor())
    return DONE


@blueprint.get(f"{_BY_ID}/variables/<name>")
def show_variable(instance_id: str, name: str) -> ResponseReturnValue:
    """One variable."""
    return write_value(_value(instance_id, name))


@blueprint.put(f"{_BY_ID}/variables/<name>")
def set_variable(instance_id: str, name: str) -> ResponseReturnValue:
    """Write one variable."""
    value = read_value(read_body().values, name)
    get_engine().set_variables(instance_id, {name: value}, actor=get_actor())
    return DONE


@blueprint.get(f"{_BY_ID}/variables/<name>/data")
def show_variable_data(instance_id: str, name: str) -> ResponseReturnValue:
    """The bytes of a variable that is a file, or bytes."""
    return send_value(_value(instance_id, name), name)


@blueprint.get("/execution/<execution_id>/localVariables")
def show_local_variables(execution_id: str) -> ResponseReturnValue:
    """The variables where something runs: an external task, or an instance by its id."""
    return write_variables(_local_values(execution_id))


@blueprint.get("/execution/<execution_id>/localVariables/<name>")
def show_local_variable(execution_id: str, name: str) -> ResponseReturnValue:
    """One of them."""
    return write_value(_find_value(_local_values(execution_id), name, execution_id))


@blueprint.get("/execution/<execution_id>/localVariables/<name>/data")
def show_local_data(execution_id: str, name: str) -> ResponseReturnValue:
    """The bytes of one of them."""
    return send_value(_find_value(_local_values(execution_id), name, execution_id), name)


@blueprint.get("/history/process-instance/<instance_id>")
def show_history(instance_id: str) -> ResponseReturnValue:
    """One instance, open or over."""
    row = get_engine().instance_row(instance_id, actor=get_actor())
    lasted = None if row.ended_at is None else row.ended_at - row.started_at
    return {
        "id": row.id,
        "businessKey": row.business_key,
        "processDefinitionId": definition_id(row.process_id, row.version, row.definition_id),
        "processDefinitionKey": row.process_id,
        "processDefinitionName": row.process_name or None,
        "processDefinitionVersion": row.version,
        "startTime": moment_text(row.started_at),
        "endTime": moment_text(row.ended_at),
        "removalTime": None,
        "durationInMillis": None if lasted is None else int(lasted.total_seconds() * 1000),
        "startUserId": row.initiator,
        "startActivityId": None,
        "deleteReason": None,
        "rootProcessInstanceId": row.root_id,
        "superProcessInstanceId": row.parent_id,
        "superCaseInstanceId": None,
        "caseInstanceId": None,
        "tenantId": tenant_of(get_actor().tenant_id),
        "state": _HISTORIC.get(row.status, "INTERNALLY_TERMINATED"),
        "restartedProcessInstanceId": None,
    }


_HISTORIC = {
    Status.ACTIVE: "ACTIVE",
    Status.SUSPENDED: "SUSPENDED",
    Status.COMPLETED: "COMPLETED",
    Status.TERMINATED: "EXTERNALLY_TERMINATED",
}


def tell_instance(row: InstanceRow) -> dict[str, object]:
    """An instance as Camunda 7 tells it."""
    return {
        "links": linked(f"process-instance/{row.id}"),
        "id": row.id,
        "definitionId": definition_id(row.process_id, row.version, row.definition_id),
        "definitionKey": row.process_id,
        "businessKey": row.business_key,
        "caseInstanceId": None,
        "ended": not row.is_open,
        "suspended": row.status is Status.SUSPENDED,
        "tenantId": tenant_of(get_actor().tenant_id),
    }


def send_value(value: object, name: str) -> ResponseReturnValue:
    """The bytes of a value that is a file, or bytes.

    Raises:
        BadInput: it is neither.
    """
    if is_file(value):
        assert isinstance(value, Mapping)
        data, filename = value[FILE], str(value["filename"])
    elif isinstance(value, bytes):
        data, filename = value, name
    else:
        raise BadInput(f"The variable {name!r} is neither a file nor bytes.")
    # Never shown by a browser as a page of ours, whatever the file says that it is.
    return send_file(
        BytesIO(data),
        mimetype="application/octet-stream",
        download_name=filename,
        as_attachment=True,
    )


def _tell_found(row: Mapping[str, Any]) -> dict[str, object]:
    return {
        "links": [],
        "id": row["id"],
        "definitionId": definition_id(row["process_id"], row["version"], row["definition_id"]),
        "definitionKey": row["process_id"],
        "businessKey": row["business_key"],
        "caseInstanceId": None,
        "ended": False,
        "suspended": row["status"] == Status.SUSPENDED.value,
        "tenantId": tenant_of(row["tenant_id"]),
    }


def _conditions(given: Body) -> tuple[Condition, ...]:
    refuse_filters(given, *_NOT_BUILT)
    suspended = optional_flag(given, "suspended", "active")
    status = {None: _OPEN, True: _OPEN[1:], False: _OPEN[:1]}[suspended]
    found = [Condition("status", Comparison.IN, list(status))]
    definition = given.text("processDefinitionId")
    equal = (
        ("definition_id", read_definition_id(definition) if definition else ""),
        ("process_id", given.text("processDefinitionKey")),
        ("business_key", given.text("businessKey")),
    )
    found.extend(Condition(name, Comparison.EQ, value) for name, value in equal if value)
    if given.flag("withIncident"):
        found.append(Condition("has_incident", Comparison.EQ, value=True))
    several = (
        ("id", given.texts("processInstanceIds")),
        ("process_id", given.texts("processDefinitionKeyIn")),
    )
    found.extend(Condition(n, Comparison.IN, list(v)) for n, v in several if v is not None)
    others = given.texts("processDefinitionKeyNotIn")
    if others is not None:
        found.append(Condition("process_id", Comparison.NOT_IN, list(others)))
    if given.flag("rootProcessInstances"):
        found.append(Condition("parent_key", Comparison.EXISTS, value=False))
    return tuple(found)


def _open_instance(instance_id: str) -> InstanceRow:
    row = get_engine().instance_row(instance_id, actor=get_actor())
    if not row.is_open:
        # Camunda's run-time tables forget an instance that is over.
        raise NotFound("process instance", instance_id)
    return row


def _value(instance_id: str, name: str) -> object:
    return _find_value(_values(instance_id), name, instance_id)


def _values(instance_id: str) -> dict[str, object]:
    """The variables of the process, for who may see them, or works on a task of it."""
    engine, actor = get_engine(), get_actor()
    if actor.may(Right.WORK) and not actor.is_admin:
        try:
            return engine.worked_values(instance_id, actor=actor)
        except NotFound:
            pass  # No external task is open: the instance itself decides who sees it.
    return engine.instance_values(instance_id, actor=actor)


def _find_value(values: Mapping[str, object], name: str, where: str) -> object:
    if name not in values:
        raise NotFound("variable", f"{name} of {where}")
    return values[name]


def _local_values(execution_id: str) -> dict[str, object]:
    engine, actor = get_engine(), get_actor()
    if actor.may(Right.WORK):
        try:
            return engine.external_variables(execution_id, actor=actor)
        except NotFound:
            pass  # It is no external task but an instance: clients for files ask so.
    return _values(execution_id)
