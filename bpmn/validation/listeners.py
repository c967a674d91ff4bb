"""Rules of execution and task listeners: which events there are, and who can be told of them."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.model import (
    Diagram,
    Dialect,
    EventKind,
    Listener,
    Node,
    Problem,
    ProcessModel,
)
from bpmn.validation.rule import Located, problem, warning

_OF_TASKS = frozenset({"create", "assignment", "update", "complete", "delete", "timeout"})
_OF_NODES = frozenset({"start", "end"})
_ENDING = frozenset({EventKind.ERROR, EventKind.TERMINATE, EventKind.CANCEL})


def listener_events(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """A listener is told of an event that its element has."""
    for at, listener, known in _all(model):
        if listener.event not in known:
            yield problem(
                "listener-event",
                at,
                f"A listener of {at.name or at.id!r} is told of {listener.event or 'nothing'!r}.",
                f"Here it can be told of: {', '.join(sorted(known)) or 'nothing; remove it'}.",
            )


def listener_is_given(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """A listener says what it does, and a timeout listener when."""
    for at, listener, _ in _all(model):
        if listener.work is None and listener.script is None:
            yield problem(
                "listener-empty",
                at,
                f"A listener of {at.name or at.id!r} for {listener.event!r} does nothing.",
                "Give it an expression, a script or a handler, or remove it.",
            )
        if listener.event == "timeout" and listener.time is None:
            yield problem(
                "listener-without-time",
                at,
                f"A timeout listener of {at.name or at.id!r} has no time.",
                "Give it a timer event definition with a date, duration or cycle.",
            )


def listener_is_heard(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """Some listeners are never told anything, as in the engines that they were drawn for."""
    for node in model.nodes:
        for listener in node.listeners:
            why = _never_told(model, node, listener)
            if why:
                yield warning(
                    "listener-never-told",
                    node,
                    f"The {listener.event} listener of {node.label!r} is never told: {why}.",
                    "Put it at the activity or event that follows, or remove it.",
                )


def _never_told(model: ProcessModel, node: Node, listener: Listener) -> str:
    kinds = {event.kind for event in node.events}
    if node.type == "boundaryEvent" and EventKind.COMPENSATION in kinds:
        return "no token ever comes to a compensation boundary event"
    is_end = listener.target == "execution" and listener.event == "end"
    ends = kinds & _ENDING
    if is_end and node.type == "endEvent" and ends and model.dialect is Dialect.CAMUNDA8:
        return f"a {min(ends)} end event is over before its end"
    return ""


def _all(model: ProcessModel) -> Iterator[tuple[Located, Listener, frozenset[str]]]:
    """Every listener, where it is, and the events that it may be told of there."""
    yield from ((model, found, _OF_NODES) for found in model.listeners)
    for flow in model.flows:
        yield from ((flow, found, frozenset({"take"})) for found in flow.listeners)
    for node in model.nodes:
        for found in node.listeners:
            if found.target == "execution":
                yield node, found, _OF_NODES
            else:
                yield node, found, _OF_TASKS if node.type == "userTask" else frozenset()
