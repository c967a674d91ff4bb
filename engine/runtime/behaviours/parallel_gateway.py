"""Parallel gateways: all ways on, and wait for all ways in (BPMN 2.0 p. 293)."""

from __future__ import annotations

from engine.runtime import flow, joins, waits
from engine.runtime.behaviours.base import Behaviour
from engine.runtime.run import Run
from engine.runtime.state import Scope, Token


class ParallelGateway(Behaviour):
    """Takes one token of every incoming flow, then puts one on every outgoing flow."""

    def execute(self, run: Run, scope: Scope, token: Token) -> None:
        """Arrive, and go on when every incoming flow has a token."""
        plan = run.node(token.node)
        if len(plan.node.incoming) > 1 and token.flow in plan.node.incoming:
            arrived = joins.arrive(scope, token)
            if len(arrived) < len(plan.node.incoming):
                return
            token = joins.fire(run, scope, plan.node.id)
        if not waits.is_held(run, scope, token):
            flow.take(run, scope, token, plan.outgoing)
