"""Intermediate catch events (BPMN 2.0 p. 239)."""

from __future__ import annotations

from collections.abc import Mapping

from bpmn.model import EventKind
from engine.runtime import activity, catching
from engine.runtime.behaviours.base import Behaviour
from engine.runtime.run import Run
from engine.runtime.state import Armed, Scope, Token


class CatchEvent(Behaviour):
    """Waits until its events happen; without any, and at the end of a link, it passes."""

    def execute(self, run: Run, scope: Scope, token: Token) -> None:
        """Listen."""
        node = run.node(token.node).node
        passes = all(event.kind is EventKind.LINK for event in node.events)
        if not passes and not catching.has_started(run, scope, token):
            catching.wait_for(run, scope, token, (node,))
        else:
            activity.done(run, scope, token)

    def fired(self, run: Run, scope: Scope, armed: Armed, variables: Mapping[str, object]) -> None:
        """It happened."""
        catching.caught(run, scope, armed, variables)
