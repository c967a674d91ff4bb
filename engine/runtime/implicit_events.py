"""Events that a multi-instance activity throws when an instance completes (BPMN 2.0 p. 192).

A boundary event of the activity catches them. The instance is complete already, so None and One
take nothing away from the others, even where the boundary event is drawn as interrupting; with
Complex, such a boundary event ends the rest, and the activity is complete.
"""

from __future__ import annotations

from bpmn.model import EventDefinition, EventKind, Loop, Node
from engine.runtime import throwing
from engine.runtime.run import Run
from engine.runtime.state import Scope


def due(run: Run, item: Scope, loop: Loop, completed: int) -> list[Node]:
    """The boundary events that catch what *item* throws, being the *completed*-th to complete.

    Raises:
        Failure: a condition, name or code cannot be evaluated; nothing is thrown.
    """
    if loop.behavior == "One" and completed != 1:
        return []
    found: list[Node] = []
    for throw in loop.throws:
        if throw.condition is None or run.holds(throw.condition, item):
            caught = _catching(run, item, throw.event)
            found += [] if caught is None else [caught]
    return found


def ends_rest(loop: Loop, caught: list[Node]) -> bool:
    """Whether one of what was *caught* ends the instances that are still active."""
    return loop.behavior == "Complex" and any(event.interrupting for event in caught)


def throw(run: Run, body: Scope, caught: list[Node]) -> None:
    """Put a token beside the activity at each boundary event."""
    for event in caught:
        parent = run.work.parent(body)
        beside = run.work.add_token(parent, event.id)
        throwing.go_by(run, parent, beside, event, {})


def _catching(run: Run, item: Scope, thrown: EventDefinition) -> Node | None:
    """The first boundary event for it; one without code catches every code."""
    wanted = _key(run, item, thrown)
    for event in run.node(item.node).boundary:
        for definition in event.events:
            key = _key(run, item, definition)
            any_code = not key and definition.kind in {EventKind.ERROR, EventKind.ESCALATION}
            if definition.kind is thrown.kind and (key == wanted or any_code):
                return event
    return None


def _key(run: Run, scope: Scope, definition: EventDefinition) -> str:
    by_code = definition.kind in {EventKind.ERROR, EventKind.ESCALATION}
    return run.text(definition.code if by_code else definition.name, scope)
