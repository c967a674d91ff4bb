"""Compensation: what completed is undone, the last first (BPMN 2.0 p. 303, 441).

What is to be undone is moved into a scope of its own, in which the handlers run; a completed
sub-process has kept its scope with its variables, and its handlers run there. Each such scope
wakes the token that waits for it when all is undone.
"""

from __future__ import annotations

from bpmn.model import Dialect, EventKind, Node
from engine.runtime import cancelling, flow, throwing
from engine.runtime.agenda import Operation
from engine.runtime.completed import compensated_by, event_sub_process, handler_of
from engine.runtime.run import Failure, Run
from engine.runtime.state import Completed, Scope, ScopeKind, Stage, Then, Token, Undoing

# One after the other, as the standard has it; Camunda's start all at once, the last first.
_AT_ONCE = frozenset({Dialect.CAMUNDA7, Dialect.CAMUNDA8})


def throw(run: Run, scope: Scope, token: Token, activity_id: str, *, wait: bool) -> bool:
    """Compensate *activity_id* (empty: everything in the scope); ``True`` when *token* goes on."""
    around = run.work.parent(scope) if scope.node == token.node else scope
    target = _target(run, around, activity_id)
    wanted = _take(target, activity_id)
    if not wanted:
        return True
    if wait:
        undo(run, target, wanted, waiting=(scope, token), then=Then.LEAVE)
        return False
    # A token of its own keeps the scope alive until all is undone.
    beside = run.work.add_token(target, token.node)
    undo(run, target, wanted, waiting=(target, beside), then=Then.END)
    return True


def undo(
    run: Run,
    around: Scope,
    wanted: list[Completed],
    *,
    waiting: tuple[Scope, Token],
    then: Then,
) -> None:
    """Begin to undo *wanted*, which completed in *around*, for the token that waits."""
    scope, token = waiting
    made = run.work.open_scope(ScopeKind.ACTIVITY, token.node, parent=around.id)
    made.completed = wanted
    made.undoing = Undoing(scope.id, token.id, then)
    token.child = made.id
    token.stage = Stage.EXECUTE
    run.work.scope(scope.id)
    run.record("element-entered", token.node, scope, {"wait": "compensation"})
    run.schedule(Operation.UNDO, made)


def go_on(run: Run, scope: Scope) -> None:
    """Undo what is left in *scope*; when nothing is, wake who waits for it."""
    undoing = scope.undoing
    if scope.tokens or undoing is None:
        return
    while undoing.by_default and scope.completed:
        _begin(run, scope, scope.completed.pop())
        if scope.tokens and run.model.dialect not in _AT_ONCE:
            return
    if not scope.tokens:
        _finish(run, scope, undoing)


def _target(run: Run, scope: Scope, activity_id: str) -> Scope:
    """The scope whose activities are meant.

    An event sub-process compensates what it guards, as does one who names an activity there.
    """
    while run.node(scope.node).node.triggered_by_event if scope.parent is not None else False:
        scope = run.work.parent(scope)
    if not activity_id:
        return scope
    home = run.node(activity_id).node.scope
    current = scope
    while current.node not in {home, activity_id} or _is_other(current, activity_id):
        if current.parent is None:
            raise Failure(
                "compensation-unreachable",
                f"{activity_id!r} is not in a scope around the event that compensates it.",
            )
        current = run.work.parent(current)
    return current


def _is_other(scope: Scope, activity_id: str) -> bool:
    """Whether *scope*, though of the right element, is not where *activity_id* completed."""
    if scope.kind is ScopeKind.INNER:
        return all(each.node != activity_id for each in scope.completed)
    return scope.kind is ScopeKind.BODY


def _take(scope: Scope, activity_id: str) -> list[Completed]:
    """Take out of *scope* what is to be undone."""
    is_all = activity_id in {"", scope.node}
    wanted = [each for each in scope.completed if is_all or each.node == activity_id]
    scope.completed = [each for each in scope.completed if each not in wanted]
    return wanted


def _begin(run: Run, scope: Scope, completed: Completed) -> None:
    if not completed.scope:
        handler = compensated_by(run, completed.node)
        for _ in range(completed.times):
            run.schedule(Operation.ENTER, scope, run.work.add_token(scope, handler))
        return
    try:
        kept = run.work.scope(completed.scope)
    except KeyError:
        # It was being undone when its transaction was cancelled, and that is done by now.
        return
    waiting = run.work.add_token(scope, completed.node)
    waiting.stage, waiting.child = Stage.EXECUTE, kept.id
    handler = "" if completed.is_part else handler_of(run, kept) or event_sub_process(run, kept)
    kept.undoing = Undoing(scope.id, waiting.id, Then.ON, not handler)
    if handler:
        run.schedule(Operation.ENTER, kept, run.work.add_token(kept, handler))
    else:
        run.schedule(Operation.UNDO, kept)


def _finish(run: Run, scope: Scope, undoing: Undoing) -> None:
    cancelling.cancel(run, scope)
    try:
        waiting = run.work.scope(undoing.scope)
    except KeyError:
        return
    token = waiting.tokens.get(undoing.token)
    if token is not None:
        token.child = None
        _wake(run, waiting, token, undoing.then)


def _wake(run: Run, scope: Scope, token: Token, then: Then) -> None:
    match then:
        case Then.LEAVE:
            token.stage = Stage.LEAVE
            is_own = scope.node == token.node
            run.schedule(Operation.FINISH if is_own else Operation.LEAVE, scope, token)
        case Then.END:
            flow.end_path(run, scope, token)
        case Then.CANCEL:
            _leave_by_cancel(run, scope)
        case _:
            del scope.tokens[token.id]
            run.schedule(Operation.UNDO, scope)


def cancel_transaction(run: Run, scope: Scope, ended: Token, event: str) -> None:
    """The token *ended* is at a cancel end event: undo its transaction, then leave it.

    Raises:
        Failure: there is no transaction around, or nothing to leave it by; nothing is changed.
    """
    transaction = _transaction(run, scope)
    around = transaction if transaction.index is None else run.work.parent(transaction)
    _cancel_boundary(run, around)
    run.record(flow.COMPLETED, ended.node, scope, {"event": event})
    _stop(run, around)
    token = run.work.add_token(around, ended.node)
    wanted, around.completed = around.completed, []
    undo(run, around, wanted, waiting=(around, token), then=Then.CANCEL)


def _transaction(run: Run, scope: Scope) -> Scope:
    current = scope
    while current.parent is not None:
        if run.node(current.node).node.type == "transaction" and current.kind is ScopeKind.ACTIVITY:
            return current
        current = run.work.parent(current)
    raise Failure("cancel-outside-transaction", "There is no transaction here to cancel.")


def _stop(run: Run, scope: Scope) -> None:
    """End everything that is active in a transaction; what completed in it is kept.

    That is so for sub-processes that are still active, too: what completed in them is undone.
    """
    done = {each.scope for each in scope.completed}
    for child_id in list(run.work.children(scope.id)):
        if child_id in done:
            continue
        child = run.work.scope(child_id)
        if child.undoing is not None:
            # It is being undone already, which goes on, and which the transaction waits for.
            if child.undoing.then is not Then.ON:
                scope.completed.append(Completed(child.node, child.id, is_part=True))
            continue
        _stop(run, child)
        if child.completed:
            child.token = 0
            scope.completed.append(Completed(child.node, child.id, is_part=True))
        else:
            cancelling.cancel(run, child)
    cancelling.cancel_tokens(run, scope)
    scope.joins.clear()
    for armed in tuple(scope.armed.values()):
        run.work.disarm(scope, armed)


def _leave_by_cancel(run: Run, scope: Scope) -> None:
    throwing.interrupt(run, scope, _cancel_boundary(run, scope), {})


def _cancel_boundary(run: Run, scope: Scope) -> Node:
    plan = run.node(scope.node)
    for event in plan.boundary:
        if any(definition.kind is EventKind.CANCEL for definition in event.events):
            return event
    raise Failure(
        "cancel-uncaught",
        f"The transaction {plan.node.label!r} has no cancel boundary event to be left by. "
        "Draw one.",
    )
