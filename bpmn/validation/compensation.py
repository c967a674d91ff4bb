"""Rules of compensation and transactions."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.model import ACTIVITIES, Diagram, EventKind, Node, Problem, ProcessModel
from bpmn.validation.rule import problem, warning


def boundary_has_handler(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """A compensation boundary event is joined to its handler by an association (p. 303)."""
    for node in _with(model, EventKind.COMPENSATION, "boundaryEvent"):
        handler = model.node.get(node.compensated_by)
        if handler is None or handler.type not in ACTIVITIES:
            yield problem(
                "compensation-without-handler",
                node,
                f"The compensation boundary event {node.label!r} has no handler.",
                "Draw an association from it to an activity that is for compensation.",
            )
        elif handler.scope != node.scope:
            yield problem(
                "compensation-handler-elsewhere",
                node,
                f"The handler {handler.label!r} of {node.label!r} is in another sub-process.",
                "Move it beside the activity that it compensates.",
            )


def handler_is_used(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """An activity for compensation that no boundary event names never runs."""
    used = {node.compensated_by for node in model.nodes}
    for node in model.nodes:
        if node.is_for_compensation and node.id not in used:
            yield warning(
                "compensation-handler-unused",
                node,
                f"{node.label!r} is for compensation, and no boundary event leads to it.",
                "Draw an association from a compensation boundary event, or remove it.",
            )


def activity_is_within_reach(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """What is named to be compensated is an activity of a scope around the event (p. 252)."""
    for node in _with(model, EventKind.COMPENSATION, "intermediateThrowEvent", "endEvent"):
        around = set(_scopes(model, node.scope))
        for event in node.events:
            named = model.node.get(event.activity_ref)
            if not event.activity_ref or (
                named is not None
                and named.type in ACTIVITIES
                and (named.scope in around or named.id in around)
            ):
                continue
            yield problem(
                "compensation-out-of-reach",
                node,
                f"{node.label!r} compensates {event.activity_ref!r}, which is no activity of a "
                "sub-process or process around it.",
                "Name an activity that it can see, or none to compensate all.",
            )


def cancel_is_caught(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """A transaction that can be cancelled has one cancel boundary event to be left by (p. 179)."""
    for node in _with(model, EventKind.CANCEL, "endEvent"):
        transaction = next(
            (s for s in _scopes(model, node.scope) if _type(model, s) == "transaction"), None
        )
        if transaction is None:
            continue
        caught = [
            event
            for event in model.boundary_events.get(transaction, ())
            if any(definition.kind is EventKind.CANCEL for definition in event.events)
        ]
        if len(caught) != 1:
            yield problem(
                "cancel-not-caught",
                node,
                f"The cancel end event {node.label!r} is caught by {len(caught)} cancel boundary "
                f"events of {transaction!r}.",
                "Put one cancel boundary event on the transaction.",
            )


def _with(model: ProcessModel, kind: EventKind, *types: str) -> Iterator[Node]:
    for node in model.nodes:
        if node.type in types and any(event.kind is kind for event in node.events):
            yield node


def _scopes(model: ProcessModel, scope: str) -> Iterator[str]:
    """*scope* and those around it, innermost first."""
    current: str | None = scope
    while current is not None:
        yield current
        node = model.node.get(current)
        current = None if node is None else node.scope


def _type(model: ProcessModel, scope: str) -> str:
    node = model.node.get(scope)
    return "" if node is None else node.type
