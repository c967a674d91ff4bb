"""Inclusive gateways: every true way on, and wait for what can still come (BPMN 2.0 p. 292)."""

from __future__ import annotations

from engine.runtime import flow, joins, waits
from engine.runtime.behaviours.base import Behaviour
from engine.runtime.run import Run
from engine.runtime.state import Scope, Token


class InclusiveGateway(Behaviour):
    """Joins by reachability (`engine.runtime.joins`), then takes every flow that is true."""

    def execute(self, run: Run, scope: Scope, token: Token) -> None:
        """Arrive; whether the join fires is decided when nothing else can move."""
        node = run.node(token.node).node
        if len(node.incoming) > 1 and token.flow in node.incoming:
            joins.arrive(scope, token)
        else:
            split(run, scope, token)


def split(run: Run, scope: Scope, token: Token) -> None:
    """Take every outgoing flow whose condition is true, else the default."""
    plan = run.node(token.node)
    if waits.is_held(run, scope, token):
        return
    if plan.next is not None or not plan.outgoing:
        flow.leave(run, scope, token)
        return
    chosen, decision = flow.choose_all(run, scope, plan)
    flow.take(run, scope, token, chosen, decision=decision)
