"""Ending scopes: in order, or at once with everything that is still open inside."""

from __future__ import annotations

from engine.runtime import listening
from engine.runtime.run import Run
from engine.runtime.state import Scope, Token, WaitKind
from engine.runtime.step import CancelCalled


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


def cancel_below(run: Run, scope: Scope) -> None:
    """End every scope below *scope*, innermost first, but those kept for compensation."""
    order: list[Scope] = []
    kept = {completed.scope for completed in scope.completed}
    todo = [child for child in run.work.children(scope.id) if child not in kept]
    while todo:
        current = run.work.scope(todo.pop())
        order.append(current)
        todo.extend(run.work.children(current.id))
    for current in reversed(order):
        listening.cancelled(run, current)
        cancel_tokens(run, current)
        close(run, current)


def cancel_tokens(run: Run, scope: Scope) -> None:
    """End every token of *scope* itself, with what each waits for."""
    for token in tuple(scope.tokens.values()):
        cancel_token(run, scope, token)


def cancel_token(run: Run, scope: Scope, token: Token) -> None:
    """End a token that has no live child scope, with what it waits for."""
    kind, wait = token.kind, token.wait
    if kind is not None and run.work.close(kind, wait) and kind is WaitKind.CALL:
        run.work.effects.append(CancelCalled(wait))
    for armed in [a for a in scope.armed.values() if a.token == token.id]:
        run.work.disarm(scope, armed)
    listening.forget(scope, token)
    del scope.tokens[token.id]
    run.record("element-cancelled", token.node, scope, {})
