"""Element instances and variables of process instances."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import request

from engine.errors import BadInput, NotFound
from engine.queries.elements import ElementRow, derived_key, scope_key
from engine.queries.instances import InstanceRow
from engine.queries.search import Comparison, Search
from web.api.access import get_actor
from web.api.body import read_body
from web.api.camunda8.door import NO_CONTENT, blueprint
from web.api.camunda8.keys import key_text, moment_text, parse_key, tenant_text
from web.api.camunda8.searching import Field, Kind, answer, in_memory, nothing, read_search
from web.api.values import json_text
from web.extensions import get_engine

CUT = 8_191
_WORDS = {
    "process": "PROCESS",
    "startEvent": "START_EVENT",
    "endEvent": "END_EVENT",
    "boundaryEvent": "BOUNDARY_EVENT",
    "intermediateCatchEvent": "INTERMEDIATE_CATCH_EVENT",
    "intermediateThrowEvent": "INTERMEDIATE_THROW_EVENT",
    "task": "TASK",
    "manualTask": "MANUAL_TASK",
    "userTask": "USER_TASK",
    "serviceTask": "SERVICE_TASK",
    "sendTask": "SEND_TASK",
    "receiveTask": "RECEIVE_TASK",
    "scriptTask": "SCRIPT_TASK",
    "businessRuleTask": "BUSINESS_RULE_TASK",
    "callActivity": "CALL_ACTIVITY",
    "subProcess": "SUB_PROCESS",
    "transaction": "SUB_PROCESS",
    "eventSubProcess": "EVENT_SUB_PROCESS",
    "adHocSubProcess": "AD_HOC_SUB_PROCESS",
    "exclusiveGateway": "EXCLUSIVE_GATEWAY",
    "inclusiveGateway": "INCLUSIVE_GATEWAY",
    "parallelGateway": "PARALLEL_GATEWAY",
    "eventBasedGateway": "EVENT_BASED_GATEWAY",
    "multiInstanceBody": "MULTI_INSTANCE_BODY",
}
ELEMENTS = {
    "elementInstanceKey": Field("elementInstanceKey", Kind.KEY),
    "processInstanceKey": Field("processInstanceKey", Kind.KEY),
    "rootProcessInstanceKey": Field("rootProcessInstanceKey", Kind.KEY),
    "elementInstanceScopeKey": Field("scope", Kind.KEY),
    "processDefinitionKey": Field("processDefinitionKey", Kind.KEY),
    "processDefinitionId": Field("processDefinitionId"),
    "elementId": Field("elementId"),
    "elementName": Field("elementName"),
    "type": Field("type"),
    "state": Field("state"),
    "hasIncident": Field("hasIncident", Kind.FLAG),
    "incidentKey": Field("incidentKey", Kind.KEY),
    "startDate": Field("started", Kind.MOMENT),
    "endDate": Field("ended", Kind.MOMENT),
}
VARIABLES = {
    "variableKey": Field("variableKey", Kind.KEY),
    "processInstanceKey": Field("processInstanceKey", Kind.KEY),
    "rootProcessInstanceKey": Field("rootProcessInstanceKey", Kind.KEY),
    "scopeKey": Field("scopeKey", Kind.KEY),
    "name": Field("name"),
    "value": Field("value"),
    "isTruncated": Field("isTruncated", Kind.FLAG),
}
_KEYS = frozenset(
    {
        "elementInstanceKey",
        "processInstanceKey",
        "rootProcessInstanceKey",
        "processDefinitionKey",
        "incidentKey",
        "variableKey",
        "scopeKey",
    }
)
_HIDDEN = frozenset({"scope", "started", "ended"})


@blueprint.post("/element-instances/search")
def search_elements() -> dict[str, object]:
    """Where a process instance is and was; the filter must name the instance."""
    wanted = read_search(read_body(), ELEMENTS)
    if wanted is None:
        return nothing()
    instance = _instance(wanted, ("processInstanceKey", "elementInstanceKey"))
    if instance is None:
        return nothing()
    return _page(_elements(instance), wanted)


@blueprint.get("/element-instances/<key>")
def show_element(key: str) -> dict[str, object]:
    """One element that waits, or an instance itself."""
    number = parse_key(key)
    instance, _ = get_engine().find_place(number, actor=get_actor())
    row = get_engine().instance_row(instance, actor=get_actor())
    for found in _elements(row):
        if found["elementInstanceKey"] == number:
            return _with_text_keys(found)
    raise NotFound("element instance", key)


@blueprint.put("/element-instances/<key>/variables")
@blueprint.patch("/element-instances/<key>/variables")
def set_variables(key: str) -> tuple[str, int]:
    """Write variables of an element that waits, or of an instance."""
    body = read_body()
    engine, actor = get_engine(), get_actor()
    instance, scope = engine.find_place(parse_key(key), actor=actor)
    given = body.variables()
    if not given:
        raise BadInput("'variables' must have at least one variable.")
    engine.set_variables(instance, given, actor=actor, scope=scope, is_local=body.flag("local"))
    return NO_CONTENT


@blueprint.post("/variables/search")
def search_variables() -> dict[str, object]:
    """Variables of a process instance, its last ones when it is over.

    Values are JSON; long ones are cut unless ``truncateValues=false`` is in the address.
    """
    wanted = read_search(read_body(), VARIABLES)
    if wanted is None:
        return nothing()
    instance = _instance(wanted, ("processInstanceKey", "scopeKey"))
    if instance is None:
        return nothing()
    cut = None if request.args.get("truncateValues", "").lower() == "false" else CUT
    return _page(_variables(instance, cut), wanted)


def _instance(wanted: Search, names: tuple[str, ...]) -> InstanceRow | None:
    """The instance that a filter names; ``None``: it names one that is not there."""
    engine, actor = get_engine(), get_actor()
    for condition in wanted.conditions:
        if condition.field in names and condition.comparison is Comparison.EQ:
            try:
                if condition.field == names[0]:
                    found = engine.find_key("process instance", condition.value, actor=actor)
                else:
                    found, _ = engine.find_place(condition.value, actor=actor)
                return engine.instance_row(found, actor=actor)
            except NotFound:
                return None
    told = " or ".join(f"'filter.{name}'" for name in names)
    raise BadInput(f"{told} must say exactly which instance: this search looks into one at a time.")


def _elements(row: InstanceRow) -> Iterator[dict[str, Any]]:
    engine, actor = get_engine(), get_actor()
    keys = engine.find_keys("process definition", [row.definition_id], actor=actor)
    roots = engine.find_keys("process instance", [row.root_id], actor=actor)
    around = {
        "processInstanceKey": row.key,
        "rootProcessInstanceKey": roots.get(row.root_id, row.key),
        "processDefinitionKey": keys[row.definition_id],
        "processDefinitionId": row.process_id,
        "tenantId": tenant_text(actor.tenant_id),
    }
    for found in engine.elements(row.id, actor=actor):
        yield {**around, **_element(found)}


def _element(found: ElementRow) -> dict[str, Any]:
    return {
        "elementInstanceKey": found.key,
        "elementId": found.element_id,
        "elementName": found.name or found.element_id,
        "type": _WORDS.get(found.type, "UNKNOWN"),
        "state": found.state,
        "hasIncident": found.incident_key is not None,
        "incidentKey": found.incident_key,
        "startDate": moment_text(found.started_at),
        "endDate": moment_text(found.ended_at),
        "scope": found.scope_key,
        "started": found.started_at,
        "ended": found.ended_at,
    }


def _variables(row: InstanceRow, cut: int | None) -> Iterator[dict[str, Any]]:
    engine, actor = get_engine(), get_actor()
    roots = engine.find_keys("process instance", [row.root_id], actor=actor)
    for scope, values in engine.scoped_values(row.id, actor=actor).items():
        for name, value in values.items():
            text = json_text(value)
            is_cut = cut is not None and len(text) > cut
            yield {
                "variableKey": derived_key(row.key, "variable", scope, name),
                "name": name,
                "value": text[:cut] if is_cut else text,
                "isTruncated": is_cut,
                "scopeKey": scope_key(row.key, scope),
                "processInstanceKey": row.key,
                "rootProcessInstanceKey": roots.get(row.root_id, row.key),
                "tenantId": tenant_text(actor.tenant_id),
            }


def _page(rows: Iterator[dict[str, Any]], wanted: Search) -> dict[str, object]:
    found, total = in_memory(rows, wanted)
    return answer([_with_text_keys(each) for each in found], total=total, offset=wanted.offset)


def _with_text_keys(found: dict[str, Any]) -> dict[str, object]:
    return {
        name: key_text(value) if name in _KEYS else value
        for name, value in found.items()
        if name not in _HIDDEN
    }
