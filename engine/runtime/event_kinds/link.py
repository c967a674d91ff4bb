"""Links: a sequence flow that is not drawn (BPMN 2.0 p. 267)."""

from __future__ import annotations

from bpmn.model import EventDefinition
from engine.runtime.run import Failure, Run
from engine.runtime.state import Scope, Token


class Link:
    """The token goes on at the catch event of the same name (`engine.runtime.flow.leave`)."""

    def throw(self, run: Run, scope: Scope, token: Token, definition: EventDefinition) -> bool:
        """Pass; leaving leads to the catch event."""
        plan = run.node(token.node)
        if not plan.link:
            name = definition.name.text if definition.name else ""
            raise Failure(
                "link-unpaired",
                f"No catch event is linked with {plan.node.label!r} by the name {name!r}.",
                data={"scope": scope.id},
            )
        return True
