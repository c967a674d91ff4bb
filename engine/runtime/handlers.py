"""Who catches an error or escalation: outward scope by scope, the most specific code first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bpmn.model import EventDefinition, EventKind, Node
from engine.runtime import asides
from engine.runtime.event_sub_processes import is_interrupted
from engine.runtime.run import Run
from engine.runtime.state import Scope, ScopeKind


@dataclass(frozen=True, slots=True)
class Handler:
    """A boundary event of the scope's activity, or the start of an event sub-process in it."""

    scope: Scope
    event: Node
    definition: EventDefinition


def find(run: Run, scope: Scope, source: str, kind: EventKind, code: str) -> Handler | None:
    """The handler for what the node *source* throws in *scope*, ``None`` without any.

    In each scope its event sub-processes come before the boundary events of its activity, and
    a handler of the code before one of every code. What an event sub-process throws goes out of
    the scope that it guards, unless another one of that scope takes it. Nobody takes what comes
    from an aside: its element is over, or goes on by itself.

    Raises:
        Failure: the code of a handler cannot be evaluated.
    """
    if asides.is_aside(scope):
        return None
    current, inner = scope, source
    while True:
        found = _guarding(run, current, inner, kind, code)
        if found is None and _has_boundary(current):
            boundary = run.node(current.node).boundary
            found = _best(run, current, boundary, kind, code)
        if found is not None or current.kind is ScopeKind.PROCESS:
            return found
        if current.kind is not ScopeKind.INNER:
            inner = current.node
        current = run.work.parent(current)


def _has_boundary(scope: Scope) -> bool:
    """Whether the boundary events of the scope's activity listen; a loop's sit on its body."""
    is_activity = scope.kind in {ScopeKind.ACTIVITY, ScopeKind.BODY} and scope.index is None
    return is_activity and scope.undoing is None


def _guarding(run: Run, scope: Scope, inner: str, kind: EventKind, code: str) -> Handler | None:
    """The event sub-process of *scope* that takes what came out of its node *inner*."""
    # An activity's own work, its mappings for one, is outside of what is in it.
    is_other = scope.kind in {ScopeKind.BODY, ScopeKind.INNER}
    if is_other or inner == scope.node or is_interrupted(scope):
        return None
    # What is compensated has completed: nothing in it listens any more.
    if scope.undoing is not None:
        return None
    starts = (s for s in run.plan.handler_starts.get(scope.node, ()) if s.scope != inner)
    return _best(run, scope, starts, kind, code)


def _best(
    run: Run, scope: Scope, events: Iterable[Node], kind: EventKind, code: str
) -> Handler | None:
    catch_all: Handler | None = None
    for event in events:
        for definition in event.events:
            if definition.kind is not kind:
                continue
            wanted = run.text(definition.code, scope)
            if wanted and wanted == code:
                return Handler(scope, event, definition)
            if not wanted and catch_all is None:
                catch_all = Handler(scope, event, definition)
    return catch_all
