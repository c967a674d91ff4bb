"""Deployments: diagrams, decisions and forms in one request, all or none."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath

from flask import request

from engine.core import Deployed, File
from engine.errors import BadInput, DeploymentRefused
from web.api.access import get_actor
from web.api.camunda8.door import blueprint
from web.api.camunda8.keys import require_tenant, tenant_text
from web.extensions import get_engine

_MOST_TOLD = 20


@blueprint.post("/deployments")
def deploy() -> dict[str, object]:
    """Deploy the parts that are called ``resources``."""
    actor = require_tenant(request.form.get("tenantId"))
    sent = request.files.getlist("resources")
    files = [File(part.filename or "", part.read()) for part in sent]
    if not files:
        raise BadInput("No part of the request is called 'resources'. Send files as multipart.")
    try:
        deployed = get_engine().deploy(files, actor=actor, source="Camunda 8 API")
    except DeploymentRefused as refused:
        # Clients show the detail and nothing else.
        raise BadInput(_all_problems(refused)) from refused
    return _told(deployed, {PurePath(f.name).name: f.name for f in files})


def _all_problems(refused: DeploymentRefused) -> str:
    errors = [problem for problem in refused.problems if problem.severity == "error"]
    lines = [
        f"{p.file}:{p.line} {p.element_id or ''} {p.message} {p.hint}".replace(" :", ":")
        for p in errors[:_MOST_TOLD]
    ]
    more = [f"... and {len(errors) - _MOST_TOLD} more."] if len(errors) > _MOST_TOLD else []
    return "\n".join([str(refused), *lines, *more])


def _told(deployed: Deployed, names: dict[str, str]) -> dict[str, object]:
    tenant = tenant_text(get_actor().tenant_id)
    key = _keys("deployment", [deployed.id])[deployed.id]
    items = [
        *_processes(deployed, tenant, names),
        *_decisions(deployed, tenant, names),
        *_forms(deployed, tenant, names),
    ]
    return {"deploymentKey": key, "tenantId": tenant, "deployments": items}


def _processes(
    deployed: Deployed, tenant: str, names: dict[str, str]
) -> Iterable[dict[str, object]]:
    keys = _keys("process definition", [each.id for each in deployed.processes])
    for each in deployed.processes:
        yield _item(
            processDefinition={
                "processDefinitionId": each.process_id,
                "processDefinitionVersion": each.version,
                "processDefinitionKey": keys[each.id],
                "resourceName": names.get(each.resource, each.resource),
                "tenantId": tenant,
            }
        )


def _decisions(
    deployed: Deployed, tenant: str, names: dict[str, str]
) -> Iterable[dict[str, object]]:
    keys = _keys("decision", [each.id for each in deployed.decisions])
    graphs: dict[str, str] = {}
    for each in deployed.decisions:
        row = get_engine().decision(each.id, actor=get_actor()).row
        if row.drg_id not in graphs:
            # The graph has no row of its own: its first decision stands for it.
            graphs[row.drg_id] = keys[each.id]
            yield _item(
                decisionRequirements={
                    "decisionRequirementsId": row.drg_id,
                    "decisionRequirementsName": row.drg_id,
                    "version": each.version,
                    "decisionRequirementsKey": keys[each.id],
                    "resourceName": names.get(each.resource, each.resource),
                    "tenantId": tenant,
                }
            )
        yield _item(
            decisionDefinition={
                "decisionDefinitionId": each.decision_id,
                "name": each.name,
                "version": each.version,
                "decisionDefinitionKey": keys[each.id],
                "decisionRequirementsId": row.drg_id,
                "decisionRequirementsKey": graphs[row.drg_id],
                "tenantId": tenant,
            }
        )


def _forms(deployed: Deployed, tenant: str, names: dict[str, str]) -> Iterable[dict[str, object]]:
    keys = _keys("form", [each.id for each in deployed.forms])
    for each in deployed.forms:
        yield _item(
            form={
                "formId": each.form_id,
                "version": each.version,
                "formKey": keys[each.id],
                "resourceName": names.get(each.resource, each.resource),
                "tenantId": tenant,
            }
        )


def _item(**told: object) -> dict[str, object]:
    empty = {
        "processDefinition": None,
        "decisionDefinition": None,
        "decisionRequirements": None,
        "form": None,
        "resource": None,
    }
    return {**empty, **told}


def _keys(what: str, ids: list[str]) -> dict[str, str]:
    found = get_engine().find_keys(what, ids, actor=get_actor())
    return {each: str(key) for each, key in found.items()}
