"""Deployments: check files, deploy them."""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import FileStorage

from engine.core import File
from web.api.access import get_actor
from web.api.v1.door import blueprint, problem_of
from web.api.v1.schemas.deployed import Deployment, Files, Judged
from web.extensions import get_engine


@blueprint.post("/deployments/check")
@blueprint.input(Files, location="form_and_files", arg_name="sent")
@blueprint.output(Judged)
@blueprint.doc(tags=["Deployments"], summary="Say everything that is wrong with files")
def check_files(sent: dict[str, Any]) -> dict[str, object]:
    """Judge files without storing anything: every problem, with file, line and what to do."""
    report = get_engine().check(_files(sent))
    return {
        "is_deployable": report.is_deployable,
        "problems": [problem_of(problem) for problem in report.problems],
    }


@blueprint.post("/deployments")
@blueprint.input(Files, location="form_and_files", arg_name="sent")
@blueprint.output(Deployment, status_code=201)
@blueprint.doc(tags=["Deployments"], summary="Deploy files, all or none")
def deploy(sent: dict[str, Any]) -> tuple[dict[str, object], int]:
    """Deploy files together. Refused with ``problems`` when one has an error."""
    actor = get_actor()
    deployed = get_engine().deploy(_files(sent), actor=actor, name=sent["name"], source="API")
    parts: dict[str, list[tuple[Any, str, str]]] = {
        "processes": [(each, each.process_id, each.name) for each in deployed.processes],
        "decisions": [(each, each.decision_id, each.name) for each in deployed.decisions],
        "forms": [(each, each.form_id, each.form_id) for each in deployed.forms],
    }
    told: dict[str, object] = {
        kind: [
            {
                "id": each.id,
                "key": key,
                "name": name,
                "version": each.version,
                "is_new": each.is_new,
                "resource": each.resource,
            }
            for each, key, name in found
        ]
        for kind, found in parts.items()
    }
    told |= {
        "id": deployed.id,
        "is_new": deployed.is_new,
        "problems": [problem_of(problem) for problem in deployed.problems],
    }
    return told, 201 if deployed.is_new else 200


def _files(sent: dict[str, Any]) -> list[File]:
    files: list[FileStorage] = sent["files"]
    return [File(part.filename or "", part.read()) for part in files]
