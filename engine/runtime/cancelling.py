"""Ending scopes: in order, or at once with everything that is still open inside."""

from __future__ import annotations

from engine.runtime import asides, flow, listening, wishes
from engine.runtime.effects import CancelCalled
from engine.runtime.run import Run
from engine.runtime.state import Completed, Scope, Then, Token, Undoing, WaitKind


def close(run: Run, scope: Scope) -> None:
    """End a scope that has no work left: its armed events end with it."""
    for armed in tuple(scope.armed.values()):
        run.work.disarm(scope, armed)
    run.forget(scope)
    run.work.remove_scope(scope)


def cancel(run: Run, scope: Scope) -> None:
    """End a scope with everything inside it, leaving nothing open."""
    scope.completed.clear()
    cancel_below(run, scope)
    listening.cancelled(run, scope)
    cancel_tokens(run, scope)
    close(run, scope)


def empty(run: Run, scope: Scope) -> None:
    """End everything that is active in *scope*, which itself goes on or completes.

    What completed in it, and nobody has begun to undo, can be undone yet.
    """
    if run.plan.has_compensation:
        _keep_rest(run, scope)
    cancel_below(run, scope)
    cancel_tokens(run, scope)
    scope.joins.clear()


def cancel_below(run: Run, scope: Scope) -> None:
    """End every scope below *scope*, innermost first, but those kept for compensation."""
    order: list[Scope] = []
    kept = {completed.scope for completed in scope.completed}
    todo = [child for child in run.work.children(scope.id) if child not in kept]
    while todo:
        current = run.work.scope(todo.pop())
        if asides.is_aside(current):
            continue
        order.append(current)
        todo.extend(run.work.children(current.id))
    for current in reversed(order):
        listening.cancelled(run, current)
        cancel_tokens(run, current)
        close(run, current)


def cancel_tokens(run: Run, scope: Scope) -> None:
    """End every token of *scope* itself, with what each waits for."""
    for token in tuple(scope.tokens.values()):
        if not asides.is_host(run, token):
            cancel_token(run, scope, token)


def drop_asides(run: Run, root: Scope) -> None:
    """End what is told beside *root*, though somebody has not heard it."""
    for host in [token for token in root.tokens.values() if asides.is_host(run, token)]:
        assert host.child is not None
        end_aside(run, root, run.work.scope(host.child))


def end_aside(run: Run, root: Scope, aside: Scope) -> None:
    """End what was told beside *root*, with the token that kept the process open for it."""
    cancel_tokens(run, aside)
    close(run, aside)
    del root.tokens[aside.token]


def cancel_token(run: Run, scope: Scope, token: Token) -> None:
    """End a token that has no live child scope, with what it waits for."""
    kind, wait = token.kind, token.wait
    if kind is not None and run.work.close(kind, wait) and kind is WaitKind.CALL:
        run.work.effects.append(CancelCalled(wait))
    for armed in [a for a in scope.armed.values() if a.token == token.id]:
        run.work.disarm(scope, armed)
    wishes.cancel(run, scope, token)
    listening.cancelled_token(run, scope, token)
    if scope.notes:
        listening.forget(scope, token)
        flow.forget(scope, token)
    _let_go_on(run, scope, token)
    del scope.tokens[token.id]
    run.record("element-cancelled", token.node, scope, {})


def _keep_rest(run: Run, scope: Scope) -> None:
    """Take back what a compensation in *scope* has not begun to undo.

    A handler that runs ends with everything else; what it undoes counts as undone.
    """
    rest: list[Completed] = []
    for child_id in list(run.work.children(scope.id)):
        undoing = run.work.look(child_id).undoing
        if undoing is None or not undoing.by_default:
            continue
        child = run.work.scope(child_id)
        if undoing.then is Then.ON:
            empty(run, child)
            if child.completed:
                child.undoing, child.token = None, 0
                rest.append(Completed(child.node, child.id, is_part=True))
        else:
            rest += child.completed
            child.completed = []
    scope.completed = rest + scope.completed


def _let_go_on(run: Run, scope: Scope, token: Token) -> None:
    """What *token* had compensated in a scope around goes on there without it."""
    if token.child is None:
        return
    try:
        undone = run.work.look(token.child)
    except KeyError:
        return
    if undone.undoing is None or undone.parent == scope.id:
        return
    undone = run.work.scope(undone.id)
    around = run.work.parent(undone)
    beside = run.work.add_token(around, token.node)
    beside.child = undone.id
    undone.undoing = Undoing(around.id, beside.id, Then.END)
