"""Timeout listeners of Camunda 7's user tasks: timers that tell a listener and end nothing."""

from __future__ import annotations

from bpmn.model import Listener, Node, TimerKind
from engine.runtime import arming, asides, task_listening, wishes
from engine.runtime.event_kinds.base import Prepared
from engine.runtime.event_kinds.timer import next_occurrence
from engine.runtime.run import Failure, Run
from engine.runtime.state import Armed, Scope, WaitKind
from engine.runtime.timers import TimerInvalid, timing


def prepare(run: Run, scope: Scope, node: Node) -> list[Prepared]:
    """The timers of the user task *node*, which is about to open in its own *scope*.

    Raises:
        Failure: a time cannot be evaluated; nothing is set.
    """
    return [
        _prepared(run, scope, node, index)
        for index, listener in enumerate(node.listeners)
        if listener.event == "timeout"
    ]


def arm(run: Run, scope: Scope, node: Node, found: list[Prepared]) -> None:
    """Set the timers *found* in place of those of an earlier attempt."""
    for armed in [a for a in scope.armed.values() if a.node == node.id]:
        run.work.disarm(scope, armed)
    arming.arm_all(run, scope, found)


def fired(run: Run, scope: Scope, armed: Armed) -> None:
    """The time has come: tell the listener, when the task is still open; then wait on.

    Raises:
        Failure, BpmnErrorThrown: the listener failed.
    """
    node = run.node(armed.node).node
    listener = node.listeners[armed.definition]
    again = next_occurrence(run, node, armed)
    run.work.disarm(scope, armed)
    if again is not None:
        arming.arm(run, scope, again)
    is_open = any(wishes.is_open_task(scope, token) for token in scope.tokens.values())
    if is_open and listener.is_inline:
        task_listening.run_one(run, scope, listener, node)
    elif is_open:
        asides.tell(run, scope, node, (listener,))


def _prepared(run: Run, scope: Scope, node: Node, index: int) -> Prepared:
    listener: Listener = node.listeners[index]
    if listener.time is None:
        raise Failure("timer-invalid", f"A timeout listener of {node.label!r} has no time.")
    value = run.evaluate(listener.time, scope)
    try:
        found = timing(TimerKind(listener.timer), value, run.now)
    except (TimerInvalid, ValueError) as problem:
        message = f"A timeout listener of {node.label!r}: {problem}"
        raise Failure("timer-invalid", message) from problem
    return Prepared(
        WaitKind.TIMER, node, index, due=found.due, cycle=found.cycle, fired=found.index
    )
