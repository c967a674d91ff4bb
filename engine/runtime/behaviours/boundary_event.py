"""Boundary events on activities (BPMN 2.0 p. 255)."""

from __future__ import annotations

from collections.abc import Mapping

from engine.runtime import arming, gathering, mappings, throwing
from engine.runtime.behaviours.base import Behaviour
from engine.runtime.run import Run
from engine.runtime.state import Armed, Scope


class BoundaryEvent(Behaviour):
    """Interrupts its activity, or adds a token beside it each time that it happens."""

    def fired(self, run: Run, scope: Scope, armed: Armed, variables: Mapping[str, object]) -> None:
        """It happened; *scope* is the activity's, or the body of its loop."""
        event = run.node(armed.node).node
        parent = run.work.parent(scope)
        if not gathering.is_complete(run, scope, event, armed):
            mappings.receive(run, parent, event.id, variables)
            return
        if event.interrupting:
            throwing.interrupt(run, scope, event, variables)
            return
        arming.arm_again(run, scope, event, armed)
        beside = run.work.add_token(parent, event.id)
        throwing.go_by(run, parent, beside, event, variables)
