"""What people and programs change of an open user task, when somebody listens to it."""

from __future__ import annotations

from engine.errors import Conflict
from engine.runtime import guarding, task_listening, wishes
from engine.runtime.effects import TaskChanged
from engine.runtime.run import Run
from engine.runtime.state import Scope, Token
from engine.runtime.step import AssignTask, SetVariables, UpdateTask


class ListenerFailed(Conflict):
    """A listener of a task forbids what a person wants to do with it; nothing is changed."""

    code = "listener-failed"

    def __init__(self, task: str, reason: str) -> None:
        super().__init__(f"A listener of the task {task!r} failed, so nothing changed: {reason}")


def change(run: Run, scope: Scope, token: Token, command: AssignTask | UpdateTask) -> None:
    """Tell who listens; the change is an effect of the step in which the last has heard.

    Raises:
        ListenerFailed: a listener that runs within the step failed; nothing is changed.
        TaskPending: a listener is at work on something else that is wanted of the task.
    """
    name = command.assignee if isinstance(command, AssignTask) else None
    wanted = {"assignee": name} if isinstance(command, AssignTask) else command.changes
    node = run.node(token.node).node
    what = "assign" if isinstance(command, AssignTask) else "update"
    if wishes.is_pending(scope, token) or wishes.waits_for(run, node, what, assignee=name):
        wishes.ask(run, scope, token, what, wanted, action=command.action)
        return
    try:
        _tell(run, scope, token, command)
    except guarding.FAILURES as problem:
        raise ListenerFailed(node.label, problem.message) from problem
    changed = TaskChanged(token.wait, wanted, command.action, run.settings.user)
    run.work.effects.append(changed)


def is_update(run: Run, scope: Scope, command: SetVariables) -> bool:
    """Whether variables of exactly *scope* are those of a task whose update somebody hears.

    Raises:
        TaskPending: a listener is at work on something else that is wanted of the task.
    """
    plan = run.plan.nodes.get(scope.node)
    if plan is None or not plan.node.listeners:
        return False
    for token in tuple(scope.tokens.values()):
        if wishes.is_open_task(scope, token) and wishes.waits_for(run, plan.node, "update"):
            wanted = {"variables": dict(command.variables)}
            wishes.ask(run, scope, token, "update", wanted)
            return True
    return False


def _tell(run: Run, scope: Scope, token: Token, command: AssignTask | UpdateTask) -> None:
    node = run.node(token.node).node
    if isinstance(command, AssignTask):
        task_listening.assigned(run, scope, node, command.assignee)
    else:
        task_listening.updated(run, scope, node, wishes.facts_of_changes(command.changes))
