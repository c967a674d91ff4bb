"""Complex gateways: a condition on the tokens that arrived starts them (BPMN 2.0 p. 295, 439).

A gateway that started waits for the other incoming flows, as an inclusive join does, and is then
as new; what arrives meanwhile is used up by that. ``Scope.notes`` keeps the flows that it waits
for, ``Scope.joins`` what arrived.
"""

from __future__ import annotations

from collections.abc import Mapping

from bpmn.model import Flow, Node
from engine.runtime import flow, guarding, joins
from engine.runtime.agenda import Operation
from engine.runtime.plan import NodePlan
from engine.runtime.run import Failure, Run
from engine.runtime.state import Scope, Token


def arrive(run: Run, scope: Scope, token: Token) -> None:
    """*token* reached the gateway: start it when its condition holds now.

    Raises:
        Failure: the condition cannot be evaluated; the token stays.
    """
    node = run.node(token.node).node
    if node.id in scope.notes:
        joins.arrive(scope, token)
        return
    arrived = dict(scope.joins.get(node.id, {}))
    arrived[token.flow] = arrived.get(token.flow, 0) + 1
    is_active = _is_activated(run, scope, node, arrived)
    joins.arrive(scope, token)
    if is_active:
        _start(run, scope, node)


def split(run: Run, scope: Scope, token: Token, *, is_reset: bool = False) -> None:
    """Take every flow whose condition is true; conditions may ask ``waitingForStart``.

    Raises:
        Failure: no flow is true, and the gateway does not reset.
    """
    plan = run.node(token.node)
    seen = {"waitingForStart": not is_reset}
    decision: dict[str, object] = {}
    chosen = [
        each
        for each in plan.outgoing
        if each.id != plan.node.default and _is_taken(run, scope, each, seen, decision)
    ]
    if not chosen and not is_reset:
        chosen = [_default(plan, decision)]
    flow.take(run, scope, token, chosen, decision=decision)


def schedule_resets(run: Run) -> bool:
    """Let the gateways begin anew that no token can reach any more; whether there were any.

    Asked when the agenda is empty, for every scope that changed.
    """
    if not run.plan.complex_joins:
        return False
    ready = [
        (scope, gateway)
        for scope in run.work.changed()
        for gateway in sorted(run.plan.complex_joins & scope.notes.keys())
        if _is_done(run, scope, gateway)
    ]
    for scope, gateway in ready:
        _reset(run, scope, gateway)
    return bool(ready)


def _is_activated(run: Run, scope: Scope, node: Node, arrived: Mapping[str, int]) -> bool:
    if node.condition is None:
        return len(arrived) == len(node.incoming)
    counts = {name: arrived.get(name, 0) for name in node.incoming}
    seen = {**counts, "activationCount": sum(arrived.values()), "waitingForStart": True}
    return run.holds(node.condition, scope, seen)


def _start(run: Run, scope: Scope, node: Node) -> None:
    arrived = set(scope.joins[node.id])
    token = joins.fire(run, scope, node.id)
    waiting = [name for name in node.incoming if name not in arrived]
    if waiting:
        scope.notes[node.id] = waiting
        # An entry keeps the scope open until the gateway is as new.
        scope.joins.setdefault(node.id, {})
    run.schedule(Operation.EXECUTE, scope, token)


def _is_done(run: Run, scope: Scope, gateway: str) -> bool:
    arrived = scope.joins.get(gateway, {})
    waiting = scope.notes[gateway]
    assert isinstance(waiting, list)
    missing = [name for name in waiting if name not in arrived]
    return not any(joins.may_come(run, scope, gateway, name) for name in missing)


def _reset(run: Run, scope: Scope, gateway: str) -> None:
    waiting = scope.notes.pop(gateway)
    assert isinstance(waiting, list)
    arrived = scope.joins.pop(gateway, {})
    left = {name: n - (name in waiting) for name, n in arrived.items() if n > (name in waiting)}
    if left:
        scope.joins[gateway] = left
    token = run.work.add_token(scope, gateway)
    try:
        split(run, scope, token, is_reset=True)
        _start_again(run, scope, gateway, left)
    except guarding.FAILURES as problem:
        guarding.absorb(run, scope, token, problem)


def _start_again(run: Run, scope: Scope, gateway: str, left: Mapping[str, int]) -> None:
    node = run.node(gateway).node
    if left and _is_activated(run, scope, node, left):
        _start(run, scope, node)
    elif not scope.tokens:
        run.schedule(Operation.SETTLE, scope)


def _is_taken(
    run: Run, scope: Scope, each: Flow, seen: Mapping[str, object], decision: dict[str, object]
) -> bool:
    """Whether *each* gets a token; one without condition only when the gateway starts."""
    if each.condition is None:
        return seen["waitingForStart"] is True
    decision[each.id] = fulfilled = run.holds(each.condition, scope, seen)
    return fulfilled


def _default(plan: NodePlan, decision: dict[str, object]) -> Flow:
    for each in plan.outgoing:
        if each.id == plan.node.default:
            decision[each.id] = "default"
            return each
    raise Failure(
        "no-flow-selected",
        f"No condition of the flows out of {plan.node.label!r} is true and none is the default. "
        "Correct a variable and retry, or mark one flow as default.",
        data={"decision": decision},
    )
