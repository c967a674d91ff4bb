"""Incidents: list, one in detail, retry, skip, resolve."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from engine.core import Edit
from engine.queries.incidents import IncidentFilter, IncidentRow, IncidentState
from web.api.access import get_actor
from web.api.v1.door import NO_CONTENT, answer, blueprint, page_of
from web.api.v1.schemas.base import Variables, page
from web.api.v1.schemas.operating import Incident, IncidentDetail, IncidentQuery, Note, RetryOrder
from web.api.values import plain_map
from web.extensions import get_engine


@blueprint.get("/incidents")
@blueprint.input(IncidentQuery, location="query", arg_name="query")
@blueprint.output(page(Incident))
@blueprint.doc(tags=["Incidents"], summary="List incidents")
def list_incidents(query: dict[str, Any]) -> Any:
    """Incidents, oldest first; with ``instance_id`` for whoever may see that instance."""
    names = ("instance_id", "definition_id", "process_id", "element_id", "kind", "source_id")
    times = ("created_from", "created_before")
    wanted = IncidentFilter(
        state=IncidentState(query["state"]),
        **{name: query[name] for name in (*names, *times)},
    )
    return answer(get_engine().incidents(wanted, actor=get_actor(), **page_of(query)), _shown)


@blueprint.get("/incidents/<incident_id>")
@blueprint.output(IncidentDetail)
@blueprint.doc(tags=["Incidents"], summary="All that is known of an incident")
def show_incident(incident_id: str) -> dict[str, object]:
    """What failed, where, the variables seen there, the error, the request and the answer."""
    found = get_engine().incident(incident_id, actor=get_actor())
    return {
        **_shown(found.row),
        "scope": found.scope,
        "variables": plain_map(found.variables),
        "stack": found.stack,
        "request": found.request,
        "answer": found.answer,
        "data": plain_map(found.data),
        "source": found.source,
        "arguments": plain_map(found.arguments),
        "retries": found.retries,
        "may_edit_arguments": found.may_edit_arguments,
    }


@blueprint.post("/incidents/<incident_id>/retry")
@blueprint.input(RetryOrder, arg_name="sent")
@blueprint.output({}, status_code=204)
@blueprint.doc(tags=["Incidents"], summary="Try again, with other data if need be")
def retry_incident(incident_id: str, sent: dict[str, Any]) -> tuple[str, int]:
    """Try again what failed, after writing ``variables`` and replacing ``arguments``."""
    edit = Edit(sent["variables"], sent["arguments"], sent["retries"])
    get_engine().retry_incident(incident_id, actor=get_actor(), edit=edit)
    return NO_CONTENT


@blueprint.post("/incidents/<incident_id>/skip")
@blueprint.input(Variables, arg_name="sent")
@blueprint.output({}, status_code=204)
@blueprint.doc(tags=["Incidents"], summary="Take what failed for done")
def skip_incident(incident_id: str, sent: dict[str, Any]) -> tuple[str, int]:
    """Go on as if what failed had been done and had brought ``variables``."""
    get_engine().skip_incident(incident_id, actor=get_actor(), variables=sent["variables"])
    return NO_CONTENT


@blueprint.post("/incidents/<incident_id>/resolve")
@blueprint.input(Note, arg_name="sent")
@blueprint.output({}, status_code=204)
@blueprint.doc(tags=["Incidents"], summary="Note that it is seen to")
def resolve_incident(incident_id: str, sent: dict[str, Any]) -> tuple[str, int]:
    """Take it off the list with a note; nothing is tried again, the token stays."""
    get_engine().resolve_incident(incident_id, actor=get_actor(), note=sent["note"])
    return NO_CONTENT


def _shown(row: IncidentRow) -> dict[str, object]:
    return asdict(row)
