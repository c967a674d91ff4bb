"""Start quantities: an activity begins when enough tokens have come (BPMN 2.0 p. 151)."""

from __future__ import annotations

from engine.runtime import joins
from engine.runtime.run import Run
from engine.runtime.state import Scope, Token


def is_enough(run: Run, scope: Scope, token: Token) -> bool:
    """Whether the activity begins with *token*, which then stands for all; else it is kept."""
    wanted = run.node(token.node).node.start_quantity
    if sum(scope.joins.get(token.node, {}).values()) + 1 < wanted:
        joins.arrive(scope, token)
        return False
    scope.joins.pop(token.node, None)
    joins.disarm_starved(run, scope, token.node)
    return True
