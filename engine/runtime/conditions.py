"""Conditions: asked again after every write that they can see (BPMN 2.0 p. 254)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bpmn.model import Dialect, EventDefinition
from engine.runtime import guarding
from engine.runtime.run import Failure, Run
from engine.runtime.state import MISSING, ROOT, Armed, Scope, Status, WaitKind
from engine.runtime.truth import is_true
from engine.runtime.workspace import Write

if TYPE_CHECKING:
    from engine.runtime.event_kinds.base import Prepared

# BPMN 2.0 (p. 240): a condition must become false before it can happen again. Camunda's happen
# with every write after which they are true.
_BY_WRITE = frozenset({Dialect.CAMUNDA7, Dialect.CAMUNDA8})


def fire_true(run: Run, scope: Scope, events: Sequence[Prepared]) -> None:
    """Of *events*, armed just now in *scope*, let those happen whose condition holds already."""
    true = {(event.node.id, event.definition) for event in events if event.is_true}
    if not true:
        return
    for armed in tuple(scope.armed.values()):
        if armed.kind is WaitKind.CONDITION and (armed.node, armed.definition) in true:
            _fire(run, scope, armed)


def reevaluate(run: Run) -> None:
    """Ask the conditions that see what was written, outermost scope first."""
    writes, run.work.watched = run.work.watched or [], []
    if run.work.status not in {Status.ACTIVE, Status.SUSPENDED}:
        return
    for scope, armed, seen in list(_asked(run, writes)):
        if run.work.is_alive(scope.id) and armed.wait in scope.armed:
            _ask(run, scope, scope.armed[armed.wait], seen)


def _asked(run: Run, writes: list[Write]) -> Iterator[tuple[Scope, Armed, list[Write]]]:
    """Every armed condition that sees some of *writes*, with those."""
    todo = deque([(ROOT, list[Write]())])
    while todo:
        scope_id, above = todo.popleft()
        scope = run.work.look(scope_id)
        seen = [w for w in above if run.work.local(scope_id, w.name) is MISSING]
        seen += [w for w in writes if w.scope == scope_id]
        if seen:
            for armed in tuple(scope.armed.values()):
                if armed.kind is WaitKind.CONDITION:
                    yield scope, armed, seen
        todo.extend((child, seen) for child in run.work.children(scope_id))


def _ask(run: Run, scope: Scope, armed: Armed, writes: Iterable[Write]) -> None:
    node = run.node(armed.node).node
    definition = node.events[armed.definition]
    # What was armed after a write has been asked then.
    if not any(armed.wait < w.before and _concerns(definition, w) for w in writes):
        return
    try:
        now_true = is_true(run, scope, definition)
    except Failure as failure:
        run.record("condition-failed", node.id, scope, {"message": failure.message})
        return
    was_true = bool(armed.fired)
    if now_true != was_true:
        armed = replace(armed, fired=int(now_true))
        run.work.scope(scope.id).armed[armed.wait] = armed
    if now_true and (not was_true or run.model.dialect in _BY_WRITE):
        _fire(run, scope, armed)


def _concerns(definition: EventDefinition, write: Write) -> bool:
    """Whether the diagram limits the condition to other variables or kinds of writes."""
    names = {name.strip() for name in definition.variable_name.split(",") if name.strip()}
    if names and write.name not in names:
        return False
    return not definition.variable_events or write.event in definition.variable_events


def _fire(run: Run, scope: Scope, armed: Armed) -> None:
    # An earlier condition may have ended this one.
    if run.work.is_alive(scope.id) and armed.wait in scope.armed:
        run.work.scope(scope.id)
        try:
            run.node(armed.node).behaviour.fired(run, scope, armed, {})
        except guarding.FAILURES as problem:
            guarding.absorb_event(run, scope, armed, problem)
