"""Evaluate a decision by itself: by a person who tries it, a script or a program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bpmn.decisions import Evaluation, ResultNotPlain, evaluate, plain_result
from engine.commands.inputs import check_variables
from engine.commands.transaction import Transaction
from engine.errors import NotFound
from engine.runtime.deciding import EVENT
from engine.runtime.decision_trace import shown, told
from engine.runtime.decisions import DecisionReference, DeployedDecision
from engine.store.history import Event


@dataclass(frozen=True, slots=True)
class WhichDecision:
    """Which definition: by id; else that version of the decision; else its newest version."""

    decision_id: str = ""
    version: int | None = None
    definition_id: str = ""


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A decision that was made, and how: ``evaluation`` has the value and the trace."""

    decision: DeployedDecision
    evaluation: Evaluation

    @property
    def value(self) -> object:
        """The result as variables have it; ``None`` when it holds a range or a function."""
        try:
            return plain_result(self.evaluation)
        except ResultNotPlain:
            return None

    @property
    def trace(self) -> dict[str, object]:
        """How it was made, long texts and lists shortened: `decision_trace.told`."""
        return told(self.decision, self.evaluation)


def evaluate_decision(
    tx: Transaction, which: WhichDecision, variables: Mapping[str, object] | None
) -> Evaluated:
    """Evaluate, and write what was asked and answered to the organisation's history.

    Raises:
        Forbidden: the actor is no admin.
        NotFound: no such decision, or it is another tenant's.
        BadInput: a variable has a name that none can have.
    """
    tx.require_admin("evaluate", "decisions")
    given = check_variables(variables)
    decision = _find(tx, which)
    evaluation = evaluate(decision.model, decision.decision_id, given, now=tx.now)
    data = {**told(decision, evaluation), "variables": shown(given)}
    tx.tell_tenant(Event(EVENT, data=data))
    return Evaluated(decision, evaluation)


def _find(tx: Transaction, which: WhichDecision) -> DeployedDecision:
    decisions = tx.decisions(tx.actor.tenant_id)
    if which.definition_id:
        found = decisions.find_by_id(which.definition_id)
    elif which.version is not None:
        wanted = DecisionReference(which.decision_id, "version", str(which.version))
        found = decisions.find(wanted)
    else:
        found = decisions.find(DecisionReference(which.decision_id))
    if found is None:
        name = which.definition_id or which.decision_id
        version = "" if which.version is None else f" version {which.version}"
        raise NotFound("decision", f"{name}{version}")
    return found
