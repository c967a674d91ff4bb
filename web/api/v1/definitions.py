"""Process definitions: list, one, its file, suspend and resume."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Response

from web.api.access import get_actor
from web.api.v1.door import NO_CONTENT, answer, blueprint, page_of
from web.api.v1.schemas.base import Counted, page
from web.api.v1.schemas.deployed import (
    Definition,
    DefinitionDetail,
    DefinitionQuery,
    OfElement,
    WithInstances,
)
from web.extensions import get_engine


@blueprint.get("/definitions/<definition_id>")
@blueprint.output(DefinitionDetail)
@blueprint.doc(tags=["Definitions"], summary="One version of a process")
def show_definition(definition_id: str) -> dict[str, object]:
    """One version of a process."""
    found = get_engine().definition(definition_id, actor=get_actor())
    return {
        **asdict(found.row),
        "versions": [version.version for version in found.versions],
        "why_not_startable": found.why_not_startable,
    }


@blueprint.get("/definitions")
@blueprint.input(DefinitionQuery, location="query", arg_name="query")
@blueprint.output(page(Definition))
@blueprint.doc(tags=["Definitions"], summary="List processes")
def list_definitions(query: dict[str, Any]) -> Any:
    """Deployed processes by name, the newest version of each unless all are asked for."""
    found = get_engine().definitions(
        actor=get_actor(),
        text=query["text"],
        all_versions=query["all_versions"],
        **page_of(query),
    )
    return answer(found, asdict)


@blueprint.get("/definitions/<definition_id>/xml")
@blueprint.doc(
    tags=["Definitions"],
    summary="The file that it was deployed from",
    responses={200: "The file."},
)
def show_file(definition_id: str) -> Response:
    """The original bytes."""
    _, data = get_engine().diagram_xml(definition_id, actor=get_actor())
    return Response(data, mimetype="application/xml")


@blueprint.post("/definitions/<definition_id>/suspend")
@blueprint.input(WithInstances, arg_name="how")
@blueprint.output({}, status_code=204)
@blueprint.doc(tags=["Definitions"], summary="Let nobody start it")
def suspend_definition(definition_id: str, how: dict[str, Any]) -> tuple[str, int]:
    """Nobody starts it any more; with ``with_instances`` its instances stop, too."""
    get_engine().suspend_definition(
        definition_id, actor=get_actor(), with_instances=how["with_instances"]
    )
    return NO_CONTENT


@blueprint.post("/definitions/<definition_id>/resume")
@blueprint.input(WithInstances, arg_name="how")
@blueprint.output({}, status_code=204)
@blueprint.doc(tags=["Definitions"], summary="The opposite of suspend")
def resume_definition(definition_id: str, how: dict[str, Any]) -> tuple[str, int]:
    """It can be started again; with ``with_instances`` its suspended instances go on."""
    get_engine().resume_definition(
        definition_id, actor=get_actor(), with_instances=how["with_instances"]
    )
    return NO_CONTENT


@blueprint.post("/definitions/<definition_id>/jobs/suspend")
@blueprint.input(OfElement, arg_name="which")
@blueprint.output(Counted)
@blueprint.doc(tags=["Jobs"], summary="Hold back the waiting jobs of a definition")
def suspend_jobs(definition_id: str, which: dict[str, Any]) -> dict[str, object]:
    """Hold back the jobs that wait, of one element or of all; later ones are not touched."""
    count = get_engine().suspend_jobs(
        definition_id, actor=get_actor(), element_id=which["element_id"]
    )
    return {"count": count}


@blueprint.post("/definitions/<definition_id>/jobs/resume")
@blueprint.input(OfElement, arg_name="which")
@blueprint.output(Counted)
@blueprint.doc(tags=["Jobs"], summary="Let the jobs of a definition run again")
def resume_jobs(definition_id: str, which: dict[str, Any]) -> dict[str, object]:
    """Let jobs run again; those of suspended instances stay suspended."""
    count = get_engine().resume_jobs(
        definition_id, actor=get_actor(), element_id=which["element_id"]
    )
    return {"count": count}
