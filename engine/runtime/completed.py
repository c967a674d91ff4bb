"""What has completed and can be compensated: kept in the scope until that scope ends (p. 303)."""

from __future__ import annotations

from bpmn.model import SUB_PROCESSES, Dialect, EventKind, Node
from engine.runtime import cancelling
from engine.runtime.run import Run
from engine.runtime.state import MISSING, Completed, Scope, ScopeKind
from engine.runtime.variables import INTERNAL

_OTHER = frozenset({ScopeKind.BODY, ScopeKind.INNER})


def close(run: Run, scope: Scope) -> None:
    """End a scope whose activity completed; keep it when it may have to be compensated."""
    assert scope.parent is not None
    is_undone = run.work.look(scope.parent).undoing is not None
    if is_undone or not _can_be_undone(run, scope):
        cancelling.cancel(run, scope)
        return
    parent = run.work.parent(scope)
    for armed in tuple(scope.armed.values()):
        run.work.disarm(scope, armed)
    kept = _kept(run, scope)
    if not kept:
        cancelling.close(run, scope)
    _remember(parent, Completed(scope.node, scope.id if kept else 0))


def handler_of(run: Run, scope: Scope) -> str:
    """The activity that compensates what *scope* stands for, empty when there is none.

    A handler undoes each item of a multi-instance activity; in Camunda 8 it undoes all at once.
    """
    if scope.kind is ScopeKind.INNER:
        return ""
    of_body = run.model.dialect is Dialect.CAMUNDA8
    is_body, is_item = scope.kind is ScopeKind.BODY, scope.index is not None
    if (is_body and not of_body) or (is_item and of_body):
        return ""
    return compensated_by(run, scope.node)


def compensated_by(run: Run, activity: str) -> str:
    """The handler at the compensation boundary event of *activity*, empty for none."""
    for event in run.node(activity).boundary:
        if event.compensated_by and is_compensation(event):
            return event.compensated_by
    return ""


def event_sub_process(run: Run, scope: Scope) -> str:
    """The compensation event sub-process inside the sub-process *scope*, empty for none."""
    if scope.kind in _OTHER or run.node(scope.node).node.type not in SUB_PROCESSES:
        return ""
    starts = run.plan.handler_starts.get(scope.node, ())
    return next((start.scope for start in starts if is_compensation(start)), "")


def is_compensation(event: Node) -> bool:
    """Whether *event* waits for compensation."""
    return any(definition.kind is EventKind.COMPENSATION for definition in event.events)


def _can_be_undone(run: Run, scope: Scope) -> bool:
    return bool(scope.completed or handler_of(run, scope) or event_sub_process(run, scope))


def _kept(run: Run, scope: Scope) -> bool:
    """Whether anything of the scope is needed later; what the engine kept for itself is not."""
    names = run.work.locals(scope.id)
    for name in [n for n in names if n.startswith(INTERNAL)]:
        run.work.set_local(scope.id, name, MISSING)
    own = any(not name.startswith(INTERNAL) for name in names)
    return bool(own or scope.completed or event_sub_process(run, scope))


def _remember(parent: Scope, completed: Completed) -> None:
    last = parent.completed[-1] if parent.completed else None
    if last is not None and last.node == completed.node and not (last.scope or completed.scope):
        parent.completed[-1] = Completed(last.node, 0, last.times + 1)
    else:
        parent.completed.append(completed)
