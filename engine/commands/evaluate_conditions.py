"""Conditional start events: asked with given variables, they begin instances (Camunda's way).

A process that has not started has no variables of its own, so somebody must say which values its
condition is about.
"""

from __future__ import annotations

from collections.abc import Mapping

from bpmn.expressions import (
    Environment,
    ExpressionError,
    compile_expression,
    evaluate_condition,
)
from engine.commands.delivering import Receiver, deliver, find_starts
from engine.commands.inputs import check_key, check_variables
from engine.commands.stepping import take_step
from engine.commands.transaction import Transaction
from engine.runtime.state import WaitKind
from engine.runtime.truth import is_about_nothing
from engine.store.history import Event


def evaluate_conditions(
    tx: Transaction,
    variables: Mapping[str, object],
    *,
    process_id: str = "",
    business_key: str | None = None,
) -> list[str]:
    """Begin an instance at every conditional start event that *variables* make true; their ids.

    A condition that cannot be evaluated begins nothing; the organisation's history says why.

    Args:
        tx: open transaction.
        variables: what the conditions see, and the variables of the new instances.
        process_id: only the start events of that process; empty: of all.
        business_key: of the new instances.

    Raises:
        Forbidden: the actor is no admin.
        BadInput: a variable or the key cannot be stored.
    """
    tx.require_admin("evaluate", "conditions")
    given = check_variables(variables)
    key = check_key(business_key)
    started: list[str] = []
    for start in find_starts(tx, WaitKind.CONDITION.value, tx.actor.tenant_id):
        model = tx.definition(start.definition_id).model
        if process_id not in {"", model.id} or not _holds(tx, start, given):
            continue
        delivery = deliver(tx, start, given, business_key=key)
        take_step(tx, delivery.row, delivery.command)
        started.append(delivery.row.id)
    return started


def _holds(tx: Transaction, start: Receiver, variables: Mapping[str, object]) -> bool:
    node = tx.definition(start.definition_id).model.node[start.element_id]
    condition = node.events[start.wait].expression
    if condition is None:
        return False
    try:
        compiled = compile_expression(condition.text, condition.language)
        return evaluate_condition(compiled, Environment(variables, tx.now))
    except ExpressionError as problem:
        if not is_about_nothing(problem.code, condition):
            told = Event("condition-failed", node.id, {"message": problem.message})
            tx.tell_tenant(told)
        return False
