"""Timers: a job that is due (BPMN 2.0 p. 257)."""

from __future__ import annotations

from bpmn.model import Node
from engine.runtime.event_kinds.base import Prepared
from engine.runtime.run import Failure, Run
from engine.runtime.state import Armed, Scope, WaitKind
from engine.runtime.timers import Cycle, TimerInvalid, timing


class Timer:
    """A timer becomes a job; a cycle becomes one job after the other."""

    def prepare(self, run: Run, scope: Scope, node: Node, index: int) -> Prepared:
        """Work out when it is due first."""
        definition = node.events[index]
        if definition.expression is None or definition.timer is None:
            raise Failure("timer-invalid", f"The timer of {node.label!r} has no time.")
        value = run.evaluate(definition.expression, scope)
        try:
            found = timing(definition.timer, value, run.now)
        except TimerInvalid as problem:
            raise Failure("timer-invalid", f"The timer of {node.label!r}: {problem}") from problem
        return Prepared(
            WaitKind.TIMER, node, index, due=found.due, cycle=found.cycle, fired=found.index
        )


def next_occurrence(
    run: Run, node: Node, armed: Armed, *, counted_only: bool = False
) -> Prepared | None:
    """What to arm after *armed* fired, ``None`` when it was the last time.

    With ``counted_only`` an endless cycle counts as one that fires once.
    """
    if not armed.cycle:
        return None
    cycle = Cycle.decode(armed.cycle)
    if counted_only and cycle.repetitions is None:
        return None
    found = cycle.next_after(armed.fired, run.now)
    if found is None:
        return None
    fired, due = found
    return Prepared(WaitKind.TIMER, node, armed.definition, due=due, cycle=armed.cycle, fired=fired)
