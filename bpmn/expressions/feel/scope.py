"""Where names are looked up while an expression runs, and the budget of one evaluation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import thread_time

from bpmn.expressions.base import Environment
from bpmn.expressions.faults import Fault

MAX_OPERATIONS = 1_000_000
"""Operations inside of iterations, filters and function calls; about half a second."""

MAX_SECONDS = 0.7
"""Time of the processor in one evaluation; a guard for operations that cost more than others."""

LOOK_EVERY = 500
"""Operations between two looks at the clock."""

MAX_NOTES = 50


@dataclass(frozen=True, slots=True)
class Note:
    """Why an operation gave null.

    Attributes:
        position: 0-based offset into the text.
        reason: a plain sentence.
    """

    position: int
    reason: str


class Run:
    """One evaluation: its environment, its budget, its notes."""

    __slots__ = ("_begin", "_look_at", "environment", "left", "notes")

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.left = MAX_OPERATIONS
        self.notes: list[Note] = []
        self._look_at = MAX_OPERATIONS - LOOK_EVERY
        self._begin = 0.0

    def spend(self, operations: int) -> None:
        """Charge work that the text repeats.

        Raises:
            Fault: the budget is used up, or the time.
        """
        self.left -= operations
        if self.left < self._look_at:
            self.look()

    def look(self) -> None:
        """Look at the clock; called by itself where single operations may be long.

        Raises:
            Fault: the budget is used up, or the time.
        """
        if self.left < 0:
            raise _exhausted(f"needs more than {MAX_OPERATIONS} operations")
        self._look_at = max(self.left - LOOK_EVERY, 0)
        now = thread_time()
        if not self._begin:
            self._begin = now
        elif now - self._begin > MAX_SECONDS:
            raise _exhausted(f"takes more than {MAX_SECONDS} seconds")

    def note(self, position: int, reason: str) -> None:
        """Keep why something is null."""
        if len(self.notes) < MAX_NOTES:
            self.notes.append(Note(position, reason))


class Scope:
    """Names of one level; the outermost holds the variables."""

    __slots__ = ("names", "parent", "run")

    def __init__(self, names: Mapping[str, object], parent: Scope | None, run: Run) -> None:
        self.names = names
        self.parent = parent
        self.run = run

    def has(self, name: str) -> bool:
        """Tell whether a name is there, also when it is null."""
        level: Scope | None = self
        while level is not None:
            if name in level.names:
                return True
            level = level.parent
        return False

    def inner(self, names: Mapping[str, object]) -> Scope:
        """Open a level inside of this one."""
        return Scope(names, self, self.run)


def weight_of(value: object) -> int:
    """Tell what a value costs to make or to read: an item, or 16 characters, are one."""
    kind = type(value)
    if kind is str:
        return len(value) >> 4  # type: ignore[arg-type] # its type was just compared
    if kind is list or kind is dict:
        return len(value)  # type: ignore[arg-type] # as above
    return 0


def _exhausted(fact: str) -> Fault:
    hint = "Reduce the list before, or compute it in a service task."
    return Fault(f"The expression {fact}.", code="expression-limit", hint=hint)


Evaluator = Callable[[Scope], object]
