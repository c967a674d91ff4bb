"""Ad-hoc sub-processes: activities without an order drawn between them (BPMN 2.0 p. 180, 430).

What needs no person starts by itself, all at once or in drawn order one after the other. For what
needs one, the sub-process itself is a task in the task list: whoever may do it starts activities
from it, any number of times, and completing it ends the sub-process.
"""

from __future__ import annotations

from collections.abc import Sequence

from bpmn.model import Dialect, Node, ProcessModel
from engine.errors import NotStartable
from engine.runtime import cancelling, waits
from engine.runtime.agenda import Operation
from engine.runtime.run import Failure, Run
from engine.runtime.state import Scope, ScopeKind, Token, WaitKind
from engine.runtime.step import OpenedTask

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
    if any(needs_person(run.model, n) for n in activities(run.model, scope.node)):
        _offer(run, scope, token)
    else:
        del scope.tokens[token.id]
    if not _is_sequential(run.model, scope):
        while _start_next(run, scope):
            pass
    run.schedule(Operation.SETTLE, scope)


def start(run: Run, scope: Scope, activity: str) -> None:
    """A person starts *activity*.

    Raises:
        NotStartable: the sub-process has no such activity, or another one is not done yet.
    """
    if not is_ad_hoc(run, scope) or activity not in {n.id for n in startable(run.model, scope)}:
        raise NotStartable(
            f"{activity!r} cannot be started in {scope.node!r} now. "
            "Reload to see what can be; in a sequential one, finish what is open first."
        )
    _start(run, scope, activity)


def finish(run: Run, scope: Scope, token: Token) -> None:
    """A person says that the sub-process is done."""
    scope.tokens.pop(token.id, None)
    _end(run, scope)


def settle(run: Run, scope: Scope) -> None:
    """Something in the sub-process came to its end: is it complete, or what comes next?"""
    if scope.notes.get(_OVER):
        if not _is_active(scope):
            run.schedule_finish(scope)
        return
    node = run.node(scope.node).node
    if node.condition is not None and scope.notes.get(_BEGUN) and _holds(run, scope, node):
        _end(run, scope)
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
    if node.condition is None and not (open_ones and _chooser(scope)):
        _end(run, scope)
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


def _end(run: Run, scope: Scope) -> None:
    """Nothing more is started; what is active ends too, unless the diagram lets it finish."""
    scope.notes[_OVER] = True
    scope.notes[_TODO] = []
    chooser = _chooser(scope)
    if chooser is not None:
        waits.release(run, chooser)
        del scope.tokens[chooser.id]
    if run.node(scope.node).node.cancel_remaining:
        cancelling.empty(run, scope)
    if not _is_active(scope):
        run.schedule_finish(scope)


def _start_next(run: Run, scope: Scope) -> bool:
    todo = scope.notes.get(_TODO, [])
    assert isinstance(todo, list)
    if not todo:
        return False
    scope.notes[_TODO] = todo[1:]
    _start(run, scope, todo[0])
    return True


def _start(run: Run, scope: Scope, activity: str) -> None:
    if activity not in {n.id for n in activities(run.model, scope.node)}:
        raise Failure(
            "ad-hoc-activity-missing", f"{scope.node!r} has no activity {activity!r} to start."
        )
    begun = scope.notes.get(_BEGUN, [])
    assert isinstance(begun, list)
    if activity not in begun:
        scope.notes[_BEGUN] = [*begun, activity]
    run.schedule(Operation.ENTER, scope, run.work.add_token(scope, activity))


def _chooser(scope: Scope) -> Token | None:
    return next((t for t in scope.tokens.values() if t.node == scope.node), None)


def _is_active(scope: Scope) -> bool:
    return bool(scope.joins) or any(t.node != scope.node for t in scope.tokens.values())


def _is_sequential(model: ProcessModel, scope: Scope) -> bool:
    return model.node[scope.node].ordering == "Sequential"
