"""Catching: a token waits for events, and the first that happens lets it go on."""

from __future__ import annotations

from collections.abc import Mapping

from bpmn.model import Node
from engine.runtime import (
    activity,
    arming,
    conditions,
    gathering,
    listening,
    mappings,
    starting,
    telling,
)
from engine.runtime.agenda import Operation
from engine.runtime.event_kinds.timer import next_occurrence
from engine.runtime.flow import COMPLETED
from engine.runtime.run import Failure, Run
from engine.runtime.state import Armed, Scope, Stage, Token, WaitKind


def has_started(run: Run, scope: Scope, token: Token) -> bool:
    """Whether *token* is where the instance began, by all the events that its node waits for."""
    node = run.node(token.node).node
    started = starting.take_started(run, scope, node)
    if started is None:
        return False
    if node.parallel_multiple and not gathering.happened(run, scope, node, token.id, started):
        return False
    # What the event brought are variables of the process by now.
    mappings.receive(run, scope, node.id, {})
    return True


def wait_for(run: Run, scope: Scope, token: Token, nodes: tuple[Node, ...]) -> None:
    """*token* waits for any event of *nodes* (itself, or what follows an event-based gateway)."""
    events = [
        prepared
        for node in nodes
        for prepared in arming.prepare(run, scope, node)
        if prepared.definition in gathering.missing(scope, node, token.id)
    ]
    if not events:
        label = run.node(token.node).node.label
        raise Failure("nothing-to-catch", f"{label!r} waits for no event, so it can never go on.")
    arming.arm_all(run, scope, events, token=token.id)
    waiting = [f"{event.kind.value} {event.name}".strip() for event in events]
    run.record("element-entered", token.node, scope, {"wait": waiting})
    conditions.fire_true(run, scope, events)


def caught(run: Run, scope: Scope, armed: Armed, variables: Mapping[str, object]) -> None:
    """*armed* happened: its token listens no more and leaves by the node that was armed."""
    token = scope.tokens[armed.token]
    node = run.node(armed.node).node
    if not gathering.is_complete(run, scope, node, armed):
        mappings.receive(run, scope, armed.node, variables)
        return
    if _comes_again(run, scope, armed):
        beside = run.work.add_token(scope, armed.node)
        activity.done(run, scope, beside)
        return
    stop_listening(run, scope, token)
    is_at_gateway = token.node != armed.node and not activity.is_own_scope(scope, token)
    goes_on = not is_at_gateway or _pass_gateway(run, scope, token, armed.node)
    mappings.receive(run, scope, armed.node, variables)
    if goes_on:
        activity.done(run, scope, token)


def _comes_again(run: Run, scope: Scope, armed: Armed) -> bool:
    """Re-arm a counted cycle: the event lets one token pass each time, the last one its own.

    An endless cycle (``R/PT1H``, cron) is the wait for its next occurrence.
    """
    event = run.node(armed.node).node
    is_here = scope.tokens[armed.token].node == armed.node and scope.node != armed.node
    if armed.kind is not WaitKind.TIMER or not is_here or event.parallel_multiple:
        return False
    again = next_occurrence(run, event, armed, counted_only=True)
    if again is None:
        return False
    run.work.disarm(scope, armed)
    arming.arm(run, scope, again, token=armed.token)
    return True


def stop_listening(run: Run, scope: Scope, token: Token) -> None:
    """Disarm everything that *token* waits for."""
    for armed in [a for a in scope.armed.values() if a.token == token.id]:
        run.work.disarm(scope, armed)
        gathering.forget(scope, run.node(armed.node).node, token.id)


def _pass_gateway(run: Run, scope: Scope, token: Token, target: str) -> bool:
    """Go on from an event-based gateway; ``False``: somebody who listens has to be waited for."""
    plan = run.node(token.node)
    flow = next(flow for flow in plan.outgoing if flow.target == target)
    starts = telling.of(run.node(target).node.listeners, "execution", "start")
    ends = telling.of(plan.node.listeners, "execution", "end")
    if not telling.are_inline(ends + flow.listeners + starts):
        token.flow, token.stage = flow.id, Stage.TAKE
        listening.caught(scope, token)
        run.schedule(Operation.LISTEN, scope, token)
        return False
    telling.leaving(run, scope, plan, (flow,))
    for listener in starts:
        telling.run_inline(run, scope, listener, run.node(target).node)
    run.record(COMPLETED, token.node, scope, {"flows": [flow.id]})
    token.node = target
    token.flow = flow.id
    return True
