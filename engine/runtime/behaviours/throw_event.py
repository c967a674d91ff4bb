"""Intermediate throw and end events (BPMN 2.0 p. 239 ff)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bpmn.model import EventDefinition, EventKind, Node
from engine.runtime import activity, mappings
from engine.runtime.behaviours.base import Behaviour
from engine.runtime.event_kinds import THROWING
from engine.runtime.run import Failure, Run
from engine.runtime.state import Scope, Token

# What ends the scope is thrown after everything else.
_LAST = frozenset({EventKind.ERROR, EventKind.CANCEL, EventKind.TERMINATE})


class ThrowEvent(Behaviour):
    """Throws its events in drawn order and goes on; an end event has no flow to go on by."""

    def execute(self, run: Run, scope: Scope, token: Token) -> None:
        """Throw; a signal waits until every branch that is on its way listens."""
        node = run.node(token.node).node
        if any(event.kind is EventKind.SIGNAL for event in node.events):
            run.schedule_last(scope, token)
        else:
            self.execute_last(run, scope, token)

    def execute_last(self, run: Run, scope: Scope, token: Token) -> None:
        """Throw each of the events."""
        _throw(run, scope, token, _ordered(run.node(token.node).node))

    def resume(self, run: Run, scope: Scope, token: Token, variables: Mapping[str, object]) -> None:
        """The work of a message is done: throw what is left."""
        mappings.receive(run, scope, token.node, variables)
        events = _ordered(run.node(token.node).node)
        left = scope.notes.pop(_note(token), 0)
        assert isinstance(left, int)
        _throw(run, scope, token, events[len(events) - left :])


def _throw(run: Run, scope: Scope, token: Token, events: Sequence[EventDefinition]) -> None:
    for index, definition in enumerate(events):
        kind = THROWING.get(definition.kind)
        if kind is None:
            label = run.node(token.node).node.label
            raise Failure(
                "event-unsupported",
                f"{label!r} cannot throw a {definition.kind.value} event yet.",
            )
        if not kind.throw(run, scope, token, definition):
            if token.kind is not None and index + 1 < len(events):
                scope.notes[_note(token)] = len(events) - index - 1
            return
    activity.done(run, scope, token)


def _ordered(node: Node) -> Sequence[EventDefinition]:
    """In drawn order, but what ends the scope comes after everything else."""
    return sorted(node.events, key=lambda event: event.kind in _LAST)


def _note(token: Token) -> str:
    return f"#left:{token.id}"
