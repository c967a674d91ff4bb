"""What is wanted of an open user task, and who may forbid or correct it before it happens.

Where a worker or handler listens to the assignment, update or completion of a task, that is a wish
until all of them have spoken: the task stays open as it is, and takes no other wish. Camunda 8's
workers may deny it, or correct the facts of the task; what its ``creating`` listeners correct is
kept until the task opens.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NoReturn

from bpmn.model import Dialect, Listener, Node
from engine.errors import Conflict
from engine.runtime import asides, task_facts, telling, waits
from engine.runtime.agenda import Operation
from engine.runtime.effects import TaskChanged
from engine.runtime.run import Failure, Run
from engine.runtime.state import MISSING, Scope, Stage, Token, Variables, WaitKind
from engine.runtime.step import OpenedTask, Verdict
from engine.runtime.waits import whole_number

_WISH = "#wish"
# One name twice: what is wanted is noted with the scope, its values are a variable of it.
_VALUES = "#wish"
_BEFORE = "#before"
_CORRECTIONS = "#corrections"
_EVENTS = {"assign": ("assignment",), "update": ("update",), "complete": ("complete",)}
_NOUNS = {"assign": "assignment", "update": "update", "complete": "completion"}
_HEADER = "io.camunda.zeebe:"
_FACTS = {
    "assignee": "assignee",
    "candidateGroups": "candidate_groups",
    "candidateUsers": "candidate_users",
    "dueDate": "due",
    "followUpDate": "follow_up",
    "priority": "priority",
}


class TaskPending(Conflict):
    """A listener has not yet said whether what somebody else wants of the task may happen."""

    code = "task-pending"

    def __init__(self, task: str, event: str) -> None:
        super().__init__(
            f"A listener of the task {task!r} is at work on its {event}. Try again when it is done."
        )


def waits_for(run: Run, node: Node, what: str, *, assignee: str | None = None) -> bool:
    """Whether somebody must be waited for before *what* (``assign`` ...) happens to a task."""
    found = _heard(run, node, what, assignee, is_new=False)
    if what == "complete" and run.model.dialect is not Dialect.CAMUNDA8:
        # Camunda 7 tells of it when the task is completed and cannot be denied any more.
        return False
    return not telling.are_inline(found)


def ask(
    run: Run, scope: Scope, token: Token, what: str, values: Variables, *, action: str = ""
) -> None:
    """Somebody wants *what* of the task for which *token* waits: tell who listens.

    Raises:
        TaskPending: something is wanted of it already.
    """
    if is_pending(scope, token):
        refuse(scope, token)
    run.work.scope(scope.id).notes[_WISH] = {
        "what": what,
        "wait": token.wait,
        "corrections": {},
        "action": action or what,
        "by": run.settings.user,
    }
    run.work.set_local(scope.id, _VALUES, dict(values) if what == "complete" else _stored(values))
    if what == "complete":
        _show(run, scope, values)
    elif run.model.dialect is not Dialect.CAMUNDA8:
        # Nobody can forbid it any more: the listeners read what is wanted.
        _learn(scope, values)
    token.kind, token.wait, token.stage = None, 0, Stage.ASKED
    run.schedule(Operation.LISTEN, scope, token)


def _show(run: Run, scope: Scope, values: Variables) -> None:
    """Let the listeners see the variables with which the task is to be completed."""
    own = {name: run.work.local(scope.id, name) for name in values}
    before = {name: value for name, value in own.items() if value is not MISSING}
    run.work.set_local(scope.id, _BEFORE, before)
    run.write_local(scope, values)


def _hide(run: Run, scope: Scope, values: Variables) -> None:
    before = run.work.local(scope.id, _BEFORE)
    if isinstance(before, dict):
        run.write_local(scope, {name: before.get(name, MISSING) for name in values})
        run.work.set_local(scope.id, _BEFORE, MISSING)


def judged(run: Run, scope: Scope, token: Token, verdict: Verdict) -> bool:
    """A listener said something of what is wanted; ``True`` when it forbids it.

    Raises:
        Failure: it corrects a task that is not open yet by what is no value for its fact.
    """
    if token.stage is Stage.START:
        before = scope.notes.get(_CORRECTIONS, {})
        assert isinstance(before, dict)
        corrections = _stored(verdict.corrections)
        _changes(run, corrections)
        scope.notes[_CORRECTIONS] = {**before, **corrections}
        return False
    if _WISH not in scope.notes:
        return False
    wish = _of(scope)
    if not verdict.is_denied:
        corrections = {**_part(wish, "corrections"), **_stored(verdict.corrections)}
        scope.notes[_WISH] = {**wish, "corrections": corrections}
        return False
    told = {"event": wish["what"], "reason": verdict.reason, "by": wish["by"]}
    run.record("task-denied", token.node, scope, {k: v for k, v in told.items() if v})
    if wish["action"] == "create":
        _emit(run, scope, wish, {"assignee": None})
    _reopen(run, scope, token)
    return True


def granted(run: Run, scope: Scope, token: Token) -> None:
    """Nobody forbids what is wanted: it happens, with what was corrected.

    Raises:
        Failure: a correction is no value for its fact. All are forgotten, and a retry asks all who
            listen again.
    """
    wish, values = _of(scope), _values(run, scope)
    if wish["what"] == "complete":
        _reopen(run, scope, token)
        run.work.completed.append(token.wait)
        waits.release(run, token)
        run.node(token.node).behaviour.resume(run, scope, token, values)
        return
    written = values.pop("variables", None)
    try:
        changes = _changes(run, values | _part(wish, "corrections"))
    except Failure:
        run.work.scope(scope.id).notes[_WISH] = {**wish, "corrections": {}}
        raise
    _reopen(run, scope, token)
    if isinstance(written, dict):
        run.write_local(scope, written)
    _emit(run, scope, wish, changes)


def refuse(scope: Scope, token: Token) -> NoReturn:
    """Something is wanted of the task at *token* already.

    Raises:
        TaskPending: always.
    """
    raise TaskPending(token.node, _NOUNS[str(_of(scope)["what"])])


def is_open_task(scope: Scope, token: Token) -> bool:
    """Whether *token* is at a task that is open, though something may be wanted of it."""
    return token.kind is WaitKind.TASK or is_pending(scope, token)


def is_pending(scope: Scope, token: Token) -> bool:
    """Whether something is wanted of the task at *token*, and not decided."""
    return token.stage is Stage.ASKED and _WISH in scope.notes


def pending_wait(scope: Scope, token: Token) -> int:
    """The wait of the task at *token* while something is wanted of it, else 0."""
    wait = _of(scope)["wait"] if is_pending(scope, token) else 0
    assert isinstance(wait, int)
    return wait


def cancel(run: Run, scope: Scope, token: Token) -> None:
    """*token* is cancelled: its task goes with what was wanted of it."""
    if is_pending(scope, token):
        run.work.close(WaitKind.TASK, pending_wait(scope, token))
        del scope.notes[_WISH]


def listeners_of(run: Run, scope: Scope, node: Node) -> tuple[Listener, ...]:
    """Who hears what is wanted of the task *node*."""
    what = str(_of(scope)["what"])
    assignee = _values(run, scope).get("assignee") if what == "assign" else None
    is_new = _of(scope)["action"] == "create"
    name = None if assignee is None else str(assignee)
    return _heard(run, node, what, name, is_new=is_new)


def corrected(run: Run, scope: Scope, opened: OpenedTask) -> OpenedTask:
    """The task that opens, as its ``creating`` listeners corrected it."""
    found = scope.notes.get(_CORRECTIONS)
    if not isinstance(found, dict):
        return opened
    changes = _changes(run, found)
    del scope.notes[_CORRECTIONS]
    if opened.assignee is not None:
        # What the diagram says of the assignee is corrected when it is assigned.
        changes.pop("assignee", None)
    return opened.changed(changes)


def headers(run: Run, scope: Scope, token: Token) -> Mapping[str, object]:
    """The facts of the task, as Camunda 8 tells them to its listeners."""
    facts = dict(_known(run, scope, token))
    found: dict[str, object] = {}
    if _WISH in scope.notes:
        wish = _of(scope)
        wanted = {} if wish["what"] == "complete" else _values(run, scope)
        changes = wanted | _part(wish, "corrections")
        changed = [header for header, name in _FACTS.items() if name in changes]
        found[f"{_HEADER}action"] = wish["action"]
        found[f"{_HEADER}changedAttributes"] = changed
        facts |= changes
    elif token.stage is Stage.START:
        before = scope.notes.get(_CORRECTIONS, {})
        assert isinstance(before, dict)
        facts |= before
    for header, name in _FACTS.items():
        if facts.get(name) not in (None, "", []):
            found[f"{_HEADER}{header}"] = facts[name]
    return found


def _known(run: Run, scope: Scope, token: Token) -> Mapping[str, object]:
    if token.stage is Stage.START:
        # The task is not there yet; what its diagram says of it is.
        found: object = task_facts.facts_of(task_facts.prepared(run, scope, token))
    else:
        found = scope.notes.get(asides.FACTS, {})
    assert isinstance(found, dict)
    return {_FACTS.get(str(name), str(name)): value for name, value in found.items()}


def _heard(
    run: Run, node: Node, what: str, assignee: str | None, *, is_new: bool
) -> tuple[Listener, ...]:
    found: tuple[Listener, ...] = ()
    is_camunda8 = run.model.dialect is Dialect.CAMUNDA8
    # Camunda 7 tells of an assignment when there is somebody, and of the update of an old task.
    if what != "assign" or assignee or is_camunda8:
        for event in _EVENTS[what]:
            found += telling.of(node.listeners, "task", event)
    if what == "assign" and not is_camunda8 and not is_new:
        found += telling.of(node.listeners, "task", "update")
    return found


def _reopen(run: Run, scope: Scope, token: Token) -> None:
    _hide(run, scope, _values(run, scope))
    run.work.set_local(scope.id, _VALUES, MISSING)
    token.wait, token.kind, token.stage = pending_wait(scope, token), WaitKind.TASK, Stage.EXECUTE
    del run.work.scope(scope.id).notes[_WISH]


def _emit(run: Run, scope: Scope, wish: Mapping[str, object], changes: Variables) -> None:
    wait, by, action = wish["wait"], wish["by"], str(wish["action"])
    assert isinstance(wait, int)
    _learn(scope, changes)
    run.work.effects.append(TaskChanged(wait, changes, action, None if by is None else str(by)))


def _learn(scope: Scope, changes: Variables) -> None:
    facts = scope.notes.get(asides.FACTS)
    if isinstance(facts, dict):
        scope.notes[asides.FACTS] = {**facts, **facts_of_changes(changes)}


def facts_of_changes(changes: Variables) -> dict[str, object]:
    """Changed facts of a task as its listeners read them."""
    names = {name: header for header, name in _FACTS.items()}
    return {names.get(name, name): value for name, value in _stored(changes).items()}


def _changes(run: Run, stored: Mapping[str, object]) -> dict[str, object]:
    """Facts of a task from what was stored or corrected."""
    found: dict[str, object] = {}
    for name, value in stored.items():
        if name in {"due", "follow_up"}:
            found[name] = task_facts.date_of(run, value, task_facts.SET_DATE)
        elif name == "priority":
            found[name] = whole_number(value, "task priority")
        elif name in {"candidate_users", "candidate_groups"}:
            found[name] = tuple(map(str, value)) if isinstance(value, list | tuple) else ()
        else:
            found[name] = str(value) if value else None
    return found


def _stored(values: Variables) -> dict[str, object]:
    """As notes hold them: JSON values only."""
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _values(run: Run, scope: Scope) -> dict[str, object]:
    found = run.work.local(scope.id, _VALUES)
    assert isinstance(found, dict)
    return dict(found)


def _of(scope: Scope) -> dict[str, object]:
    wish = scope.notes[_WISH]
    assert isinstance(wish, dict)
    return wish


def _part(wish: Mapping[str, object], name: str) -> dict[str, object]:
    found = wish[name]
    assert isinstance(found, dict)
    return dict(found)
