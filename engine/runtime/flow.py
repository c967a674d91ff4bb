"""Tokens along sequence flows: leaving a node, choosing among its flows, the end of a path."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bpmn.model import GATEWAYS, Flow
from engine.runtime import telling
from engine.runtime.agenda import Operation
from engine.runtime.plan import NodePlan
from engine.runtime.run import Failure, Run
from engine.runtime.state import Scope, ScopeKind, Stage, Token

COMPLETED = "element-completed"


def leave(run: Run, scope: Scope, token: Token) -> None:
    """The work at the token's node is done: go on by its flows, or end the path."""
    plan = run.node(token.node)
    token.stage = Stage.LEAVE
    if scope.node in run.plan.ad_hoc:
        _settle_ad_hoc(run, scope, plan)
    if plan.next is not None and not plan.is_heard:
        run.record(COMPLETED, token.node, scope, plan.taken)
        _move(run, scope, token, plan.next)
    elif plan.next is not None:
        take(run, scope, token, (plan.next,))
    elif plan.link:
        run.record(COMPLETED, token.node, scope, {"link": plan.link})
        token.node, token.flow, token.stage = plan.link, "", Stage.ENTER
        run.schedule(Operation.ENTER, scope, token)
    elif not plan.outgoing:
        run.record(COMPLETED, token.node, scope, {})
        end_path(run, scope, token)
    else:
        chosen, decision = choose_all(run, scope, plan)
        take(run, scope, token, chosen * plan.node.completion_quantity, decision=decision)


def _settle_ad_hoc(run: Run, scope: Scope, plan: NodePlan) -> None:
    """An activity of an ad-hoc sub-process is done: is that complete?"""
    if scope.kind is not ScopeKind.INNER:
        run.schedule(Operation.SETTLE, scope)
    elif plan.outgoing and run.node(scope.node).node.work is None:
        # Where the flow ends, it is asked with its output; a worker only then.
        run.schedule(Operation.SETTLE, run.work.parent(scope))


def take(
    run: Run,
    scope: Scope,
    token: Token,
    flows: Iterable[Flow],
    *,
    decision: Mapping[str, object] | None = None,
) -> None:
    """Go on by *flows*, the token by the first and a new one by each other.

    A gateway whose end a handler or worker hears is left when that has heard it.
    """
    chosen = tuple(flows)
    data: dict[str, object] = {"flows": [flow.id for flow in chosen]}
    if decision:
        data["decision"] = decision
    plan = run.node(token.node)
    if plan.is_heard:
        if _is_awaited(plan):
            scope.notes[_note(token)] = data
            token.stage = Stage.AFTER
            run.schedule(Operation.LISTEN, scope, token)
            return
        telling.leaving(run, scope, plan, chosen)
    _spread(run, scope, token, chosen, data)


def take_chosen(run: Run, scope: Scope, token: Token) -> None:
    """The end of a gateway was told: go on by the flows that it chose before."""
    data = scope.notes[_note(token)]
    assert isinstance(data, dict)
    chosen = tuple(run.model.flow[flow] for flow in data["flows"])
    telling.leaving(run, scope, run.node(token.node), chosen)
    del scope.notes[_note(token)]
    _spread(run, scope, token, chosen, data)


def follow(run: Run, scope: Scope, token: Token) -> None:
    """Who listens to the flow by which *token* leaves was told: it arrives."""
    token.node = run.model.flow[token.flow].target
    token.stage = Stage.ENTER
    run.schedule(Operation.ENTER, scope, token)


def forget(scope: Scope, token: Token) -> None:
    """*token* leaves no gateway any more."""
    scope.notes.pop(_note(token), None)


def _is_awaited(plan: NodePlan) -> bool:
    ends = telling.of(plan.node.listeners, "execution", "end")
    return plan.node.type in GATEWAYS and not telling.are_inline(ends)


def _spread(
    run: Run,
    scope: Scope,
    token: Token,
    chosen: tuple[Flow, ...],
    data: Mapping[str, object],
) -> None:
    run.record(COMPLETED, token.node, scope, data)
    if not chosen:
        end_path(run, scope, token)
        return
    source = token.node
    _move(run, scope, token, chosen[0])
    for flow in chosen[1:]:
        _move(run, scope, run.work.add_token(scope, source), flow)


def _note(token: Token) -> str:
    return f"#chosen:{token.id}"


def end_path(run: Run, scope: Scope, token: Token) -> None:
    """The token is used up; its scope may be complete now."""
    del scope.tokens[token.id]
    if not scope.tokens or scope.node in run.plan.ad_hoc:
        run.schedule(Operation.SETTLE, scope)


def holds(run: Run, scope: Scope, flow: Flow) -> bool:
    """Whether the flow's condition is true; a flow without one always is."""
    return flow.condition is None or run.holds(flow.condition, scope)


def choose_first(
    run: Run, scope: Scope, plan: NodePlan
) -> tuple[tuple[Flow, ...], Mapping[str, object]]:
    """The first flow in drawn order whose condition is true, else the default (p. 290)."""
    decision: dict[str, object] = {}
    for flow in plan.outgoing:
        if flow.id == plan.node.default:
            continue
        decision[flow.id] = fulfilled = holds(run, scope, flow)
        if fulfilled:
            return (flow,), decision
    return _default(plan, decision)


def choose_all(
    run: Run, scope: Scope, plan: NodePlan
) -> tuple[tuple[Flow, ...], Mapping[str, object]]:
    """Every flow whose condition is true or missing, and the default when no condition is true.

    Out of an activity or event, flows without condition are always taken and do not speak against
    the default (p. 97); out of a gateway such a flow is one that is true (p. 292).
    """
    decision: dict[str, object] = {}
    chosen: dict[str, Flow] = {}
    for flow in plan.outgoing:
        if flow.id == plan.node.default:
            continue
        fulfilled = holds(run, scope, flow)
        if flow.condition is not None:
            decision[flow.id] = fulfilled
        if fulfilled:
            chosen[flow.id] = flow
    speaking = chosen if plan.node.type in GATEWAYS else chosen.keys() & decision.keys()
    if not speaking and (plan.node.default or not chosen):
        (default,), decision = _default(plan, decision)
        chosen[default.id] = default
    return tuple(chosen.values()), decision


def _default(
    plan: NodePlan, decision: dict[str, object]
) -> tuple[tuple[Flow, ...], dict[str, object]]:
    for flow in plan.outgoing:
        if flow.id == plan.node.default:
            decision[flow.id] = "default"
            return (flow,), decision
    conditions = "; ".join(f"{f.id}: {f.condition.text}" for f in plan.outgoing if f.condition)
    raise Failure(
        "no-flow-selected",
        f"No condition of the flows out of {plan.node.label!r} is true and none is the default "
        f"({conditions}). Correct a variable and retry, or mark one flow as default.",
        data={"decision": decision},
    )


def _move(run: Run, scope: Scope, token: Token, flow: Flow) -> None:
    token.flow = flow.id
    if flow.listeners and not telling.are_inline(flow.listeners):
        token.stage = Stage.TAKE
        run.schedule(Operation.LISTEN, scope, token)
        return
    token.node = flow.target
    token.stage = Stage.ENTER
    run.schedule(Operation.ENTER, scope, token)
