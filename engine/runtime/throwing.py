"""Errors: outward scope by scope, to the nearest and most specific handler."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bpmn.model import EventKind, Node
from engine.runtime import cancelling, ending, event_sub_processes, handlers, mappings, waits
from engine.runtime.agenda import Operation
from engine.runtime.run import Failure, Run
from engine.runtime.state import Scope, Stage, Token


@dataclass(frozen=True, slots=True)
class Thrown:
    """A BPMN error on its way; an empty code is caught by catch-all handlers only."""

    code: str
    message: str = ""
    variables: Mapping[str, object] = field(default_factory=dict)


def throw(run: Run, scope: Scope, source: str, error: Thrown) -> None:
    """End what an error of the node *source* leaves, at once, up to its handler.

    Without any handler the instance fails.
    """
    found = handlers.find(run, scope, source, EventKind.ERROR, error.code)
    if found is None:
        run.record("error-thrown", source, scope, {"code": error.code})
        ending.fail(run, run.node(source).node, error.code, error.message)
        return
    run.record("error-thrown", source, scope, {"code": error.code, "caught": found.event.id})
    _catch(run, found, error)


def _catch(run: Run, handler: handlers.Handler, error: Thrown) -> None:
    definition = handler.definition
    brought = dict(error.variables)
    if definition.code_variable:
        brought[definition.code_variable] = error.code
    if definition.message_variable:
        brought[definition.message_variable] = error.message or None
    if handler.event.type == "startEvent":
        event_sub_processes.begin(run, handler.scope, handler.event, brought)
    else:
        interrupt(run, handler.scope, handler.event, brought)


def interrupt(run: Run, scope: Scope, event: Node, brought: Mapping[str, object]) -> None:
    """Cancel an activity's *scope*; its token leaves by the boundary *event*."""
    parent = run.work.parent(scope)
    host = parent.tokens[scope.token]
    cancelling.cancel(run, scope)
    run.record("element-cancelled", host.node, parent, {"by": event.id})
    host.child = None
    host.node = event.id
    host.flow = ""
    host.stage = Stage.ENTER
    go_by(run, parent, host, event, brought)


def go_by(run: Run, scope: Scope, token: Token, event: Node, brought: Mapping[str, object]) -> None:
    """*token* leaves by a boundary *event* that brought variables."""
    try:
        mappings.receive(run, scope, event.id, brought)
    except Failure as failure:
        waits.raise_incident(run, scope, token, failure)
    else:
        run.schedule(Operation.ENTER, scope, token)
