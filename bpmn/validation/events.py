"""Rules of intermediate, boundary and end events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from bpmn.model import (
    ACTIVITIES,
    Diagram,
    EventDefinition,
    EventKind,
    Node,
    Problem,
    ProcessModel,
    Severity,
)
from bpmn.validation.rule import problem, warning

# BPMN 2.0 (formal/2011-01-03) table 10.93, p. 259.
_KINDS = {
    "endEvent": frozenset(EventKind) - {EventKind.TIMER, EventKind.CONDITIONAL, EventKind.LINK},
    "intermediateThrowEvent": frozenset(
        {
            EventKind.MESSAGE,
            EventKind.ESCALATION,
            EventKind.LINK,
            EventKind.COMPENSATION,
            EventKind.SIGNAL,
        }
    ),
    "intermediateCatchEvent": frozenset(
        {
            EventKind.MESSAGE,
            EventKind.TIMER,
            EventKind.CONDITIONAL,
            EventKind.LINK,
            EventKind.SIGNAL,
        }
    ),
    "boundaryEvent": frozenset(EventKind) - {EventKind.LINK, EventKind.TERMINATE},
}
_CATCHING = frozenset({"startEvent", "intermediateCatchEvent", "boundaryEvent"})


def kind_fits_position(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """Not every kind of event may stand everywhere; cancel belongs to transactions."""
    for node, event in _events(model):
        allowed = _KINDS.get(node.type)
        if allowed is not None and event.kind not in allowed:
            yield problem(
                "event-kind",
                node,
                f"A {node.type} cannot have a {event.kind} event ({node.label!r}).",
                f"Allowed are: {', '.join(sorted(allowed))}.",
            )
        elif event.kind is EventKind.CANCEL and not _in_transaction(model, node):
            yield problem(
                "cancel-outside-transaction",
                node,
                f"The cancel event {node.label!r} belongs to no transaction.",
                "Use cancel end events in, and cancel boundary events on, transactions only.",
            )


def boundary_is_attached(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """A boundary event sits on an activity of its own scope."""
    for node in model.nodes:
        if node.type != "boundaryEvent":
            continue
        host = model.node.get(node.attached_to)
        if host is None or host.type not in ACTIVITIES or host.triggered_by_event:
            what = f"{node.attached_to!r}, which is no activity" if node.attached_to else "nothing"
            yield problem(
                "boundary-unattached",
                node,
                f"The boundary event {node.label!r} is attached to {what}.",
                "Drop it on the border of a task or sub-process.",
            )
        elif host.scope != node.scope:
            yield problem(
                "boundary-in-other-scope",
                node,
                f"The boundary event {node.label!r} and its activity {host.label!r} are in "
                "different sub-processes.",
                "Move the boundary event to the sub-process of its activity.",
            )


def boundary_has_event(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """A boundary event without definition never happens."""
    for node in model.nodes:
        if node.type == "boundaryEvent" and not node.events:
            yield problem(
                "boundary-without-event",
                node,
                f"The boundary event {node.label!r} does not say what it waits for.",
                "Give it a timer, message, signal, error ...",
            )


def catch_has_event(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """An intermediate catch event without definition would wait for ever."""
    for node in model.nodes:
        if node.type == "intermediateCatchEvent" and not node.events:
            yield problem(
                "catch-without-event",
                node,
                f"The catch event {node.label!r} does not say what it waits for.",
                "Give it a timer, message, signal or condition, or use a throw event without one.",
            )


def interrupts_where_it_must(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """Error and cancel always interrupt what they are attached to (p. 259)."""
    for node, event in _events(model):
        if (
            node.type == "boundaryEvent"
            and not node.interrupting
            and event.kind in (EventKind.ERROR, EventKind.CANCEL)
        ):
            yield problem(
                "boundary-must-interrupt",
                node,
                f"The {event.kind} boundary event {node.label!r} is drawn as not interrupting.",
                "Make it interrupting, or use an escalation event.",
            )


def message_is_named(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """Messages are matched by their name."""
    for node, event in _events(model):
        if event.kind is not EventKind.MESSAGE or event.name is not None:
            continue
        if node.type in _CATCHING or event.reference:
            yield problem(
                "message-without-name",
                node,
                f"The message of {node.label!r} has no name, so nobody can send or receive it.",
                "Choose or create a message and give it a name.",
            )
        elif event.work is None and node.work is None:
            yield warning(
                "message-missing",
                node,
                f"{node.label!r} throws no particular message; it passes without sending.",
                "Choose or create a message for it.",
            )


def signal_is_named(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """Signals are matched by their name."""
    for node, event in _events(model):
        if event.kind is EventKind.SIGNAL and event.name is None:
            yield problem(
                "signal-without-name",
                node,
                f"The signal of {node.label!r} has no name, so nobody can throw or catch it.",
                "Choose or create a signal and give it a name.",
            )


def condition_is_given(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """A conditional event has a condition."""
    for node, event in _events(model):
        if event.kind is EventKind.CONDITIONAL and event.expression is None:
            yield problem(
                "condition-missing",
                node,
                f"The conditional event {node.label!r} has no condition.",
                "Give it an expression that becomes true.",
            )


def link_is_paired(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """A link leads from its throw events to exactly one catch event of the scope (p. 267)."""
    catches: defaultdict[tuple[str, str], int] = defaultdict(int)
    throws: defaultdict[tuple[str, str], int] = defaultdict(int)
    links = [(n, _link(n, e)) for n, e in _events(model) if e.kind is EventKind.LINK]
    for node, link in links:
        (throws if node.type == "intermediateThrowEvent" else catches)[link] += 1
    for node, link in links:
        throwing = node.type == "intermediateThrowEvent"
        if not link[1]:
            fact = "has no name"
        elif throwing and catches[link] != 1:
            fact = f"leads to {catches[link]} catch events named {link[1]!r} in its scope"
        elif not throwing and not throws[link]:
            fact = f"is reached by no throw event named {link[1]!r} in its scope"
        else:
            continue
        yield problem(
            "link-unpaired",
            node,
            f"The link event {node.label!r} {fact}.",
            "Give one catch event and its throw events the same link name.",
            Severity.ERROR,
        )


def _link(node: Node, event: EventDefinition) -> tuple[str, str]:
    return node.scope, event.name.text if event.name else ""


def _in_transaction(model: ProcessModel, node: Node) -> bool:
    holder = model.node.get(node.attached_to or node.scope)
    while holder is not None and not node.attached_to and holder.type != "transaction":
        holder = model.node.get(holder.scope)
    return holder is not None and holder.type == "transaction"


def _events(model: ProcessModel) -> Iterator[tuple[Node, EventDefinition]]:
    for node in model.nodes:
        if node.type in ("sendTask", "receiveTask"):
            continue
        for event in node.events:
            yield node, event
