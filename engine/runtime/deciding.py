"""Tasks that call a decision: evaluated within the step, with its trace as history."""

from __future__ import annotations

from bpmn.decisions import (
    DecisionNotFound,
    Evaluation,
    Remark,
    ResultMapping,
    ResultNotSingle,
    evaluate,
    map_result,
    output_values,
)
from bpmn.expressions.faults import Fault
from bpmn.expressions.feel.values import to_plain
from bpmn.model import Dialect, Work
from engine.runtime import mappings
from engine.runtime.decision_trace import shown, told
from engine.runtime.decisions import DecisionForbidden, DecisionReference, DeployedDecision
from engine.runtime.run import Failure, Run
from engine.runtime.state import Scope, Token

EVENT = "decision-evaluated"
LOCAL_RESULT = "decisionResult"
"""Camunda 7's local variable: a list with one map for each rule that counts."""


def decide(run: Run, scope: Scope, token: Token, work: Work) -> None:
    """Evaluate the decision that *work* names, and write its result.

    Raises:
        Failure: there is no such decision, it cannot be decided as drawn, or its result cannot be
            mapped as wanted.
    """
    decision = _find(run, scope, work)
    inputs = run.environment(scope).variables
    try:
        evaluation = evaluate(decision.model, decision.decision_id, inputs, now=run.now)
    except DecisionNotFound as problem:
        raise Failure("decision-not-found", str(problem)) from problem
    data = told(decision, evaluation)
    if evaluation.failures:
        message = _message(decision, evaluation, evaluation.failures[0])
        raise Failure("decision-failed", message, data=data)
    try:
        _write(run, scope, token, work, evaluation)
    except (ResultNotSingle, Fault) as problem:
        message = f"Decision {decision.decision_id!r}: {problem}"
        raise Failure("decision-result-invalid", message, data=data) from problem
    run.record(EVENT, token.node, scope, data)


def _find(run: Run, scope: Scope, work: Work) -> DeployedDecision:
    version = run.text(work.version, scope)
    name = run.text(work.name, scope)
    tenant = run.text(work.tenant, scope)
    wanted = DecisionReference(name, work.binding, version, work.version_tag, tenant)
    try:
        found = run.settings.decisions.find(wanted)
    except DecisionForbidden as problem:
        raise Failure("tenant-forbidden", forbidden(tenant)) from problem
    if found is None:
        message = f"No decision {name!r}{wanted.which} is deployed. Deploy it, then retry."
        raise Failure("decision-not-found", message)
    return found


def forbidden(tenant: str) -> str:
    """Why nothing of another organisation is called, and what to do."""
    return (
        f"What organisation {tenant!r} deployed may not be called from here. The operator allows "
        "it with LANEWAY_TENANT_CALLS; then retry."
    )


def _write(run: Run, scope: Scope, token: Token, work: Work, evaluation: Evaluation) -> None:
    if run.model.dialect is Dialect.CAMUNDA7:
        _write_as_camunda7(run, scope, token, work, evaluation)
        return
    # Camunda 8: the result is local first, so that output mappings decide what leaves the task.
    if work.result_variable:
        found = {work.result_variable: to_plain(evaluation.value)}
    else:
        found = _outputs(evaluation)
    mappings.receive(run, scope, token.node, found)


def _outputs(evaluation: Evaluation) -> dict[str, object]:
    """SpiffWorkflow: each output becomes a variable of its own."""
    made = evaluation.decisions[-1]
    if made.table is None:
        return {made.variable: to_plain(made.value)}
    values = output_values(made.table.outputs, made.value)
    return {name: to_plain(value) for name, value in values.items()}


def _write_as_camunda7(
    run: Run, scope: Scope, token: Token, work: Work, evaluation: Evaluation
) -> None:
    if scope.node == token.node:
        # Nobody else sees it, so it is written only where the task has a scope of its own.
        rows = map_result(evaluation, ResultMapping.RESULT_LIST)
        run.write_local(scope, {LOCAL_RESULT: rows})
    if work.result_variable:
        run.write(scope, {work.result_variable: map_result(evaluation, _mapping(work))})


def _mapping(work: Work) -> ResultMapping:
    try:
        return ResultMapping(work.map_result or ResultMapping.RESULT_LIST)
    except ValueError as problem:
        message = f"mapDecisionResult is {work.map_result!r}; choose {', '.join(ResultMapping)}."
        raise Failure("decision-result-invalid", message) from problem


def _message(decision: DeployedDecision, evaluation: Evaluation, wrong: Remark) -> str:
    """Which decision, which rule, which values, and why."""
    parts = [f"Decision {decision.decision_id!r} version {decision.version}"]
    if wrong.place.element_id not in {"", decision.decision_id}:
        parts.append(f"at {wrong.place.element_id!r}")
    tables = [table for made in evaluation.decisions for table in made.tables]
    table = next((t for t in tables if t.id == wrong.place.element_id), None)
    if table is None and tables:
        table = tables[-1]
    seen = ", ".join(f"{i.label} = {shown(i.value)}"[:80] for i in table.inputs) if table else ""
    with_values = f" (with {seen})" if seen else ""
    return f"{' '.join(parts)} cannot be decided: {wrong.reason}{with_values}."
