"""Process definitions: search, one, its file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response

from web.api.access import get_actor
from web.api.body import read_body
from web.api.camunda8.door import blueprint
from web.api.camunda8.keys import key_text, parse_key, tenant_text
from web.api.camunda8.searching import Field, Kind, find_row, search_page
from web.extensions import get_engine

FIELDS = {
    "processDefinitionKey": Field("key", Kind.KEY),
    "processDefinitionId": Field("process_id"),
    "name": Field("process_name"),
    "resourceName": Field("resource_name"),
    "version": Field("version", Kind.NUMBER),
    "versionTag": Field("version_tag"),
    "isLatestVersion": Field("is_latest", Kind.FLAG),
}


@blueprint.post("/process-definitions/search")
def search_definitions() -> dict[str, object]:
    """Deployed processes that match."""
    return search_page("definitions", read_body(), FIELDS, _shown)


@blueprint.get("/process-definitions/<key>")
def show_definition(key: str) -> dict[str, object]:
    """One version of a process."""
    return _shown(find_row("definitions", "process definition", key))


@blueprint.get("/process-definitions/<key>/xml")
def show_xml(key: str) -> Response:
    """The file that it was deployed from."""
    found = get_engine().find_key("process definition", parse_key(key), actor=get_actor())
    _, data = get_engine().diagram_xml(found, actor=get_actor())
    return Response(data, mimetype="text/xml")


def _shown(row: Mapping[str, Any]) -> dict[str, object]:
    return {
        "processDefinitionKey": key_text(row["key"]),
        "processDefinitionId": row["process_id"],
        "name": row["process_name"],
        "resourceName": row["resource_name"],
        "version": row["version"],
        "versionTag": row["version_tag"] or None,
        "tenantId": tenant_text(row["tenant_id"]),
        "state": "ACTIVE",
        "hasStartForm": False,
    }
