"""Errors: thrown outward, caught by the nearest handler (BPMN 2.0 p. 251)."""

from __future__ import annotations

from bpmn.model import EventDefinition
from engine.runtime import throwing
from engine.runtime.run import Run
from engine.runtime.state import Scope, Token


class Error:
    """Nobody subscribes to an error: it looks for its handler when it is thrown."""

    def throw(self, run: Run, scope: Scope, token: Token, definition: EventDefinition) -> bool:
        """End what it leaves, up to its handler."""
        message = run.text(definition.message, scope)
        thrown = throwing.Thrown(run.text(definition.code, scope), message)
        throwing.throw(run, scope, token.node, thrown)
        return False
