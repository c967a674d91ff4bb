"""The only door to FEEL's inside: compiled texts, scopes, functions, and what decisions add."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bpmn.expressions import Environment, Language, compile_expression
from bpmn.expressions.base import CompiledExpression, ExpressionError
from bpmn.expressions.feel import compile_feel_expression, compile_unary_tests
from bpmn.expressions.feel.conformance import NamedType
from bpmn.expressions.feel.scope import Evaluator, Run, Scope
from bpmn.expressions.feel.syntax import TypeName
from bpmn.expressions.feel.values import Function

__all__ = [
    "Evaluator",
    "Place",
    "Remark",
    "Scope",
    "Trail",
    "Vocabulary",
    "compile_juel",
    "compile_literal",
    "compile_tests",
    "function_of",
]

INPUT = "?"
MAX_REMARKS = 200
MAX_CALLS = 60
"""Nested calls of business knowledge models and services; each costs a dozen Python frames."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the file something is evaluated."""

    element_id: str
    line: int
    text: str = ""


NOWHERE = Place("", 0)


@dataclass(frozen=True, slots=True)
class Remark:
    """Why something is null, or what else was noticed.

    Attributes:
        place: where.
        reason: a plain sentence.
        position: 0-based offset into the place's text, ``None`` when the whole is meant.
        is_failure: the decision could not be made as drawn: a hit policy is violated, a value does
            not fit its type. Others only tell why something is null, as that no rule matches.
    """

    place: Place
    reason: str
    position: int | None = None
    is_failure: bool = False


class Trail(Run):
    """One evaluation of a decision: FEEL's budget, with notes that know their place.

    Attributes:
        place: what is being evaluated.
        remarks: in the order in which they arose.
        tables: what the tables did, in the order in which they were evaluated.
        calls: how deep calls of knowledge models and services are nested.
    """

    __slots__ = ("calls", "place", "remarks", "tables")

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.place = NOWHERE
        self.remarks: list[Remark] = []
        self.tables: list[object] = []
        self.calls = 0

    def note(self, position: int, reason: str) -> None:
        """Keep why an operation of FEEL gave null."""
        self._keep(Remark(self.place, reason, position))

    def remark(self, place: Place, reason: str) -> None:
        """Keep why a part of the decision could not be made."""
        self._keep(Remark(place, reason, is_failure=True))

    def remark_absence(self, place: Place, reason: str) -> None:
        """Keep why a part of the decision is null, as it is meant to be."""
        self._keep(Remark(place, reason))

    def remark_error(self, position: int, reason: str) -> None:
        """Keep why an expression at the current place failed."""
        self._keep(Remark(self.place, reason, position, is_failure=True))

    def _keep(self, remark: Remark) -> None:
        if len(self.remarks) < MAX_REMARKS or remark.is_failure:
            self.remarks.append(remark)


_NO_VARIABLES = Environment({}, now=datetime(1970, 1, 1, tzinfo=UTC))
_running: ContextVar[Trail | None] = ContextVar("running", default=None)


@contextmanager
def running(trail: Trail) -> Iterator[None]:
    """Let constraints that are checked meanwhile use up the budget of *trail*."""
    token = _running.set(trail)
    try:
        yield
    finally:
        _running.reset(token)


def holds(tests: Evaluator, value: object) -> bool:
    """Tell whether a value passes the unary tests of a constraint, which see no variables."""
    outer = _running.get()
    inner = Trail(_NO_VARIABLES)
    inner.left = inner.left if outer is None else outer.left
    try:
        return tests(Scope({INPUT: value}, None, inner)) is True
    finally:
        if outer is not None:
            outer.left = inner.left


def trail_of(scope: Scope) -> Trail:
    """The evaluation that a scope belongs to."""
    run = scope.run
    assert isinstance(run, Trail)
    return run


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What FEEL's texts of one file may name besides variables.

    Attributes:
        types: declared types by name; looked up at each evaluation, so it may be filled later.
        camunda: whether Camunda's own functions are there.
    """

    types: Mapping[str, NamedType] = field(default_factory=dict)
    camunda: bool = False


PLAIN = Vocabulary()


def compile_literal(text: str, known: Iterable[str], vocabulary: Vocabulary = PLAIN) -> Evaluator:
    """Compile a FEEL expression.

    Raises:
        ExpressionError: it cannot be read.
    """
    return compile_feel_expression(
        text, known, types=vocabulary.types, camunda=vocabulary.camunda
    ).evaluator


def compile_tests(text: str, known: Iterable[str], vocabulary: Vocabulary = PLAIN) -> Evaluator:
    """Compile unary tests; the scope that they are evaluated in has ``?`` as a name of its own.

    Raises:
        ExpressionError: they cannot be read.
    """
    return compile_unary_tests(
        text, known, types=vocabulary.types, camunda=vocabulary.camunda
    ).evaluator


def compile_juel(text: str) -> Evaluator:
    """Compile an expression of Camunda 7, with or without ``${...}`` around it.

    Raises:
        ExpressionError: it cannot be read.
    """
    wrapped = text if text.startswith(("${", "#{")) else f"${{{text}}}"
    return _juel_evaluator(compile_expression(wrapped, Language.JUEL))


def _juel_evaluator(compiled: CompiledExpression) -> Evaluator:
    def evaluate(scope: Scope) -> object:
        outer = scope.run.environment
        variables = _Visible(scope)
        environment = Environment(variables, outer.now, outer.user, outer.beans, outer.groups)
        try:
            return compiled.evaluate(environment)
        except ExpressionError as error:
            trail_of(scope).remark_error(error.position or 0, error.message)
            return None

    return evaluate


class _Visible(Mapping[str, object]):
    """The names of a scope and of those around it."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def __getitem__(self, name: str) -> object:
        level: Scope | None = self._scope
        while level is not None:
            if name in level.names:
                return level.names[name]
            level = level.parent
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        level: Scope | None = self._scope
        while level is not None:
            yield from level.names
            level = level.parent

    def __len__(self) -> int:
        return len(set(self))


def function_of(
    parameters: Sequence[str],
    call: Callable[[Sequence[object]], object],
    types: Sequence[str] = (),
) -> Function:
    """A function that FEEL can call; it gets its arguments in the order of *parameters*."""
    kinds = tuple(TypeName(name, ()) if name else None for name in types)
    return Function(tuple(parameters), call, kinds)
