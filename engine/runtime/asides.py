"""Asides: who listens to something that cannot wait is told beside it.

A cancelled activity is gone at once, and the time of a timeout listener passes by itself. What a
handler or worker is to be told of that has a scope of its own below the process, with the variables
that the element saw; the instance does not end before it was told.
"""

from __future__ import annotations

from collections.abc import Sequence

from bpmn.model import Listener, Node
from engine.runtime.agenda import Operation
from engine.runtime.run import Run
from engine.runtime.state import ROOT, Scope, ScopeKind, Stage, Token
from engine.runtime.variables import counters, outside

FACTS = "#task"
"""The note with the facts of a user task, which its listeners may read."""

_ASIDE = "#aside"


def tell(run: Run, scope: Scope, node: Node, listeners: Sequence[Listener]) -> None:
    """Have *listeners* of *node*, whose own scope is *scope*, told beside everything else."""
    root = run.work.scope(ROOT)
    host = run.work.add_token(root, run.model.id)
    host.stage = Stage.EXECUTE
    aside = run.work.open_scope(ScopeKind.ACTIVITY, node.id, parent=ROOT, token=host.id)
    host.child = aside.id
    aside.notes[_ASIDE] = [node.listeners.index(each) for each in listeners]
    if FACTS in scope.notes:
        aside.notes[FACTS] = scope.notes[FACTS]
    run.write_local(aside, _seen(run, scope))
    token = run.work.add_token(aside, node.id)
    token.stage = Stage.ASKED
    run.schedule(Operation.LISTEN, aside, token)


def listeners_of(scope: Scope, node: Node) -> tuple[Listener, ...] | None:
    """Whom *scope* tells, ``None`` when it is no aside."""
    found = scope.notes.get(_ASIDE)
    if found is None:
        return None
    assert isinstance(found, list)
    return tuple(node.listeners[index] for index in found)


def is_aside(scope: Scope) -> bool:
    """Whether *scope* only tells somebody something."""
    return _ASIDE in scope.notes


def is_host(run: Run, token: Token) -> bool:
    """Whether *token* keeps the process open for an aside."""
    return token.node == run.model.id and token.child is not None


def _seen(run: Run, scope: Scope) -> dict[str, object]:
    """What *scope* sees and the process does not have anyway."""
    found: dict[str, object] = {}
    current: Scope = scope
    while current.parent is not None:
        found = counters(current, run.model.dialect) | outside(run.work, current.id) | found
        current = run.work.look(current.parent)
    return found
