"""Open incidents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from engine.errors import NotFound
from engine.queries.search import Comparison, Condition, Search
from web.api.access import get_actor
from web.api.body import Body
from web.api.camunda7.door import (
    Query,
    among,
    blueprint,
    definition_id,
    equal,
    is_own_tenant,
    read_definition_id,
    read_order,
    read_window,
    refuse_filters,
    tenant_of,
    told,
)
from web.api.camunda7.values import moment_text
from web.extensions import get_engine

_SORTS = {
    "incidentId": "id",
    "incidentMessage": "message",
    "incidentTimestamp": "created_at",
    "incidentType": "kind",
    "activityId": "element_id",
    "processInstanceId": "instance_id",
    "processDefinitionId": "definition_id",
    "tenantId": "tenant_id",
}
_EQUAL = {
    "incidentId": "id",
    "incidentType": "kind",
    "incidentMessage": "message",
    "processInstanceId": "instance_id",
    "activityId": "element_id",
    "failedActivityId": "element_id",
}
_NOT_BUILT = (
    "incidentMessageLike",
    "incidentTimestampBefore",
    "incidentTimestampAfter",
    "executionId",
    "causeIncidentId",
    "rootCauseIncidentId",
    "configuration",
    "jobDefinitionIdIn",
)
_OPEN = Condition("state", Comparison.EQ, "ACTIVE")


@blueprint.get("/incident")
def show_incidents() -> ResponseReturnValue:
    """Open incidents that match a filter."""
    given = Query(request.args)
    conditions = _conditions(given)
    first, most = read_window()
    sort = tuple(read_order(given, _SORTS))
    if not is_own_tenant(given) or not most:
        return []
    wanted = Search(conditions, sort, offset=first, limit=most)
    return told(get_engine().search("incidents", wanted, actor=get_actor()).items, _tell)


@blueprint.get("/incident/count")
def count_incidents() -> ResponseReturnValue:
    """How many open incidents match; counted up to a thousand."""
    given = Query(request.args)
    conditions = _conditions(given)
    if not is_own_tenant(given):
        return {"count": 0}
    found = get_engine().search("incidents", Search(conditions), actor=get_actor())
    return {"count": found.total.value}


@blueprint.get("/incident/<incident_id>")
def show_incident(incident_id: str) -> ResponseReturnValue:
    """One open incident."""
    wanted = Search((_OPEN, Condition("id", Comparison.EQ, incident_id)))
    found = get_engine().search("incidents", wanted, actor=get_actor()).items
    if not found:
        raise NotFound("incident", incident_id)
    return _tell(found[0])


def _conditions(given: Body) -> tuple[Condition, ...]:
    refuse_filters(given, *_NOT_BUILT)
    found = [_OPEN, *equal(given, _EQUAL), *among(given, {"processDefinitionKeyIn": "process_id"})]
    definition = given.text("processDefinitionId")
    if definition:
        found.append(Condition("definition_id", Comparison.EQ, read_definition_id(definition)))
    return tuple(found)


def _tell(row: Mapping[str, Any]) -> dict[str, object]:
    return {
        "id": row["id"],
        "processDefinitionId": definition_id(
            row["process_id"], row["version"], row["definition_id"]
        ),
        "processInstanceId": row["instance_id"],
        "executionId": row["instance_id"],
        "incidentTimestamp": moment_text(row["created_at"]),
        "incidentType": row["kind"],
        "activityId": row["element_id"],
        "failedActivityId": row["element_id"],
        "causeIncidentId": row["id"],
        "rootCauseIncidentId": row["id"],
        "configuration": None,
        "incidentMessage": row["message"],
        "tenantId": tenant_of(row["tenant_id"]),
        "jobDefinitionId": None,
        "annotation": None,
    }
