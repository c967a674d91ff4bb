"""Cancel: a transaction is undone and left by its cancel boundary event (BPMN 2.0 p. 252)."""

from __future__ import annotations

from bpmn.model import EventDefinition
from engine.runtime import compensating
from engine.runtime.run import Run
from engine.runtime.state import Scope, Token


class Cancel:
    """Stands at end events of a transaction only."""

    def throw(self, run: Run, scope: Scope, token: Token, definition: EventDefinition) -> bool:
        """Stop everything in the transaction and undo what completed in it."""
        compensating.cancel_transaction(run, scope, token, definition.kind.value)
        return False
