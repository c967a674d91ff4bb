"""Decisions: evaluate one, with every rule that matched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.errors import BadInput
from web.api.body import read_body
from web.api.camunda8.door import blueprint
from web.api.camunda8.keys import parse_key, require_tenant, tenant_text
from web.api.values import json_text
from web.extensions import get_engine


@blueprint.post("/decision-definitions/evaluation")
def evaluate_decision() -> dict[str, object]:
    """Evaluate a decision by its key or id."""
    body = read_body()
    actor = require_tenant(body)
    engine = get_engine()
    key, name = body.values.get("decisionDefinitionKey"), body.text("decisionDefinitionId")
    if key is None and not name:
        raise BadInput("'decisionDefinitionId' or 'decisionDefinitionKey' must be given.")
    if key is not None:
        found = engine.find_key("decision", parse_key(key), actor=actor)
        evaluated = engine.evaluate_decision(
            definition_id=found, variables=body.variables(), actor=actor
        )
    else:
        evaluated = engine.evaluate_decision(name, body.variables(), actor=actor)
    made = evaluated.decision
    number = str(engine.find_keys("decision", [made.id], actor=actor)[made.id])
    failures = evaluated.evaluation.failures
    trace: Mapping[str, Any] = evaluated.trace
    tenant = tenant_text(actor.tenant_id)
    row = engine.decision(made.id, actor=actor).row
    return {
        "decisionDefinitionId": made.decision_id,
        "decisionDefinitionName": made.name,
        "decisionDefinitionVersion": made.version,
        "decisionDefinitionKey": number,
        "decisionRequirementsId": row.drg_id,
        "decisionRequirementsKey": number,
        "decisionEvaluationKey": number,
        "decisionInstanceKey": number,
        "output": json_text(evaluated.value),
        "failedDecisionDefinitionId": made.decision_id if failures else None,
        "failureMessage": failures[0].reason if failures else None,
        "tenantId": tenant,
        "evaluatedDecisions": list(_evaluated(trace, number, made.version, tenant)),
    }


def _evaluated(
    trace: Mapping[str, Any], number: str, version: int, tenant: str
) -> Iterable[dict[str, object]]:
    for place, made in enumerate(trace["decisions"], 1):
        is_table = "rules" in made
        yield {
            "decisionDefinitionId": made["id"],
            "decisionDefinitionName": made["name"],
            "decisionDefinitionVersion": version,
            "decisionDefinitionKey": number,
            "decisionDefinitionType": "DECISION_TABLE" if is_table else "LITERAL_EXPRESSION",
            "decisionEvaluationInstanceKey": f"{number}-{place}",
            "output": json_text(made["value"]),
            "tenantId": tenant,
            "matchedRules": [_rule(rule) for rule in made.get("rules", ())],
            "evaluatedInputs": [
                {
                    "inputId": str(index),
                    "inputName": tested["label"],
                    "inputValue": json_text(tested["value"]),
                }
                for index, tested in enumerate(made.get("inputs", ()), 1)
            ],
        }


def _rule(rule: Mapping[str, Any]) -> dict[str, object]:
    return {
        "ruleId": rule["id"],
        "ruleIndex": rule["number"],
        "evaluatedOutputs": [
            {
                "outputId": name,
                "outputName": name,
                "outputValue": json_text(value),
                "ruleId": rule["id"],
                "ruleIndex": rule["number"],
            }
            for name, value in rule["outputs"].items()
        ],
    }
