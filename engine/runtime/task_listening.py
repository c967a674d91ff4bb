"""Task listeners that run within the step, and ``task`` as their expressions see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bpmn.model import Listener, Node, Script
from engine.runtime.asides import FACTS
from engine.runtime.run import Run
from engine.runtime.state import Scope
from engine.runtime.step import OpenedTask
from engine.runtime.task_facts import SET_DATE, date_of, facts_of
from engine.runtime.waits import whole_number

_MOST_TURNS = 10
_SETTERS = ("setAssignee", "setName", "setPriority", "setDueDate", "setFollowUpDate")
_ADDERS = ("addCandidateUser", "addCandidateGroup")


@dataclass(slots=True)
class TaskBean:
    """``task`` in a listener: its facts, the variables, and what the listener changes.

    Attributes:
        facts: ``name``, ``assignee`` ... as the listener reads them.
        variables: the scope's, only to read.
        written, own: variables that it writes, up the chain and of exactly the task.
        changes: (method, value) in order; ``None``: the task cannot be changed any more.
    """

    facts: Mapping[str, object]
    variables: Mapping[str, object]
    written: dict[str, object] = field(default_factory=dict)
    own: dict[str, object] = field(default_factory=dict)
    changes: list[tuple[str, object]] | None = None

    def get(self, name: str) -> object:
        """Read one fact.

        Raises:
            AttributeError: there is no such fact.
        """
        if name in self.facts:
            return self.facts[name]
        raise AttributeError(f"task has no property '{name}'; it has: {', '.join(self.facts)}")

    def call(self, name: str, arguments: Sequence[object]) -> object:
        """Read or write a variable, read a fact, or change the task.

        Raises:
            AttributeError: there is no such method, or the task cannot be changed now.
        """
        known = self._methods().get(name)
        if known is not None:
            return known(*arguments)
        if name.startswith("get") and not arguments:
            return self.get(name[3:4].lower() + name[4:])
        if name not in (*_SETTERS, *_ADDERS):
            raise AttributeError(f"task has no method '{name}' here")
        if self.changes is None:
            raise AttributeError(
                f"task.{name} works in create listeners only; later, use the task list or the API"
            )
        (value,) = arguments
        self.changes.append((name, value))
        return None

    def _methods(self) -> Mapping[str, Callable[..., object]]:
        return {
            "getVariable": lambda name: self._seen().get(name),
            "getVariableLocal": lambda name: self._seen().get(name),
            "hasVariable": lambda name: name in self._seen(),
            "setVariable": self._set,
            "setVariableLocal": self.own.__setitem__,
        }

    def _set(self, name: str, value: object) -> None:
        # What the listener made a variable of the task is the nearest.
        (self.own if name in self.own else self.written)[name] = value

    def _seen(self) -> Mapping[str, object]:
        return {**self.variables, **self.written, **self.own}


def created(run: Run, scope: Scope, opened: OpenedTask) -> OpenedTask:
    """Tell the create listeners of *opened*, then, when it is assigned, the assignment ones.

    Those of an assignment that has to wait for one of them are told when the task is open.

    Returns:
        The task as they changed it.

    Raises:
        Failure, BpmnErrorThrown: a listener failed; the task is not opened.
    """
    opened = _tell(run, scope, opened, "create")
    told: str | None = None
    turns = 0
    is_inline = all(e.is_inline for e in opened.node.listeners if e.event == "assignment")
    while is_inline and opened.assignee and opened.assignee != told and turns < _MOST_TURNS:
        told, turns = opened.assignee, turns + 1
        opened = _tell(run, scope, opened, "assignment")
    remember(run, scope, facts_of(opened))
    return opened


def remember(run: Run, scope: Scope, facts: Mapping[str, object]) -> None:
    """Keep the *facts* of the task in its own scope, for the listeners that come later."""
    run.work.scope(scope.id).notes[FACTS] = dict(facts)


def assigned(run: Run, scope: Scope, node: Node, assignee: str | None) -> None:
    """The task was given to *assignee*: tell the listeners for assignment, then for update.

    Raises:
        Failure, BpmnErrorThrown: a listener failed.
    """
    _learn(run, scope, {"assignee": assignee})
    for event in ("assignment", "update"):
        for listener in _of(node, event):
            if event == "update" or assignee:
                run_one(run, scope, listener, node)


def updated(run: Run, scope: Scope, node: Node, facts: Mapping[str, object]) -> None:
    """*facts* of the task changed: tell the listeners for update.

    Raises:
        Failure, BpmnErrorThrown: a listener failed.
    """
    _learn(run, scope, facts)
    for listener in _of(node, "update"):
        run_one(run, scope, listener, node)


def _learn(run: Run, scope: Scope, facts: Mapping[str, object]) -> None:
    before = scope.notes.get(FACTS, {})
    assert isinstance(before, dict)
    remember(run, scope, {**before, **facts})


def run_one(run: Run, scope: Scope, listener: Listener, node: Node) -> None:
    """Run one listener of a task that is open or just over.

    Raises:
        Failure, BpmnErrorThrown: it failed.
    """
    facts = scope.notes.get(FACTS, {})
    assert isinstance(facts, dict)
    _run(run, scope, listener, node, TaskBean(facts, run.environment(scope).variables))


def _of(node: Node, event: str) -> list[Listener]:
    return [e for e in node.listeners if (e.target, e.event) == ("task", event) and e.is_inline]


def _tell(run: Run, scope: Scope, opened: OpenedTask, event: str) -> OpenedTask:
    for listener in _of(opened.node, event):
        changes: list[tuple[str, object]] = []
        seen = run.environment(scope).variables
        bean = TaskBean(facts_of(opened), seen, changes=changes)
        _run(run, scope, listener, opened.node, bean)
        for method, value in changes:
            opened = _changed(run, opened, method, value)
    return opened


def _run(run: Run, scope: Scope, listener: Listener, node: Node, bean: TaskBean) -> None:
    names = {"eventName": listener.event, "currentActivityId": node.id}
    own = {
        "id": run.work.instance.id,
        "eventName": listener.event,
        "taskDefinitionKey": node.id,
        "processInstanceId": run.work.instance.id,
        "processDefinitionId": run.work.instance.definition_id,
    }
    bean.facts = {**own, **bean.facts}
    script = listener.script
    if script is None:
        assert listener.work is not None
        name = listener.work.name
        script = Script(name.text, name.language, line=listener.line)
    run.run_script(script, scope, beans={**run.execution(scope, names), "task": bean})
    run.write(scope, bean.written)
    run.write_local(scope, bean.own)


def _changed(run: Run, opened: OpenedTask, method: str, value: object) -> OpenedTask:
    text = "" if value is None else str(value)
    match method:
        case "setPriority":
            changed = replace(opened, priority=whole_number(value, "task priority"))
        case "setDueDate":
            changed = replace(opened, due=date_of(run, value, SET_DATE))
        case "setFollowUpDate":
            changed = replace(opened, follow_up=date_of(run, value, SET_DATE))
        case "setAssignee":
            changed = replace(opened, assignee=text or None)
        case "setName":
            changed = replace(opened, name=text)
        case "addCandidateUser":
            changed = replace(opened, candidate_users=(*opened.candidate_users, text))
        case _:
            changed = replace(opened, candidate_groups=(*opened.candidate_groups, text))
    return changed
