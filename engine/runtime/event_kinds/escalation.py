"""Escalations: told outward, and whoever throws one goes on (BPMN 2.0 p. 252)."""

from __future__ import annotations

from bpmn.model import EventDefinition
from engine.runtime import escalating
from engine.runtime.run import Run
from engine.runtime.state import Scope, Token


class Escalation:
    """Nobody subscribes to an escalation: it looks for its handler when it is thrown."""

    def throw(self, run: Run, scope: Scope, token: Token, definition: EventDefinition) -> bool:
        """Tell its handler; an interrupting one may take the throwing token away."""
        return escalating.throw_from(run, scope, token, run.text(definition.code, scope))
