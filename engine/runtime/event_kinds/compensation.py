"""Compensation events: what completed is undone (BPMN 2.0 p. 252)."""

from __future__ import annotations

from bpmn.model import EventDefinition
from engine.runtime import compensating
from engine.runtime.run import Run
from engine.runtime.state import Scope, Token


class Compensation:
    """Nobody subscribes to compensation: it goes to what completed in the scope."""

    def throw(self, run: Run, scope: Scope, token: Token, definition: EventDefinition) -> bool:
        """Undo one activity, or everything in the scope, and wait for that unless told not to."""
        return compensating.throw(
            run, scope, token, definition.activity_ref, wait=definition.wait_for_completion
        )
