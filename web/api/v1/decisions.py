"""Decisions: list, evaluate with a trace."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from web.api.access import get_actor
from web.api.v1.door import answer, blueprint, page_of
from web.api.v1.schemas.base import page
from web.api.v1.schemas.deployed import Decision, DecisionQuery, Evaluation, EvaluationOrder
from web.api.values import plain
from web.extensions import get_engine


@blueprint.get("/decisions")
@blueprint.input(DecisionQuery, location="query", arg_name="query")
@blueprint.output(page(Decision))
@blueprint.doc(tags=["Decisions"], summary="List decisions")
def list_decisions(query: dict[str, Any]) -> Any:
    """Deployed decisions by name, the newest version of each unless all are asked for."""
    found = get_engine().decisions(
        actor=get_actor(),
        text=query["text"],
        all_versions=query["all_versions"],
        **page_of(query),
    )
    return answer(found, asdict)


@blueprint.post("/decisions/<decision_id>/evaluate")
@blueprint.input(EvaluationOrder, arg_name="sent")
@blueprint.output(Evaluation)
@blueprint.doc(tags=["Decisions"], summary="Evaluate a decision, and say why")
def evaluate_decision(decision_id: str, sent: dict[str, Any]) -> dict[str, object]:
    """Evaluate a decision by its id in the file: its value, and every rule that matched."""
    found = get_engine().evaluate_decision(
        decision_id, sent["variables"], actor=get_actor(), version=sent["version"]
    )
    trace: Any = plain(found.trace)
    return {
        "decision_id": found.decision.decision_id,
        "name": found.decision.name,
        "version": found.decision.version,
        "definition_id": found.decision.id,
        "value": plain(found.value),
        "is_made": not found.evaluation.failures,
        "decisions": trace["decisions"],
        "remarks": trace["remarks"],
    }
