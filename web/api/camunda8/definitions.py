"""Process definitions: search, one, its file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response

from web.api.access import get_actor
from web.api.body import Body, read_body
from web.api.camunda8.door import blueprint
from web.api.camunda8.keys import key_text, parse_key, tenant_text
from web.api.camunda8.searching import Field, Kind, answer, nothing, read_search
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
    wanted = read_search(read_body(), FIELDS)
    if wanted is None:
        return nothing()
    found = get_engine().search("definitions", wanted, actor=get_actor())
    items = [_shown(row) for row in found.items]
    return answer(
        items, total=found.total.value, is_capped=found.total.is_capped, offset=wanted.offset
    )


@blueprint.get("/process-definitions/<key>")
def show_definition(key: str) -> dict[str, object]:
    """One version of a process."""
    get_engine().find_key("process definition", parse_key(key), actor=get_actor())
    wanted = read_search(Body({"filter": {"processDefinitionKey": key}}), FIELDS)
    assert wanted is not None
    return _shown(get_engine().search("definitions", wanted, actor=get_actor()).items[0])


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
