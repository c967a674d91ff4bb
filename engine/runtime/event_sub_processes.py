"""Event sub-processes: they listen while the scope around them lives (BPMN 2.0 p. 176)."""

from __future__ import annotations

from collections.abc import Mapping

from bpmn.model import Node
from engine.runtime import cancelling, mappings, waits
from engine.runtime.agenda import Operation
from engine.runtime.run import Failure, Run
from engine.runtime.state import Scope, WaitKind

_INTERRUPTED = "#interrupted"


def is_interrupted(scope: Scope) -> bool:
    """Whether an event sub-process has taken the place of everything else in *scope*."""
    return _INTERRUPTED in scope.notes


def begin(run: Run, scope: Scope, start: Node, brought: Mapping[str, object]) -> None:
    """The event of *start* happened in *scope*: run its event sub-process.

    Interrupting, it ends everything else in the scope at once, and the scope listens to no other
    event sub-process any more; boundary events of the scope's activity stay.
    """
    if start.interrupting:
        _interrupt(run, scope, start)
    handler = run.work.add_token(scope, start.scope)
    try:
        mappings.receive(run, scope, start.id, brought)
    except Failure as failure:
        waits.raise_incident(run, scope, handler, failure)
    else:
        run.schedule(Operation.ENTER, scope, handler)


def _interrupt(run: Run, scope: Scope, start: Node) -> None:
    scope.notes[_INTERRUPTED] = start.scope
    cancelling.empty(run, scope)
    for armed in tuple(scope.armed.values()):
        is_handler = run.node(armed.node).node.type == "startEvent"
        if is_handler or armed.kind is WaitKind.INCIDENT:
            run.work.disarm(scope, armed)
