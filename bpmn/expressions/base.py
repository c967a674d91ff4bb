"""The one interface of every expression language: compile once, evaluate often.

Values are plain Python: ``None bool int float Decimal str list dict`` and aware ``datetime``,
``date``, ``time``, ``timedelta`` (and what a language adds by itself). Compiling never runs
anything; evaluating never changes its variables. A script is the one exception: it may write
to the mapping that it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Language(StrEnum):
    """A language that Laneway evaluates; ``model.Expression.language`` holds its value."""

    JUEL = "juel"
    FEEL = "feel"
    PYTHON = "python"
    LITERAL = "literal"


@dataclass(frozen=True, slots=True)
class Environment:
    """What an expression may see besides its own text.

    Attributes:
        variables: read-only view of the scope chain, looked up lazily by name; a missing name
            raises ``KeyError``. Never iterate it in a hot path.
        now: aware UTC time of the step.
        user: who acts, ``None`` for the system.
        beans: names that the host registered (``execution``, ``task``, Python handlers).
        groups: those of who acts.
    """

    variables: Mapping[str, object]
    now: datetime
    user: str | None = None
    beans: Mapping[str, object] = field(default_factory=dict)
    groups: tuple[str, ...] = ()


class CompiledExpression(Protocol):
    """A parsed expression, immutable and shared by all threads."""

    @property
    def text(self) -> str:
        """The text as drawn."""

    @property
    def language(self) -> Language:
        """The language it was compiled as."""

    @property
    def names(self) -> frozenset[str]:
        """Free variable names (first segment of a path): conditional events watch these."""

    def evaluate(self, environment: Environment) -> object:
        """Evaluate to a plain Python value.

        Raises:
            ExpressionError: the evaluation failed; it names the text and what went wrong.
        """


class CompiledScript(Protocol):
    """A parsed script, immutable and shared by all threads."""

    @property
    def text(self) -> str:
        """The text as drawn."""

    def run(
        self,
        variables: MutableMapping[str, object],
        environment: Environment,
        log: Callable[[str], None],
    ) -> object:
        """Run against *variables*, which it may read and write; return its result or ``None``.

        Raises:
            ScriptError: the script failed.
            BpmnErrorThrown: the script threw a BPMN error for the diagram to catch.
        """


class ExpressionError(ValueError):
    """An expression or script cannot be compiled or evaluated.

    Attributes:
        code: stable, ``expression-syntax``, ``expression-failed``, ``language-unknown`` ...
        text: the expression.
        position: 0-based offset into *text*, ``None`` when unknown.
        hint: what to do about it.
    """

    def __init__(
        self,
        message: str,
        *,
        code: str = "expression-failed",
        text: str = "",
        position: int | None = None,
        hint: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.text = text
        self.position = position
        self.hint = hint


class ScriptError(ExpressionError):
    """A script cannot be compiled, or failed while it ran."""


class BpmnErrorThrown(Exception):
    """A script or handler threw a BPMN error: business, not technical; boundary events catch it."""

    def __init__(
        self, error_code: str, message: str = "", variables: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(
            f"BPMN error {error_code!r}: {message}" if message else f"BPMN error {error_code!r}"
        )
        self.error_code = error_code
        self.message = message
        self.variables = variables or {}
