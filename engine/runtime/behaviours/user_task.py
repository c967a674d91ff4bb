"""User tasks: a person does it (BPMN 2.0 p. 162)."""

from __future__ import annotations

from collections.abc import Mapping

from engine.runtime import task_facts, task_listening, timeouts, wishes
from engine.runtime.behaviours.base import Behaviour
from engine.runtime.run import Run
from engine.runtime.state import Armed, Scope, Token, WaitKind
from engine.runtime.waits import wait


class UserTask(Behaviour):
    """Waits for a person, with everything about the assignment evaluated when it is created."""

    def execute(self, run: Run, scope: Scope, token: Token) -> None:
        """Open the task."""
        node = run.node(token.node).node
        opened = task_facts.prepared(run, scope, token)
        if not node.listeners:
            wait(run, scope, token, WaitKind.TASK, opened)
            return
        times = timeouts.prepare(run, scope, node)
        opened = wishes.corrected(run, scope, opened)
        opened = task_listening.created(run, scope, opened)
        wait(run, scope, token, WaitKind.TASK, opened)
        timeouts.arm(run, scope, node, times)
        if opened.assignee and wishes.waits_for(run, node, "assign", assignee=opened.assignee):
            wanted = {"assignee": opened.assignee}
            wishes.ask(run, scope, token, "assign", wanted, action="create")

    def fired(self, run: Run, scope: Scope, armed: Armed, variables: Mapping[str, object]) -> None:
        """The time of a timeout listener has come; the task stays open."""
        del variables
        timeouts.fired(run, scope, armed)
