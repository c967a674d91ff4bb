"""Complex gateways: how many tokens are enough is a condition (BPMN 2.0 p. 295)."""

from __future__ import annotations

from engine.runtime import complex_joins, flow
from engine.runtime.behaviours.base import Behaviour
from engine.runtime.run import Run
from engine.runtime.state import Scope, Token


class ComplexGateway(Behaviour):
    """Joins when its activation condition holds, then takes every flow that is true."""

    def execute(self, run: Run, scope: Scope, token: Token) -> None:
        """Arrive, or go on when the join has started."""
        plan = run.node(token.node)
        if len(plan.node.incoming) > 1 and token.flow in plan.node.incoming:
            complex_joins.arrive(run, scope, token)
        elif plan.outgoing:
            complex_joins.split(run, scope, token)
        else:
            flow.leave(run, scope, token)
