"""The compiler's state, and the table from a kind of node to what compiles it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from bpmn.expressions.feel.conformance import BUILT_IN, Types
from bpmn.expressions.feel.scope import Evaluator
from bpmn.expressions.feel.syntax import Tree


@dataclass(slots=True)
class Compiler:
    """What is known while a tree is compiled.

    Attributes:
        declared: names that the host offers besides variables, such as functions of a decision.
        types: what a text may name behind ``instance of`` and in parameters.
        camunda: whether Camunda's own functions are there.
        names: free variable names found so far.
        nodes: how many nodes were compiled; what an iteration is charged for a turn.
        locals: names that the text itself binds, with how often.
    """

    declared: frozenset[str]
    types: Types = BUILT_IN
    camunda: bool = True
    names: set[str] = field(default_factory=set)
    nodes: int = 0
    locals: dict[str, int] = field(default_factory=dict)

    def compile(self, tree: Tree) -> Evaluator:
        """Compile a tree to a closure over the scope."""
        self.nodes += 1
        return BUILDERS[type(tree)](self, tree)

    def compile_measured(self, tree: Tree) -> tuple[Evaluator, int]:
        """Compile a tree that is run repeatedly, and tell how many nodes it has."""
        before = self.nodes
        evaluator = self.compile(tree)
        return evaluator, self.nodes - before

    @contextmanager
    def binding(self, names: Iterable[str]) -> Iterator[None]:
        """Treat names as bound by the text, not as variables."""
        bound = list(names)
        for name in bound:
            self.locals[name] = self.locals.get(name, 0) + 1
        yield
        for name in bound:
            self.locals[name] -= 1

    def is_local(self, name: str) -> bool:
        """Tell whether the text itself binds a name."""
        return self.locals.get(name, 0) > 0


Builder = Callable[[Compiler, Any], Evaluator]
BUILDERS: dict[type, Builder] = {}


def compiles(*kinds: type) -> Callable[[Builder], Builder]:
    """Add a builder to the table."""

    def add(builder: Builder) -> Builder:
        for kind in kinds:
            BUILDERS[kind] = builder
        return builder

    return add
