"""Process definitions: lists, one by id or key, its XML, and starting it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from engine.errors import BadInput, NotFound
from engine.queries.search import Comparison, Condition, Search
from web.api.access import get_actor
from web.api.body import Body, read_body
from web.api.camunda7.door import (
    Query,
    among,
    blueprint,
    definition_id,
    equal,
    is_own_tenant,
    optional_flag,
    read_definition_id,
    read_order,
    read_window,
    refuse_filters,
    require_own_tenant,
    tenant_of,
    told,
)
from web.api.camunda7.instances import tell_instance
from web.api.camunda7.values import read_variables, write_variables
from web.extensions import get_engine

Row = Mapping[str, Any]

_SORTS = {
    "id": "id",
    "key": "process_id",
    "name": "process_name",
    "version": "version",
    "deploymentId": "deployment_id",
    "category": "id",
    "tenantId": "tenant_id",
    "versionTag": "version_tag",
    "deployTime": "key",
}
_EQUAL = {
    "name": "process_name",
    "key": "process_id",
    "deploymentId": "deployment_id",
    "resourceName": "resource_name",
    "versionTag": "version_tag",
}
_LIKE = {
    "nameLike": "process_name",
    "keyLike": "process_id",
    "resourceNameLike": "resource_name",
    "versionTagLike": "version_tag",
}
_NOT_BUILT = ("deployedAfter", "deployedAt", "category", "categoryLike", "startableBy")
_NOT_BUILT_EITHER = ("incidentId", "incidentType", "incidentMessage", "incidentMessageLike")
_BY_ID = "/process-definition/<text>"
_BY_KEY = "/process-definition/key/<key>"
_BY_KEY_AND_TENANT = f"{_BY_KEY}/tenant-id/<tenant>"


@blueprint.get("/process-definition")
def show_definitions() -> ResponseReturnValue:
    """Deployed processes that match a filter."""
    given = Query(request.args)
    first, most = read_window()
    if not is_own_tenant(given) or not most:
        return []
    sort = tuple(read_order(given, _SORTS))
    wanted = Search(_conditions(given), sort, offset=first, limit=most)
    found = get_engine().search("definitions", wanted, actor=get_actor())
    return told(found.items, tell_definition)


@blueprint.get("/process-definition/count")
def count_definitions() -> ResponseReturnValue:
    """How many processes match; counted up to a thousand."""
    given = Query(request.args)
    if not is_own_tenant(given):
        return {"count": 0}
    found = get_engine().search("definitions", Search(_conditions(given)), actor=get_actor())
    return {"count": found.total.value}


@blueprint.get(_BY_ID)
def show_definition(text: str) -> ResponseReturnValue:
    """One version of a process."""
    return tell_definition(find_definition(text))


@blueprint.get(_BY_KEY)
def show_latest(key: str) -> ResponseReturnValue:
    """The latest version of a process."""
    return tell_definition(_find_latest(key))


@blueprint.get(_BY_KEY_AND_TENANT)
def show_latest_of_tenant(key: str, tenant: str) -> ResponseReturnValue:
    """The same, with the organisation named."""
    require_own_tenant(tenant)
    return show_latest(key)


@blueprint.get(f"{_BY_ID}/xml")
def show_xml(text: str) -> ResponseReturnValue:
    """The file of a version, as it was deployed."""
    return _xml(find_definition(text))


@blueprint.get(f"{_BY_KEY}/xml")
def show_latest_xml(key: str) -> ResponseReturnValue:
    """The file of the latest version."""
    return _xml(_find_latest(key))


@blueprint.post(f"{_BY_ID}/start")
def start(text: str) -> ResponseReturnValue:
    """Start an instance of one version."""
    return _start(find_definition(text))


@blueprint.post(f"{_BY_KEY}/start")
def start_latest(key: str) -> ResponseReturnValue:
    """Start an instance of the latest version."""
    return _start(_find_latest(key))


@blueprint.post(f"{_BY_KEY_AND_TENANT}/start")
def start_latest_of_tenant(key: str, tenant: str) -> ResponseReturnValue:
    """The same, with the organisation named."""
    require_own_tenant(tenant)
    return start_latest(key)


def find_definition(text: str) -> Row:
    """One version by its id, ``key:version:UUID`` or the UUID alone.

    Raises:
        NotFound: there is none.
    """
    conditions = [Condition("id", Comparison.EQ, read_definition_id(text))]
    found = get_engine().search("definitions", Search(tuple(conditions)), actor=get_actor()).items
    # The id names key and version too: an id of another server must not start something else.
    if not found or text not in {str(found[0]["id"]), _id_of(found[0])}:
        raise NotFound("process definition", text)
    return found[0]


def tell_definition(row: Row) -> dict[str, object]:
    """A process definition as Camunda 7 tells it."""
    return {
        "id": _id_of(row),
        "key": row["process_id"],
        "category": None,
        "description": row["documentation"] or None,
        "name": row["process_name"] or None,
        "version": row["version"],
        "resource": row["resource_name"],
        "deploymentId": row["deployment_id"],
        "diagram": None,
        "suspended": row["is_suspended"],
        "tenantId": tenant_of(row["tenant_id"]),
        "versionTag": row["version_tag"] or None,
        "historyTimeToLive": None,
        "startableInTasklist": row["is_startable"],
    }


def _id_of(row: Row) -> str:
    return definition_id(row["process_id"], row["version"], row["id"])


def _find_latest(key: str) -> Row:
    conditions = (
        Condition("process_id", Comparison.EQ, key),
        Condition("is_latest", Comparison.EQ, value=True),
    )
    found = get_engine().search("definitions", Search(conditions), actor=get_actor()).items
    if not found:
        raise NotFound("process", key)
    return found[0]


def _conditions(given: Body) -> tuple[Condition, ...]:
    refuse_filters(given, *_NOT_BUILT, *_NOT_BUILT_EITHER)
    found = [*equal(given, _EQUAL), *_like(given), *_of_ids(given)]
    version = given.whole("version", low=1, high=2**31 - 1)
    flags = (
        ("version", version),
        ("is_suspended", optional_flag(given, "suspended", "active")),
        ("is_latest", given.flag("latestVersion") or None),
        ("version_tag", "" if given.flag("withoutVersionTag") else None),
        ("is_startable", optional_flag(given, "startableInTasklist", "notStartableInTasklist")),
    )
    found.extend(
        Condition(name, Comparison.EQ, value) for name, value in flags if value is not None
    )
    return tuple(found)


def _like(given: Body) -> list[Condition]:
    # Camunda's wildcard is that of SQL.
    said = [(field, given.text(name).replace("%", "*")) for name, field in _LIKE.items()]
    return [Condition(field, Comparison.LIKE, text) for field, text in said if text]


def _of_ids(given: Body) -> list[Condition]:
    found = []
    single = given.text("processDefinitionId")
    if single:
        found.append(Condition("id", Comparison.EQ, read_definition_id(single)))
    ids = given.texts("processDefinitionIdIn")
    if ids is not None:
        found.append(Condition("id", Comparison.IN, [read_definition_id(text) for text in ids]))
    return [*found, *among(given, {"keysIn": "process_id"})]


def _xml(row: Row) -> dict[str, object]:
    _name, data = get_engine().diagram_xml(row["id"], actor=get_actor())
    return {"id": _id_of(row), "bpmn20Xml": data.decode("utf-8", errors="replace")}


def _start(row: Row) -> ResponseReturnValue:
    body = read_body()
    if body.values.get("startInstructions"):
        raise BadInput("startInstructions are not supported yet. Start at the start event.")
    engine, actor = get_engine(), get_actor()
    key = body.text("businessKey") or None
    variables = read_variables(body.values.get("variables"))
    started = engine.start(
        definition_id=row["id"], actor=actor, variables=variables, business_key=key
    )
    found = engine.instance_row(started, actor=actor)
    answer = tell_instance(found)
    if body.flag("withVariablesInReturn"):
        answer["variables"] = write_variables(engine.instance_values(started, actor=actor))
    return answer
