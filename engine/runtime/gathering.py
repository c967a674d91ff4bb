"""Parallel multiple events: they happen when each of their definitions has (BPMN 2.0 p. 243)."""

from __future__ import annotations

from bpmn.model import Node
from engine.runtime.event_kinds import UNARMED
from engine.runtime.run import Run
from engine.runtime.state import Armed, Scope


def is_complete(run: Run, scope: Scope, node: Node, armed: Armed) -> bool:
    """Whether *node* happens, now that *armed* has; every other event happens by itself."""
    if not node.parallel_multiple:
        return True
    run.work.disarm(scope, armed)
    return happened(run, scope, node, armed.token, armed.definition)


def happened(run: Run, scope: Scope, node: Node, token: int, definition: int) -> bool:
    """Note that a definition of *node* happened for *token* (0: the scope); whether all have."""
    run.work.scope(scope.id)
    key = _key(node, token)
    before = scope.notes.get(key, [])
    assert isinstance(before, list)
    now = sorted({*before, definition})
    wanted = [i for i, event in enumerate(node.events) if event.kind not in UNARMED]
    if now == wanted:
        scope.notes.pop(key, None)
        return True
    scope.notes[key] = now
    return False


def missing(scope: Scope, node: Node, token: int) -> frozenset[int]:
    """Definitions of *node* that have not happened for *token*."""
    before = scope.notes.get(_key(node, token), [])
    assert isinstance(before, list)
    return frozenset(range(len(node.events))) - frozenset(before)


def forget(scope: Scope, node: Node, token: int) -> None:
    """*token* waits no more."""
    scope.notes.pop(_key(node, token), None)


def _key(node: Node, token: int) -> str:
    return f"#happened:{node.id}:{token}"
