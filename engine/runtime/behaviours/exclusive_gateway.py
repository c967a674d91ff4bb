"""Exclusive gateways: one way on (BPMN 2.0 p. 290)."""

from __future__ import annotations

from engine.runtime import flow, waits
from engine.runtime.behaviours.base import Behaviour
from engine.runtime.run import Run
from engine.runtime.state import Scope, Token


class ExclusiveGateway(Behaviour):
    """The first flow in drawn order whose condition is true, else the default."""

    def execute(self, run: Run, scope: Scope, token: Token) -> None:
        """Choose; a gateway that only merges passes every token."""
        plan = run.node(token.node)
        if waits.is_held(run, scope, token):
            return
        if plan.next is not None or not plan.outgoing:
            flow.leave(run, scope, token)
            return
        chosen, decision = flow.choose_first(run, scope, plan)
        flow.take(run, scope, token, chosen, decision=decision)
