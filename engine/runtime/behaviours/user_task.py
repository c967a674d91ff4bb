"""User tasks: a person does it (BPMN 2.0 p. 162)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bpmn.model import Assignment, Expression, Node
from engine.runtime import task_listening, timeouts
from engine.runtime.behaviours.base import Behaviour
from engine.runtime.run import Failure, Run
from engine.runtime.state import Armed, Scope, Token, WaitKind
from engine.runtime.step import OpenedTask
from engine.runtime.timers import TimerInvalid, moment
from engine.runtime.waits import wait, whole_number

DEFAULT_PRIORITY = 50
_NOBODY = Assignment()


class UserTask(Behaviour):
    """Waits for a person, with everything about the assignment evaluated when it is created."""

    def execute(self, run: Run, scope: Scope, token: Token) -> None:
        """Open the task."""
        node = run.node(token.node).node
        declared = node.assignment or _NOBODY
        opened = OpenedTask(
            run.work.new_id(),
            scope.id,
            token.id,
            node,
            assignee=_person(run, scope, declared.assignee),
            candidate_users=_names(run, scope, declared.candidate_users),
            candidate_groups=_groups(run, scope, node, declared),
            due=_time(run, scope, node, declared.due),
            follow_up=_time(run, scope, node, declared.follow_up),
            priority=_priority(run, scope, declared.priority),
            name=_title(run, scope, node),
        )
        if not node.listeners:
            wait(run, scope, token, WaitKind.TASK, opened)
            return
        times = timeouts.prepare(run, scope, node)
        opened = task_listening.created(run, scope, opened)
        wait(run, scope, token, WaitKind.TASK, opened)
        timeouts.arm(run, scope, node, times)

    def fired(self, run: Run, scope: Scope, armed: Armed, variables: Mapping[str, object]) -> None:
        """The time of a timeout listener has come; the task stays open."""
        del variables
        timeouts.fired(run, scope, armed)


def _groups(run: Run, scope: Scope, node: Node, declared: Assignment) -> tuple[str, ...]:
    """Candidate groups; where nobody at all is declared, the lane is the group."""
    if declared.assignee or declared.candidate_users or declared.candidate_groups:
        return _names(run, scope, declared.candidate_groups)
    return (node.lane,) if node.lane else ()


def _person(run: Run, scope: Scope, expression: Expression | None) -> str | None:
    return run.text(expression, scope).strip() or None


def _names(run: Run, scope: Scope, expressions: tuple[Expression, ...]) -> tuple[str, ...]:
    """Each expression gives one name, a comma separated text, or a list; doubles count once."""
    found: dict[str, None] = {}
    for expression in expressions:
        value = run.evaluate(expression, scope)
        values = value if isinstance(value, list | tuple) else str(value or "").split(",")
        found.update((name, None) for item in values if (name := str(item).strip()))
    return tuple(found)


def _time(run: Run, scope: Scope, node: Node, expression: Expression | None) -> datetime | None:
    if expression is None:
        return None
    value = run.evaluate(expression, scope)
    if value is None or value == "":
        return None
    try:
        return moment(value, run.now)
    except TimerInvalid as problem:
        raise Failure("due-date-invalid", f"A date of {node.label!r}: {problem}") from problem


def _priority(run: Run, scope: Scope, expression: Expression | None) -> int:
    if expression is None:
        return DEFAULT_PRIORITY
    value = run.evaluate(expression, scope)
    if value is None or value == "":
        return DEFAULT_PRIORITY
    return whole_number(value, "task priority")


def _title(run: Run, scope: Scope, node: Node) -> str:
    """The task's name; Camunda 7 evaluates ``${...}`` in it."""
    if "${" not in node.name and "#{" not in node.name:
        return node.name
    return run.text(Expression(node.name, "juel", node.line), scope)
