"""Conditions: something that becomes true (BPMN 2.0 p. 254)."""

from __future__ import annotations

from bpmn.model import Node
from engine.runtime.event_kinds.base import Prepared
from engine.runtime.run import Run
from engine.runtime.state import Scope, WaitKind
from engine.runtime.truth import is_true


class Conditional:
    """Asked when it is armed, and after every write that it can see."""

    def prepare(self, run: Run, scope: Scope, node: Node, index: int) -> Prepared:
        """Ask whether it holds already."""
        definition = node.events[index]
        holds = is_true(run, scope, definition)
        name = definition.variable_name
        return Prepared(WaitKind.CONDITION, node, index, name=name, fired=int(holds), is_true=holds)
