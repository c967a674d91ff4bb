"""Event-based gateways: the first event that happens decides (BPMN 2.0 p. 297)."""

from __future__ import annotations

from engine.runtime import catching
from engine.runtime.behaviours.base import Behaviour
from engine.runtime.run import Run
from engine.runtime.state import Scope, Token


class EventBasedGateway(Behaviour):
    """Listens to all events that follow; the others are forgotten when one happens."""

    def execute(self, run: Run, scope: Scope, token: Token) -> None:
        """Arm every catch event and receive task that follows."""
        plan = run.node(token.node)
        following = tuple(run.node(flow.target).node for flow in plan.outgoing)
        catching.wait_for(run, scope, token, following)
