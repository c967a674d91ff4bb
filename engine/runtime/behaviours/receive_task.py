"""Receive tasks: wait for a message (BPMN 2.0 p. 161)."""

from __future__ import annotations

from collections.abc import Mapping

from engine.runtime import activity, arming, catching
from engine.runtime.behaviours.base import Behaviour
from engine.runtime.event_kinds.base import Prepared
from engine.runtime.run import Run
from engine.runtime.state import Armed, Scope, Token, WaitKind


class ReceiveTask(Behaviour):
    """Waits like a message catch event; without a message, for whoever completes it."""

    def execute(self, run: Run, scope: Scope, token: Token) -> None:
        """Subscribe."""
        node = run.node(token.node).node
        if catching.has_started(run, scope, token):
            activity.done(run, scope, token)
            return
        if node.events:
            catching.wait_for(run, scope, token, (node,))
            return
        # No message is drawn: nothing correlates, but the token can be triggered by hand.
        arming.arm(run, scope, Prepared(WaitKind.MESSAGE, node, 0), token=token.id)
        run.record("element-entered", node.id, scope, {"wait": ["message"]})

    def fired(self, run: Run, scope: Scope, armed: Armed, variables: Mapping[str, object]) -> None:
        """The message came."""
        catching.caught(run, scope, armed, variables)
