"""Signals: to everyone who listens (BPMN 2.0 p. 252)."""

from __future__ import annotations

from collections.abc import Mapping

from bpmn.model import EventDefinition, Node
from engine.runtime.effects import BroadcastSignal
from engine.runtime.event_kinds.base import Prepared
from engine.runtime.event_kinds.message import payload
from engine.runtime.run import Run
from engine.runtime.state import Armed, Scope, Token, WaitKind
from engine.runtime.waits import retrying_of


class Signal:
    """Catchers of this instance get it within the step, all others as an effect of it."""

    def prepare(self, run: Run, scope: Scope, node: Node, index: int) -> Prepared:
        """Subscribe by name."""
        name = run.text(node.events[index].name, scope)
        return Prepared(WaitKind.SIGNAL, node, index, name=name)

    def throw(self, run: Run, scope: Scope, token: Token, definition: EventDefinition) -> bool:
        """Reach who listens now; an interrupting catcher may take the throwing token away.

        One that is thrown asynchronously reaches everybody, here too, by a job.
        """
        name = run.text(definition.name, scope)
        variables = payload(run, scope, token, definition)
        key = run.text(definition.business_key, scope) or None
        if definition.is_async:
            retries = retrying_of(run, scope, run.node(token.node).node)
            signal = BroadcastSignal(name, variables, token.node, key, True, *retries)
            run.work.effects.append(signal)
            return True
        run.work.effects.append(BroadcastSignal(name, variables, token.node, key))
        found = list(run.work.armed(WaitKind.SIGNAL)) if run.plan.catches_signals else []
        for listening, armed in found:
            if armed.name == name:
                _fire(run, listening, armed, variables)
        return token.id in scope.tokens


def _fire(run: Run, scope: Scope, armed: Armed, variables: Mapping[str, object]) -> None:
    # Another catcher of the same signal may have ended this one.
    if run.work.is_alive(scope.id) and armed.wait in scope.armed:
        run.work.scope(scope.id)
        run.node(armed.node).behaviour.fired(run, scope, armed, variables)
