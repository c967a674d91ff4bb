"""The verb of decisions, as a method of `engine.core.Engine`."""

from __future__ import annotations

from collections.abc import Mapping

from engine.actor import Actor
from engine.commands.doing import Doing
from engine.commands.evaluate_decision import Evaluated, WhichDecision, evaluate_decision


class DecisionVerbs(Doing):
    """Decisions by themselves; business rule tasks evaluate theirs within their step."""

    def evaluate_decision(
        self,
        decision_id: str = "",
        variables: Mapping[str, object] | None = None,
        *,
        actor: Actor,
        version: int | None = None,
        definition_id: str = "",
    ) -> Evaluated:
        """Evaluate a deployed decision: `evaluate_decision.evaluate_decision`."""
        which = WhichDecision(decision_id, version, definition_id)
        return self._do(actor, lambda tx: evaluate_decision(tx, which, variables))
