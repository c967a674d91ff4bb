"""Messages: to exactly one receiver, in whatever instance (BPMN 2.0 p. 247)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from bpmn.model import EventDefinition, EventKind, Node
from engine.runtime import correlating, mappings, working
from engine.runtime.effects import SendMessage
from engine.runtime.event_kinds.base import Prepared
from engine.runtime.run import Failure, Run
from engine.runtime.state import Scope, Token, Variables, WaitKind
from engine.runtime.timers import TimerInvalid, moment


class Message:
    """A message is a subscription by name and correlation value, or an effect of the step."""

    def prepare(self, run: Run, scope: Scope, node: Node, index: int) -> Prepared:
        """Subscribe by name and correlation key."""
        definition = node.events[index]
        name = run.text(definition.name, scope)
        correlation = correlating.awaited(run, scope, definition)
        if definition.correlation_key is not None and not correlation:
            raise Failure(
                "correlation-key-missing",
                f"The correlation key {definition.correlation_key.text!r} of {node.label!r} is "
                "empty, so no message could reach it. Set its variables, then retry.",
            )
        return Prepared(WaitKind.MESSAGE, node, index, name=name, correlation=correlation)

    def throw(self, run: Run, scope: Scope, token: Token, definition: EventDefinition) -> bool:
        """Send it, by the diagram's own means when it names some."""
        if definition.work is not None:
            return working.start(run, scope, token, definition.work)
        brought = payload(run, scope, token, definition)
        correlating.learn(run, scope, definition, brought)
        message = SendMessage(
            run.text(definition.name, scope),
            brought,
            correlating.carried(run, scope, definition, brought),
            token.node,
            _time_to_live(run, scope, token, definition),
            run.text(definition.message_id, scope),
        )
        run.work.effects.append(message)
        return True


def _time_to_live(run: Run, scope: Scope, token: Token, definition: EventDefinition) -> timedelta:
    if definition.time_to_live is None:
        return timedelta(0)
    label = run.node(token.node).node.label
    value = run.evaluate(definition.time_to_live, scope)
    try:
        found = moment(value, run.now) - run.now
    except TimerInvalid as problem:
        message = f"The time to live of the message of {label!r}: {problem}"
        raise Failure("time-to-live-invalid", message) from problem
    if found < timedelta(0):
        message = f"The time to live of the message of {label!r} is {value!r}, in the past."
        raise Failure("time-to-live-invalid", message)
    return found


def payload(
    run: Run, scope: Scope, token: Token, definition: EventDefinition
) -> Mapping[str, object]:
    """What a thrown message or signal carries.

    Raises:
        Failure: a mapping cannot be evaluated.
    """
    given = mappings.Passing(definition.payload, definition.payload_all, definition.payload_own)
    carried = mappings.passed(run, scope, given, is_own=scope.node == token.node)
    whole = carried.pop("", None)
    # SpiffWorkflow's payload is one value; a mapping is carried by its names.
    spread = whole if isinstance(whole, dict) else {} if whole is None else {"payload": whole}
    return {**carried, **spread, **mappings.thrown(run, run.node(token.node).node, scope)}


def named(events: Sequence[EventDefinition], index: int, variables: Variables) -> Variables:
    """What a caught event brought: in one variable where the diagram names it (SpiffWorkflow)."""
    definition = events[index] if 0 <= index < len(events) else None
    is_message = definition is not None and definition.kind is EventKind.MESSAGE
    if definition is None or not is_message or not definition.message_variable:
        return variables
    return {definition.message_variable: dict(variables)}
