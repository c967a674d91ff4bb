"""Terminate: everything in the scope ends, and the scope is complete (BPMN 2.0 p. 249)."""

from __future__ import annotations

from bpmn.model import EventDefinition
from engine.runtime import cancelling, listening
from engine.runtime.agenda import Operation
from engine.runtime.flow import COMPLETED
from engine.runtime.run import Run
from engine.runtime.state import Scope, Token


class Terminate:
    """Ends the scope that holds the end event; what is around it goes on."""

    def throw(self, run: Run, scope: Scope, token: Token, definition: EventDefinition) -> bool:
        """End every token of the scope."""
        ended = run.work.parent(scope) if scope.node == token.node else scope
        run.record(COMPLETED, token.node, ended, {"event": definition.kind.value})
        if ended is scope:
            listening.cancelled_token(run, scope, token)
            del scope.tokens[token.id]
        cancelling.empty(run, ended)
        run.schedule(Operation.SETTLE, ended)
        return False
