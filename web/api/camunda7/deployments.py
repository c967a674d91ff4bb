"""Deployments: what Camunda Modeler sends, and what was deployed."""

from __future__ import annotations

from io import BytesIO

from flask import request, send_file
from flask.typing import ResponseReturnValue

from engine.actor import Right
from engine.core import Deployed, File
from engine.errors import BadInput, Forbidden
from engine.queries.deployments import DeploymentFilter, DeploymentRow
from web.api.access import get_actor
from web.api.body import Body
from web.api.camunda7.definitions import find_definition, tell_definition
from web.api.camunda7.door import (
    Query,
    blueprint,
    definition_id,
    is_own_tenant,
    linked,
    read_moment,
    read_order,
    read_window,
    require_own_tenant,
    tenant_of,
    told,
)
from web.api.camunda7.values import moment_text
from web.extensions import get_engine

_FIELDS = frozenset(
    (
        "deployment-name",
        "deployment-source",
        "deploy-changed-only",
        "enable-duplicate-filtering",
        "tenant-id",
        "deployment-activation-time",
    )
)
_SORTS = {"id": "id", "name": "name", "deploymentTime": "time", "tenantId": "tenant"}


@blueprint.post("/deployment/create")
def deploy() -> ResponseReturnValue:
    """Deploy the files that were sent, all or none.

    The same bytes never make a new version, and what was deployed before is told again: Camunda 7
    answers ``null`` there, upon which its Modeler starts the id that it remembers, perhaps another
    server's.
    """
    actor = get_actor()
    if not actor.may(Right.DEPLOY):
        # Before the files are read, which may cost a while.
        raise Forbidden(actor.label, "deploy", "processes")
    given = Body(request.form)
    require_own_tenant(given.text("tenant-id"))
    if given.text("deployment-activation-time"):
        raise BadInput("deployment-activation-time is not supported. Deploy when it is time.")
    files = [File(part.filename or name, part.read()) for name, part in request.files.items(True)]
    # A part without file name is a field to Werkzeug; its own name is the file's then.
    files += [
        File(name, text.encode())
        for name, text in request.form.items(multi=True)
        if name not in _FIELDS
    ]
    deployed = get_engine().deploy(
        files,
        actor=actor,
        name=given.text("deployment-name"),
        source=given.text("deployment-source"),
    )
    return _tell_deployed(deployed)


@blueprint.get("/deployment")
def show_deployments() -> ResponseReturnValue:
    """Deployments that match a filter, the newest first; ``maxResults=0`` asks who may come in."""
    given = Query(request.args)
    wanted = _filter(given)
    first, most = read_window()
    order = read_order(given, _SORTS)
    if not is_own_tenant(given):
        return []
    found = get_engine().deployments(wanted, actor=get_actor(), first=first, most=most)
    for by, descends in reversed(order):
        found.sort(key=_RANK[by], reverse=descends)
    return told(found, _tell)


@blueprint.get("/deployment/count")
def count_deployments() -> ResponseReturnValue:
    """How many deployments match a filter."""
    given = Query(request.args)
    wanted = _filter(given)
    if not is_own_tenant(given):
        return {"count": 0}
    return {"count": get_engine().count_deployments(wanted, actor=get_actor())}


@blueprint.get("/deployment/<deployment_id>")
def show_deployment(deployment_id: str) -> ResponseReturnValue:
    """One deployment."""
    return _tell(get_engine().deployment(deployment_id, actor=get_actor()))


@blueprint.get("/deployment/<deployment_id>/resources")
def show_resources(deployment_id: str) -> ResponseReturnValue:
    """The files of a deployment."""
    found = get_engine().resources(deployment_id, actor=get_actor())
    return [{"id": row.id, "name": row.name, "deploymentId": row.deployment_id} for row in found]


@blueprint.get("/deployment/<deployment_id>/resources/<resource_id>")
def show_resource(deployment_id: str, resource_id: str) -> ResponseReturnValue:
    """One file of a deployment."""
    name, _ = get_engine().resource(deployment_id, resource_id, actor=get_actor())
    return {"id": resource_id, "name": name, "deploymentId": deployment_id}


@blueprint.get("/deployment/<deployment_id>/resources/<resource_id>/data")
def show_data(deployment_id: str, resource_id: str) -> ResponseReturnValue:
    """The bytes of a file, as they were deployed."""
    name, data = get_engine().resource(deployment_id, resource_id, actor=get_actor())
    return send_file(
        BytesIO(data),
        mimetype="application/octet-stream",
        download_name=name,
        as_attachment=True,
    )


_RANK = {
    "id": lambda row: row.id,
    "name": lambda row: row.name,
    "time": lambda row: row.deployed_at,
    "tenant": lambda row: row.tenant_id,
}


def _filter(given: Body) -> DeploymentFilter:
    return DeploymentFilter(
        id=given.text("id"),
        name=given.text("name"),
        name_part=given.text("nameLike").strip("%"),
        source=given.text("source"),
        after=read_moment(given, "after"),
        before=read_moment(given, "before"),
    )


def _tell(row: DeploymentRow) -> dict[str, object]:
    return {
        "links": linked(f"deployment/{row.id}"),
        "id": row.id,
        "name": row.name or None,
        "source": row.source or None,
        "deploymentTime": moment_text(row.deployed_at),
        "tenantId": tenant_of(row.tenant_id),
    }


def _tell_deployed(deployed: Deployed) -> dict[str, object]:
    engine, actor = get_engine(), get_actor()
    processes = [tell_definition(find_definition(process.id)) for process in deployed.processes]
    tenant = tenant_of(actor.tenant_id)
    decisions: list[dict[str, object]] = [
        {
            "id": definition_id(decision.decision_id, decision.version, decision.id),
            "key": decision.decision_id,
            "category": None,
            "name": decision.name or None,
            "version": decision.version,
            "resource": decision.resource,
            "deploymentId": deployed.id,
            "tenantId": tenant,
            "decisionRequirementsDefinitionId": None,
            "decisionRequirementsDefinitionKey": None,
            "historyTimeToLive": None,
            "versionTag": None,
        }
        for decision in deployed.decisions
    ]
    return {
        **_tell(engine.deployment(deployed.id, actor=actor)),
        "deployedProcessDefinitions": _by_id(processes),
        "deployedDecisionDefinitions": _by_id(decisions),
        "deployedDecisionRequirementsDefinitions": None,
        "deployedCaseDefinitions": None,
    }


def _by_id(definitions: list[dict[str, object]]) -> dict[str, dict[str, object]] | None:
    return {str(one["id"]): one for one in definitions} or None
