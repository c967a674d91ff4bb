"""Ad-hoc sub-processes: activities without an order drawn between them (BPMN 2.0 p. 180, 430).

What needs no person starts by itself, all at once or in drawn order one after the other. For what
needs one, the sub-process itself is a task in the task list: whoever may do it starts activities
from it, any number of times, and completing it ends the sub-process.

In Camunda 8's diagrams nothing starts but what an expression, a worker or a person chooses.
"""

from __future__ import annotations

from collections.abc import Sequence

from bpmn.model import Dialect, Node, ProcessModel, WorkKind
from engine.errors import NotStartable
from engine.runtime import cancelling, inner_flows, mappings, waits, working
from engine.runtime.agenda import Operation
from engine.runtime.run import Failure, Run
from engine.runtime.state import Scope, ScopeKind, Token, Variables, WaitKind
from engine.runtime.step import AdHocChoice, OpenedTask

_TODO = "#todo"
_BEGUN = "#begun"
_OVER = "#over"


def is_ad_hoc(run: Run, scope: Scope) -> bool:
    """Whether *scope* is a running ad-hoc sub-process."""
    is_activity = scope.kind is ScopeKind.ACTIVITY and scope.undoing is None
    return is_activity and scope.node in run.plan.ad_hoc


def activities(model: ProcessModel, node_id: str) -> Sequence[Node]:
    """What may be started in an ad-hoc sub-process: every node that nothing leads to."""
    return model.implicit_starts.get(node_id, ())


def startable(model: ProcessModel, scope: Scope) -> Sequence[Node]:
    """What a person may start now."""
    if scope.notes.get(_OVER) or (_is_sequential(model, scope) and _is_active(scope)):
        return ()
    return activities(model, scope.node)


def needs_person(model: ProcessModel, node: Node) -> bool:
    """Whether somebody has to choose *node*: a user task, or what has one inside."""
    todo = [node]
    while todo:
        current = todo.pop()
        is_manual = current.type == "manualTask" and model.dialect is Dialect.SPIFF
        if current.type == "userTask" or is_manual:
            return True
        todo.extend(model.nodes_in.get(current.id, ()))
    return False


def begin(run: Run, scope: Scope, token: Token, chosen: Sequence[str]) -> None:
    """Start *chosen*; *token* becomes the task of whoever chooses more."""
    scope.notes[_TODO] = list(chosen)
    if _is_camunda8(run):
        inner_flows.prepare(run, scope, tuple(activities(run.model, scope.node)))
    if has_worker(run, scope):
        ask(run, scope, token)
        return
    if any(needs_person(run.model, n) for n in activities(run.model, scope.node)):
        _offer(run, scope, token)
    else:
        del scope.tokens[token.id]
    if not _is_sequential(run.model, scope):
        while _start_next(run, scope):
            pass
    run.schedule(Operation.SETTLE, scope)


def has_begun(scope: Scope) -> bool:
    """Whether the ad-hoc sub-process listens and has started what it starts by itself."""
    return _TODO in scope.notes


def has_worker(run: Run, scope: Scope) -> bool:
    """Whether a worker says what starts in the ad-hoc sub-process *scope*."""
    work = run.node(scope.node).node.work
    return work is not None and work.kind is WorkKind.EXTERNAL


def start(run: Run, scope: Scope, activity: str, variables: Variables) -> None:
    """A person starts *activity*.

    Raises:
        NotStartable: the sub-process has no such activity, or another one is not done yet.
    """
    if not is_ad_hoc(run, scope) or activity not in {n.id for n in startable(run.model, scope)}:
        raise NotStartable(
            f"{activity!r} cannot be started in {scope.node!r} now. "
            "Reload to see what can be; in a sequential one, finish what is open first."
        )
    _start(run, scope, activity, variables)


def answered(
    run: Run, scope: Scope, token: Token, variables: Variables, choice: AdHocChoice | None
) -> None:
    """The worker for which *token* waited brought *variables*, and says what comes next.

    Raises:
        NotStartable: it starts what is not there, or something in what is complete.
    """
    mappings.receive(run, scope, token.node, variables)
    del scope.tokens[token.id]
    choice = choice or AdHocChoice()
    known = {n.id for n in activities(run.model, scope.node)}
    for activity, _ in choice.start:
        if choice.is_complete or activity not in known:
            raise NotStartable(
                f"The worker of {scope.node!r} cannot start {activity!r}"
                f"{' when it completes it' if choice.is_complete else ''}. "
                f"It has: {', '.join(sorted(known))}."
            )
    for activity, own in choice.start:
        _start(run, scope, activity, own)
    if choice.is_complete:
        _end(run, scope, cancels_rest=choice.cancels_rest)
    elif not _is_active(scope):
        # Nobody else would ever say how it goes on.
        _offer(run, scope, run.work.add_token(scope, scope.node))


def finish(run: Run, scope: Scope, token: Token) -> None:
    """A person says that the sub-process is done."""
    scope.tokens.pop(token.id, None)
    _end(run, scope, cancels_rest=run.node(scope.node).node.cancel_remaining)


def settle(run: Run, scope: Scope) -> None:
    """Something in the sub-process came to its end: is it complete, or what comes next?"""
    if scope.notes.get(_OVER):
        if not _is_active(scope):
            run.schedule_finish(scope)
        return
    node = run.node(scope.node).node
    if has_worker(run, scope):
        _ask_again(run, scope)
    elif node.condition is not None and scope.notes.get(_BEGUN) and _holds(run, scope, node):
        _end(run, scope, cancels_rest=node.cancel_remaining)
    elif not _is_active(scope) and not _start_next(run, scope):
        _wait_or_finish(run, scope, node)


def _holds(run: Run, scope: Scope, node: Node) -> bool:
    assert node.condition is not None
    return run.holds(node.condition, scope)


def _wait_or_finish(run: Run, scope: Scope, node: Node) -> None:
    """Nothing is active: without a condition it is done when all was performed once."""
    begun = scope.notes.get(_BEGUN, [])
    assert isinstance(begun, list)
    open_ones = [
        n
        for n in activities(run.model, scope.node)
        if n.id not in begun and needs_person(run.model, n)
    ]
    is_done = bool(begun) if _is_camunda8(run) else not (open_ones and _chooser(scope))
    if node.condition is None and is_done:
        _end(run, scope, cancels_rest=node.cancel_remaining)
    elif _chooser(scope) is None:
        _offer(run, scope, run.work.add_token(scope, scope.node))


def _offer(run: Run, scope: Scope, token: Token) -> None:
    """A task for those who choose; without a lane, for everybody."""
    node = run.node(scope.node).node
    groups = (node.lane,) if node.lane else ()
    opened = OpenedTask(
        run.work.new_id(), scope.id, token.id, node, candidate_groups=groups, name=node.name
    )
    waits.wait(run, scope, token, WaitKind.TASK, opened)


def _ask_again(run: Run, scope: Scope) -> None:
    """Something came to its end, so what the worker was asked before is out of date."""
    chooser = _chooser(scope)
    if chooser is not None and chooser.kind is WaitKind.INCIDENT:
        return
    if chooser is not None:
        cancelling.cancel_token(run, scope, chooser)
    ask(run, scope, run.work.add_token(scope, scope.node))


def ask(run: Run, scope: Scope, token: Token) -> None:
    """Ask the worker what comes next; *token* waits for it.

    Raises:
        Failure: an expression of its work failed.
    """
    work = run.node(scope.node).node.work
    assert work is not None
    working.start(run, scope, token, work)


def _end(run: Run, scope: Scope, *, cancels_rest: bool) -> None:
    """Nothing more is started; what is active ends too, unless the diagram lets it finish."""
    scope.notes[_OVER] = True
    scope.notes[_TODO] = []
    chooser = _chooser(scope)
    if chooser is not None:
        waits.release(run, chooser)
        del scope.tokens[chooser.id]
    if cancels_rest:
        cancelling.empty(run, scope)
    if not _is_active(scope):
        run.schedule_finish(scope)


def _start_next(run: Run, scope: Scope) -> bool:
    todo = scope.notes.get(_TODO, [])
    assert isinstance(todo, list)
    if not todo:
        return False
    scope.notes[_TODO] = todo[1:]
    _start(run, scope, todo[0], {})
    return True


def _start(run: Run, scope: Scope, activity: str, variables: Variables) -> None:
    if activity not in {n.id for n in activities(run.model, scope.node)}:
        raise Failure(
            "ad-hoc-activity-missing", f"{scope.node!r} has no activity {activity!r} to start."
        )
    begun = scope.notes.get(_BEGUN, [])
    assert isinstance(begun, list)
    if activity not in begun:
        scope.notes[_BEGUN] = [*begun, activity]
    if _is_camunda8(run):
        inner_flows.begin(run, scope, activity, variables)
        return
    run.schedule(Operation.ENTER, scope, run.work.add_token(scope, activity))


def _chooser(scope: Scope) -> Token | None:
    return next((t for t in scope.tokens.values() if t.node == scope.node), None)


def _is_camunda8(run: Run) -> bool:
    return run.model.dialect is Dialect.CAMUNDA8


def _is_active(scope: Scope) -> bool:
    return bool(scope.joins) or any(t.node != scope.node for t in scope.tokens.values())


def _is_sequential(model: ProcessModel, scope: Scope) -> bool:
    return model.node[scope.node].ordering == "Sequential"
