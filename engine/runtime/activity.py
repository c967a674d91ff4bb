"""A token in a node: what happens before and after the element's own work."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bpmn.model import GATEWAYS, SUB_PROCESSES, Node
from engine.runtime import (
    arming,
    asides,
    completed,
    conditions,
    ending,
    flow,
    inner_flows,
    listening,
    loops,
    mappings,
    quantities,
    starting,
    waits,
    wishes,
)
from engine.runtime.agenda import Operation
from engine.runtime.plan import NodePlan
from engine.runtime.run import Run
from engine.runtime.state import Scope, ScopeKind, Stage, Token

_HELD = "#held"
_SETTLED = frozenset({ScopeKind.PROCESS, ScopeKind.INNER})


def enter(run: Run, scope: Scope, token: Token) -> None:
    """The token arrived: wait for the executor when the diagram says so, else begin."""
    plan = run.node(token.node)
    if plan.is_plain:
        token.stage = Stage.EXECUTE
        plan.behaviour.execute(run, scope, token)
    elif plan.node.start_quantity > 1 and not _is_begun(run, scope, token):
        return
    elif _is_async_before(plan.node, scope):
        waits.wait_async(run, scope, token)
    else:
        begin(run, scope, token)


def begin(run: Run, scope: Scope, token: Token) -> None:
    """Open what the node needs around its work: a loop, a scope, its events and inputs."""
    plan = run.node(token.node)
    if is_own_scope(scope, token):
        _prepare(run, scope, plan)
        if token.id not in scope.tokens:
            # A condition held already and interrupted the activity before it began.
            return
    elif plan.node.loop is not None:
        loops.start(run, scope, token)
        return
    elif plan.needs_scope:
        child = run.work.open_scope(
            ScopeKind.ACTIVITY, plan.node.id, parent=scope.id, token=token.id
        )
        token.child = child.id
        if plan.node.type in SUB_PROCESSES:
            run.record("element-entered", token.node, scope, {})
        run.schedule(Operation.BEGIN, child, run.work.add_token(child, plan.node.id))
        return
    if plan.node.listeners and listening.before(run, scope, token):
        listen(run, scope, token)
        return
    token.stage = Stage.EXECUTE
    plan.behaviour.execute(run, scope, token)


def listen(run: Run, scope: Scope, token: Token) -> None:
    """Go on with the listeners of the token's stage, then with what comes after them."""
    if listening.go_on(run, scope, token):
        _HEARD[token.stage](run, scope, token)


def _begun(run: Run, scope: Scope, token: Token) -> None:
    if token.node == run.model.id:
        starting.process_told(run, scope, token)
    else:
        execute(run, scope, token)


def _ended(run: Run, scope: Scope, token: Token) -> None:
    if token.node == run.model.id:
        ending.complete(run, scope, token)
    else:
        _map_and_close(run, scope)


def _left(run: Run, scope: Scope, token: Token) -> None:
    if run.node(token.node).node.type in GATEWAYS:
        flow.take_chosen(run, scope, token)
    else:
        leave(run, scope, token)


def _taken(run: Run, scope: Scope, token: Token) -> None:
    if not listening.take_caught(scope, token):
        flow.follow(run, scope, token)
        return
    run.record(flow.COMPLETED, token.node, scope, {"flows": [token.flow]})
    token.node = run.model.flow[token.flow].target
    done(run, scope, token)


def _asked(run: Run, scope: Scope, token: Token) -> None:
    if asides.is_aside(scope):
        ending.end_aside(run, scope)
    elif wishes.is_pending(scope, token):
        wishes.granted(run, scope, token)


_HEARD: Mapping[Stage, Callable[[Run, Scope, Token], None]] = {
    Stage.START: _begun,
    Stage.END: _ended,
    Stage.AFTER: _left,
    Stage.TAKE: _taken,
    Stage.ASKED: _asked,
}
"""What comes when all listeners of a stage have heard."""


def execute(run: Run, scope: Scope, token: Token) -> None:
    """Do the element's own work (again, when an incident is retried)."""
    token.stage = Stage.EXECUTE
    run.node(token.node).behaviour.execute(run, scope, token)


def execute_last(run: Run, scope: Scope, token: Token) -> None:
    """Do the part of the element's work that waits until nothing else can move."""
    run.node(token.node).behaviour.execute_last(run, scope, token)


def done(run: Run, scope: Scope, token: Token) -> None:
    """The element's own work is done."""
    token.stage = Stage.LEAVE
    if is_own_scope(scope, token):
        run.schedule(Operation.FINISH, scope, token)
    else:
        leave(run, scope, token)


def leave(run: Run, scope: Scope, token: Token) -> None:
    """Everything of the node is done: leave it, after the executor when the diagram says so."""
    node = run.node(token.node).node
    if node.listeners and listening.after(run, scope, token, node):
        token.stage = Stage.AFTER
        listen(run, scope, token)
        return
    if node.async_after:
        token.stage = Stage.LEAVE
        waits.wait_async(run, scope, token)
    else:
        flow.leave(run, scope, token)


def finish(run: Run, scope: Scope) -> None:
    """An activity in a scope of its own is done: tell its listeners, then close the scope."""
    run.begin_finish(scope)
    if scope.kind in _SETTLED:
        run.schedule(Operation.SETTLE, scope)
        for token in [t for t in scope.tokens.values() if t.child is None]:
            del scope.tokens[token.id]
        return
    node = run.node(scope.node).node
    if scope.index is not None and _is_held_item(run, scope, node):
        return
    if node.listeners and listening.inside(run, scope, node):
        token = next(iter(scope.tokens.values()), None) or run.work.add_token(scope, node.id)
        token.stage = Stage.END
        listen(run, scope, token)
        return
    _map_and_close(run, scope)


def _map_and_close(run: Run, scope: Scope) -> None:
    node = run.node(scope.node).node
    if node.type in SUB_PROCESSES:
        # At most the one that waited for a listener.
        scope.tokens.clear()
    outputs = mappings.outputs(run, node, scope)
    if node.output_collection:
        inner_flows.give(run, scope)
    close(run, scope, outputs)


def close(run: Run, scope: Scope, outputs: Mapping[str, object]) -> None:
    """Close an activity's own scope with its *outputs*, go on."""
    if scope.index is not None:
        loops.finish_item(run, scope, outputs)
        return
    parent = run.work.parent(scope)
    run.write(parent, outputs)
    host = parent.tokens[scope.token]
    completed.close(run, scope)
    host.child = None
    host.stage = Stage.LEAVE
    run.schedule(Operation.LEAVE, parent, host)


def _is_held_item(run: Run, scope: Scope, node: Node) -> bool:
    """Whether an item waits for the executor before it ends (``asyncAfter`` of a loop)."""
    loop = node.loop
    is_async = loop is not None and loop.attributes.get("camunda:asyncAfter") == "true"
    if not is_async or scope.notes.pop(_HELD, None):
        return False
    scope.notes[_HELD] = True
    token = next(iter(scope.tokens.values()), None) or run.work.add_token(scope, node.id)
    token.stage = Stage.LEAVE
    waits.wait_async(run, scope, token)
    return True


def is_own_scope(scope: Scope, token: Token) -> bool:
    """Whether *scope* is the token's activity itself, not what holds the activity."""
    return scope.node == token.node


def _prepare(run: Run, scope: Scope, plan: NodePlan) -> None:
    run.write_local(scope, mappings.inputs(run, plan.node, scope))
    if scope.index is None:
        events = arming.boundary(run, scope, plan.boundary)
        arming.arm_all(run, scope, events)
        conditions.fire_true(run, scope, events)


def _is_begun(run: Run, scope: Scope, token: Token) -> bool:
    return is_own_scope(scope, token) or quantities.is_enough(run, scope, token)


def _is_async_before(node: Node, scope: Scope) -> bool:
    if scope.node != node.id:
        return node.async_before
    return node.loop is not None and node.loop.attributes.get("camunda:asyncBefore") == "true"
