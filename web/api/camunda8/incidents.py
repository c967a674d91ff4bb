"""Incidents: search, one, resolution (which tries again)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from web.api.access import get_actor
from web.api.body import Body, read_body
from web.api.camunda8.door import NO_CONTENT, blueprint
from web.api.camunda8.keys import key_text, moment_text, parse_key, tenant_text
from web.api.camunda8.searching import Field, Kind, find_row, search_page
from web.extensions import get_engine

_TYPES = {
    "failedJob": "JOB_NO_RETRIES",
    "failedExternalTask": "JOB_NO_RETRIES",
    "condition-not-boolean": "CONDITION_ERROR",
    "no-flow-selected": "CONDITION_ERROR",
    "call-without-process": "CALLED_ELEMENT_ERROR",
    "decision-failed": "DECISION_EVALUATION_ERROR",
}
_EXPRESSION = "EXTRACT_VALUE_ERROR"
_KINDS = {
    error: tuple(kind for kind, one in _TYPES.items() if one == error)
    for error in dict.fromkeys(_TYPES.values())
}
FIELDS = {
    "incidentKey": Field("key", Kind.KEY),
    "processDefinitionId": Field("process_id"),
    "processDefinitionKey": Field("definition_key", Kind.KEY),
    "processInstanceKey": Field("instance_key", Kind.KEY),
    "rootProcessInstanceKey": Field("root_key", Kind.KEY),
    "errorType": Field("kind", values=_KINDS),
    "errorMessage": Field("message"),
    "elementId": Field("element_id"),
    "elementInstanceKey": Field("waits_at", Kind.KEY),
    "creationTime": Field("created_at", Kind.MOMENT),
    "state": Field("state", values={"ACTIVE": "ACTIVE", "RESOLVED": "RESOLVED"}),
    "jobKey": Field("source_key", Kind.KEY),
}


@blueprint.post("/incidents/search")
def search_all_incidents() -> dict[str, object]:
    """Incidents that match."""
    return search_incidents(read_body())


def search_incidents(body: Body) -> dict[str, object]:
    """The answer to a search request for incidents."""
    return search_page("incidents", body, FIELDS, _shown)


@blueprint.get("/incidents/<key>")
def show_incident(key: str) -> dict[str, object]:
    """One incident."""
    return _shown(find_row("incidents", "incident", key))


@blueprint.post("/incidents/<key>/resolution")
def resolve_incident(key: str) -> tuple[str, int]:
    """Try again what failed: of a job, as often as its retries say, at least once."""
    actor = get_actor()
    read_body()
    found = get_engine().find_key("incident", parse_key(key), actor=actor)
    get_engine().retry_incident(found, actor=actor)
    return NO_CONTENT


def _shown(row: Mapping[str, Any]) -> dict[str, object]:
    return {
        "incidentKey": key_text(row["key"]),
        "processDefinitionId": row["process_id"],
        "processDefinitionKey": key_text(row["definition_key"]),
        "processInstanceKey": key_text(row["instance_key"]),
        "rootProcessInstanceKey": key_text(row["root_key"]),
        "errorType": _TYPES.get(row["kind"], _EXPRESSION),
        "errorMessage": row["message"],
        "elementId": row["element_id"],
        "elementInstanceKey": key_text(row["waits_at"]),
        "creationTime": moment_text(row["created_at"]),
        "state": row["state"],
        "tenantId": tenant_text(row["tenant_id"]),
        "jobKey": key_text(row["source_key"]),
    }
