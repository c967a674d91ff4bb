"""What the compilation of one file shares: its types, its names, its problems."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bpmn.decisions.feel import (
    PLAIN,
    Evaluator,
    Place,
    Scope,
    Vocabulary,
    compile_juel,
    compile_literal,
    compile_tests,
    trail_of,
)
from bpmn.decisions.kinds import ANY, Kind, Misfit, convert
from bpmn.decisions.model import Element, LiteralExpression
from bpmn.decisions.names import Names
from bpmn.decisions.tables.coverage import Steps
from bpmn.expressions.base import ExpressionError
from bpmn.model import Dialect, Problem, Severity

UNFORESEEN = (ArithmeticError, LookupError, TypeError, ValueError)
"""What an operation may raise for a value that no rule foresaw; it becomes null with a remark."""


@dataclass(slots=True)
class Compilation:
    """One file while it is compiled.

    Attributes:
        dialect: whose rules for types and variables hold.
        kind_of: finds a type by the name that the file uses for it.
        problems: found so far.
        vocabulary: the types and functions that FEEL's texts may name.
        owner: id and name of the decision or knowledge model that is being compiled.
        steps: how far tables are still searched for gaps.
    """

    dialect: Dialect
    kind_of: Callable[[str], Kind | None]
    vocabulary: Vocabulary = PLAIN
    problems: list[Problem] = field(default_factory=list)
    owner: tuple[str, str] = ("", "")
    steps: Steps = field(default_factory=Steps)

    def refuse(self, code: str, message: str, hint: str, line: int) -> None:
        """Report an error."""
        self.report(Severity.ERROR, Problem(code, message, hint, line=line))

    def report(self, severity: Severity, problem: Problem) -> None:
        """Report a problem of the current owner."""
        element, name = self.owner
        self.problems.append(
            Problem(
                code=problem.code,
                message=problem.message,
                hint=problem.hint,
                severity=severity,
                element_id=problem.element_id or element,
                element_name=name,
                line=problem.line,
            )
        )

    def kind(self, element: Element) -> Kind:
        """The declared type of an element; everything fits where it is unknown."""
        found = self.kind_of(element.type_ref)
        if found is None:
            self.report(
                Severity.WARNING,
                Problem(
                    "type-unknown",
                    f"There is no type '{element.type_ref}'.",
                    "Declare it as an item definition, or choose a type of FEEL.",
                    element_id=element.id,
                    line=element.line,
                ),
            )
            return ANY
        return found

    def literal(self, drawn: LiteralExpression, names: Names) -> Evaluator:
        """Compile an expression text; what cannot be read is null with the reason."""
        place = Place(drawn.id or self.owner[0], drawn.line, drawn.text)
        if not drawn.text.strip():
            return _nothing
        return self._guarded(
            drawn,
            place,
            lambda: (
                compile_juel(drawn.text)
                if drawn.language == "juel"
                else compile_literal(drawn.text, names.mentioned(drawn.text), self.vocabulary)
            ),
        )

    def tests(self, text: str, drawn: Element, names: Names) -> Evaluator:
        """Compile unary tests; tests that cannot be read never hold."""
        place = Place(drawn.id or self.owner[0], drawn.line, text)
        cell = LiteralExpression(id=drawn.id, line=drawn.line, text=text)
        return self._guarded(
            cell, place, lambda: compile_tests(text, names.mentioned(text), self.vocabulary)
        )

    def _guarded(
        self, drawn: LiteralExpression, place: Place, build: Callable[[], Evaluator]
    ) -> Evaluator:
        if drawn.language not in {"feel", "juel"}:
            return broken(place, f"the language '{drawn.language}' is not available")
        try:
            return placed(build(), place)
        except ExpressionError as error:
            where = "" if error.position is None else f" (column {error.position + 1})"
            self.report(
                Severity.ERROR,
                Problem(
                    f"decision-{error.code}",
                    f"{error.message}{where} In: {drawn.text[:120]}",
                    error.hint,
                    element_id=drawn.id,
                    line=drawn.line,
                ),
            )
            return broken(place, error.message)


def _nothing(_scope: Scope) -> object:
    return None


def broken(place: Place, reason: str) -> Evaluator:
    """Null, and why, whenever it is evaluated."""

    def evaluate(scope: Scope) -> object:
        trail_of(scope).remark(place, reason)
        return None

    return evaluate


def placed(evaluator: Evaluator, place: Place) -> Evaluator:
    """Evaluate with remarks that name *place*."""

    def evaluate(scope: Scope) -> object:
        trail = trail_of(scope)
        outer, trail.place = trail.place, place
        try:
            return evaluator(scope)
        except UNFORESEEN as problem:
            trail.remark(place, f"the evaluation failed: {problem}")
            return None
        finally:
            trail.place = outer

    return evaluate


def typed(evaluator: Evaluator, kind: Kind, place: Place) -> Evaluator:
    """Evaluate and convert to a type; what does not fit is null with the reason."""
    if kind is ANY:
        return evaluator

    def evaluate(scope: Scope) -> object:
        value = evaluator(scope)
        try:
            return convert(value, kind)
        except Misfit as misfit:
            trail_of(scope).remark(place, str(misfit))
            return None

    return evaluate
