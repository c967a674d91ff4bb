"""Joins: tokens that arrived at a gateway, counted per incoming flow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.runtime import waits
from engine.runtime.agenda import Operation
from engine.runtime.run import Failure, Run
from engine.runtime.state import Scope, Stage, Token, WaitKind


def arrive(scope: Scope, token: Token) -> Mapping[str, int]:
    """*token* reached its join by its flow and is used up; the arrivals by flow until now."""
    arrived = scope.joins.setdefault(token.node, {})
    arrived[token.flow] = arrived.get(token.flow, 0) + 1
    del scope.tokens[token.id]
    return arrived


def fire(run: Run, scope: Scope, gateway: str) -> Token:
    """Take one arrival of every flow that has one; the token that goes on for all of them."""
    arrived = scope.joins[gateway]
    left = {flow: count - 1 for flow, count in arrived.items() if count > 1}
    if left:
        scope.joins[gateway] = left
    else:
        del scope.joins[gateway]
    disarm_starved(run, scope, gateway)
    token = run.work.add_token(scope, gateway)
    token.stage = Stage.EXECUTE
    return token


def disarm_starved(run: Run, scope: Scope, gateway: str) -> None:
    """A join goes on after all: the incident that it cannot is over."""
    for armed in [a for a in scope.armed.values() if a.kind is WaitKind.INCIDENT]:
        if armed.node == gateway:
            run.work.disarm(scope, armed)


def may_come(run: Run, scope: Scope, gateway: str, flow: str) -> bool:
    """Whether another token of the scope can still come to *gateway* by *flow*."""
    nodes = run.plan.upstream(gateway)[flow]
    return any(place in nodes for place in _places(run, scope, gateway))


def schedule_inclusive(run: Run) -> bool:
    """Fire the inclusive joins that no other token can still reach; whether there were any.

    Asked when the agenda is empty, for every scope that changed: a token that moved or died
    elsewhere may be what a join was waiting for.
    """
    if not run.plan.inclusive_joins:
        return False
    is_any = False
    for scope in run.work.changed():
        for gateway in sorted(run.plan.inclusive_joins & scope.joins.keys()):
            if _is_complete(run, scope, gateway):
                # No flow: the gateway splits instead of waiting again.
                run.schedule(Operation.EXECUTE, scope, fire(run, scope, gateway))
                is_any = True
    return is_any


def _is_complete(run: Run, scope: Scope, gateway: str) -> bool:
    """The standard's rule (p. 292): who reaches an empty flow must reach a filled one too."""
    arrived = scope.joins[gateway]
    upstream = run.plan.upstream(gateway)
    empty = [nodes for flow, nodes in upstream.items() if flow not in arrived]
    if not empty:
        return True
    filled = [nodes for flow, nodes in upstream.items() if flow in arrived]
    for place in _places(run, scope, gateway):
        if any(place in nodes for nodes in empty) and not any(place in nodes for nodes in filled):
            return False
    return True


def _places(run: Run, scope: Scope, gateway: str) -> Iterator[str]:
    """Nodes of the scope that hold a token, those that wait at other joins included.

    A token that is still on a flow counts where that leads; into the gateway, as the flow itself.
    """
    yield from {_place(run, token, gateway) for token in scope.tokens.values()}
    yield from (other for other in scope.joins if other != gateway)


def _place(run: Run, token: Token, gateway: str) -> str:
    if token.stage is not Stage.TAKE:
        return token.node
    target = run.model.flow[token.flow].target
    return token.flow if target == gateway else target


def report_starved(run: Run) -> None:
    """Joins of a scope without any token can never complete: tell a person, by an incident."""
    for scope in run.work.changed():
        if scope.tokens or not scope.joins:
            continue
        told = {a.node for a in scope.armed.values() if a.kind is WaitKind.INCIDENT}
        for gateway in [g for g in scope.joins if g not in told]:
            _report(run, scope, gateway)


def _report(run: Run, scope: Scope, gateway: str) -> None:
    node = run.node(gateway).node
    missing = [flow for flow in node.incoming if flow not in scope.joins[gateway]]
    wanted = f"a token on {', '.join(missing)}" if missing else "more tokens"
    problem = Failure(
        "join-starved",
        f"{node.label!r} waits for {wanted}, but no token is left that "
        "could come. Join by the kind of gateway that splits, or end the instance.",
    )
    waits.report(run, scope, node, problem)
