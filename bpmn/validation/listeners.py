"""Rules of execution and task listeners: which events there are, and who can be told of them."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.model import GATEWAYS, Diagram, Listener, Node, Problem, ProcessModel
from bpmn.validation.rule import Located, problem

_OF_TASKS = frozenset({"create", "assignment", "update", "complete", "delete", "timeout"})
_OF_NODES = frozenset({"start", "end"})
_WAITING = frozenset({"create", "complete"})
_INLINE = "Make it an expression or a script, or draw what it does as a service task."


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


def listener_can_wait(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """A handler or worker does not listen to a process or flow, where no token can wait."""
    for at, listener, _ in _all(model):
        # Nodes are refused by name (`bpmn.validation.refused`), as the report tells too.
        if isinstance(at, Node) or not is_refused(at, listener):
            continue
        yield problem(
            "listener-refused",
            at,
            f"At {at.name or at.id!r} a handler or worker listens to {listener.event!r}, where "
            "nothing can wait for it.",
            _INLINE,
        )


def is_refused(at: Located, listener: Listener) -> bool:
    """Whether *listener* would have to be waited for where no token is."""
    if listener.is_inline:
        return False
    if not isinstance(at, Node):
        return True
    if listener.target == "task":
        return listener.event not in _WAITING
    return listener.event == "end" and at.type in GATEWAYS


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
