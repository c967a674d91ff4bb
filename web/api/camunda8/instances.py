"""Process instances: start, await, cancel, search."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.core import Engine
from engine.errors import BadInput
from engine.queries.instances import InstanceRow
from engine.services.changes import Change
from web.api.access import get_actor
from web.api.body import Body, read_body
from web.api.camunda8.door import NO_CONTENT, blueprint
from web.api.camunda8.errors import TookTooLong
from web.api.camunda8.incidents import search_incidents
from web.api.camunda8.keys import key_text, moment_text, parse_key, require_tenant, tenant_text
from web.api.camunda8.searching import Field, Kind, find_row, search_page
from web.api.values import plain_map
from web.extensions import get_engine
from web.parking import wait_for

STATES = {"ACTIVE": "ACTIVE", "COMPLETED": "COMPLETED", "TERMINATED": "TERMINATED"}
FIELDS = {
    "processInstanceKey": Field("key", Kind.KEY),
    "processDefinitionId": Field("process_id"),
    "processDefinitionName": Field("process_name"),
    "processDefinitionVersion": Field("version", Kind.NUMBER),
    "processDefinitionVersionTag": Field("version_tag"),
    "processDefinitionKey": Field("definition_key", Kind.KEY),
    "parentProcessInstanceKey": Field("parent_key", Kind.KEY),
    "rootProcessInstanceKey": Field("root_key", Kind.KEY),
    "state": Field("state", values={**STATES, "CANCELED": "TERMINATED"}),
    "startDate": Field("started_at", Kind.MOMENT),
    "endDate": Field("ended_at", Kind.MOMENT),
    "hasIncident": Field("has_incident", Kind.FLAG),
    "businessId": Field("business_key"),
}
_LONGEST_WAIT = 600_000
_DEFAULT_WAIT = 10_000
_UNSUPPORTED = ("startInstructions", "runtimeInstructions")


@blueprint.post("/process-instances")
def create_instance() -> dict[str, object]:
    """Start an instance; with ``awaitCompletion`` answer when it has ended."""
    body = read_body()
    actor = require_tenant(body)
    for name in _UNSUPPORTED:
        if body.parts(name):
            raise BadInput(f"{name!r} is not supported here yet. Start at the start event.")
    engine = get_engine()
    key = body.values.get("processDefinitionKey")
    given = body.variables()
    names = body.texts("fetchVariables")
    if key is not None:
        found = engine.find_key("process definition", parse_key(key), actor=actor)
        instance = engine.start(
            definition_id=found,
            actor=actor,
            variables=given,
            business_key=body.text("businessId") or None,
        )
    else:
        version = body.number("processDefinitionVersion", low=-1, high=2**31 - 1, default=-1)
        instance = engine.start(
            body.required_text("processDefinitionId"),
            actor=actor,
            variables=given,
            business_key=body.text("businessId") or None,
            version=None if version == -1 else version,
        )
    row = engine.instance_row(instance, actor=actor)
    result: Mapping[str, object] = {}
    if body.flag("awaitCompletion"):
        result = _await(engine, row, body)
        if names is not None:
            result = {name: result[name] for name in names if name in result}
    return {**_created(engine, row), "variables": plain_map(result)}


def _await(engine: Engine, row: InstanceRow, body: Body) -> Mapping[str, object]:
    actor = get_actor()
    wanted = body.number("requestTimeout", low=0, high=_LONGEST_WAIT, default=0) or _DEFAULT_WAIT

    def ended() -> bool:
        return not engine.instance_row(row.id, actor=actor).is_open

    def about(change: Change) -> bool:
        return change.instance_id == row.id

    if not wait_for(ended, seconds=wanted / 1000, about=about):
        raise TookTooLong(
            f"Process instance {row.key} has not ended in time. It goes on; look for its end."
        )
    return engine.instance_values(row.id, actor=actor)


def _created(engine: Engine, row: InstanceRow) -> dict[str, object]:
    keys = engine.find_keys("process definition", [row.definition_id], actor=get_actor())
    return {
        "processDefinitionId": row.process_id,
        "processDefinitionVersion": row.version,
        "processDefinitionKey": key_text(keys[row.definition_id]),
        "processInstanceKey": str(row.key),
        "tenantId": tenant_text(get_actor().tenant_id),
        "tags": [],
        "businessId": row.business_key,
    }


@blueprint.post("/process-instances/<key>/cancellation")
def cancel_instance(key: str) -> tuple[str, int]:
    """End an instance."""
    actor = get_actor()
    read_body()
    found = get_engine().find_key("process instance", parse_key(key), actor=actor)
    get_engine().cancel_instance(found, actor=actor)
    return NO_CONTENT


@blueprint.post("/process-instances/search")
def search_instances() -> dict[str, object]:
    """Instances that match."""
    return search_page("instances", read_body(), FIELDS, _shown)


@blueprint.get("/process-instances/<key>")
def show_instance(key: str) -> dict[str, object]:
    """One instance."""
    return _shown(find_row("instances", "process instance", key))


@blueprint.post("/process-instances/<key>/incidents/search")
def search_incidents_of(key: str) -> dict[str, object]:
    """Incidents of one instance."""
    body = read_body()
    wanted = {**body.part("filter").values, "processInstanceKey": str(parse_key(key))}
    return search_incidents(Body({**body.values, "filter": wanted}))


def _shown(row: Mapping[str, Any]) -> dict[str, object]:
    return {
        "processInstanceKey": key_text(row["key"]),
        "processDefinitionId": row["process_id"],
        "processDefinitionName": row["process_name"],
        "processDefinitionVersion": row["version"],
        "processDefinitionVersionTag": row["version_tag"] or None,
        "processDefinitionKey": key_text(row["definition_key"]),
        "parentProcessInstanceKey": key_text(row["parent_key"]),
        "parentElementInstanceKey": None,
        "parentFlowNodeInstanceKey": None,
        "rootProcessInstanceKey": key_text(row["root_key"]),
        "startDate": moment_text(row["started_at"]),
        "endDate": moment_text(row["ended_at"]),
        "suspendedDate": None,
        "state": row["state"],
        "hasIncident": bool(row["has_incident"]),
        "tenantId": tenant_text(row["tenant_id"]),
        "tags": [],
        "businessId": row["business_key"],
    }
