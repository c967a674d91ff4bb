"""A user task's facts, as its diagram says them: who may do it, until when, how urgent."""

from __future__ import annotations

from datetime import datetime

from bpmn.model import Assignment, Expression, Node
from engine.runtime.run import Failure, Run
from engine.runtime.state import Scope, Token
from engine.runtime.step import OpenedTask
from engine.runtime.timers import TimerInvalid, moment
from engine.runtime.waits import whole_number

DEFAULT_PRIORITY = 50
SET_DATE = "A listener set a date"
"""What begins the message of `date_of` about what a listener said."""
_NOBODY = Assignment()


def prepared(run: Run, scope: Scope, token: Token) -> OpenedTask:
    """The task at *token* with all expressions evaluated; nothing is opened yet.

    Raises:
        Failure: an expression failed, or is no date or number.
    """
    node = run.node(token.node).node
    declared = node.assignment or _NOBODY
    return OpenedTask(
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


def facts_of(opened: OpenedTask) -> dict[str, object]:
    """What listeners may read of a task, as JSON values."""
    return {
        "name": opened.name or opened.node.label,
        "assignee": opened.assignee,
        "priority": opened.priority,
        "dueDate": opened.due and opened.due.isoformat(),
        "followUpDate": opened.follow_up and opened.follow_up.isoformat(),
        "candidateUsers": list(opened.candidate_users),
        "candidateGroups": list(opened.candidate_groups),
    }


def date_of(run: Run, value: object, what: str) -> datetime | None:
    """*value* as a date of a task, ``None`` for none; *what* it is begins the message.

    Raises:
        Failure: it is none.
    """
    if value is None or value == "":
        return None
    try:
        return moment(value, run.now)
    except TimerInvalid as problem:
        raise Failure("due-date-invalid", f"{what}: {problem}") from problem


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
    return date_of(run, run.evaluate(expression, scope), f"A date of {node.label!r}")


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
