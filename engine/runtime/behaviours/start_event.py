"""Start events, of processes and of event sub-processes (BPMN 2.0 p. 238)."""

from __future__ import annotations

from collections.abc import Mapping

from engine.runtime import (
    activity,
    arming,
    catching,
    event_sub_processes,
    gathering,
    mappings,
    starting,
)
from engine.runtime.behaviours.base import Behaviour
from engine.runtime.run import Run
from engine.runtime.state import ROOT, Armed, Scope, Token


class StartEvent(Behaviour):
    """Passes; whatever started the instance has happened already."""

    def execute(self, run: Run, scope: Scope, token: Token) -> None:
        """Remember who started it where asked for; wait for the rest of a parallel multiple."""
        node = run.node(token.node).node
        if node.initiator and scope.id == ROOT:
            run.write(scope, {node.initiator: run.work.instance.initiator})
        if starting.maps_what_comes(run, node):
            starting.map_what_came(run, scope, node)
        is_by_event = starting.has_note(run, node)
        if node.parallel_multiple and is_by_event and not catching.has_started(run, scope, token):
            catching.wait_for(run, scope, token, (node,))
            return
        activity.done(run, scope, token)

    def fired(self, run: Run, scope: Scope, armed: Armed, variables: Mapping[str, object]) -> None:
        """The trigger of an event sub-process of *scope* happened, or the rest of a start."""
        start = run.node(armed.node).node
        if armed.token:
            catching.caught(run, scope, armed, variables)
            return
        if not gathering.is_complete(run, scope, start, armed):
            mappings.receive(run, scope, start.id, variables)
            return
        if not start.interrupting:
            arming.arm_again(run, scope, start, armed)
        event_sub_processes.begin(run, scope, start, variables)
