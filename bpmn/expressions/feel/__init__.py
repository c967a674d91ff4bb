"""FEEL as in DMN 1.5, the expression language of Camunda 8 diagrams and of decisions.

Read by a precedence parser (``parser``), compiled to closures (``compiling``), with the built-in
functions in a table (``functions``). Numbers are decimals with 34 digits inside and leave as int
when whole, else as float. An operation that does not fit its values is null with a note, as DMN
has it; only limits are errors.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bpmn.expressions.base import Environment, Language
from bpmn.expressions.compiled import Compiled, checked_compile
from bpmn.expressions.compiled import Evaluator as CompiledEvaluator
from bpmn.expressions.faults import Fault
from bpmn.expressions.feel import compiling
from bpmn.expressions.feel.conformance import NamedType, Types
from bpmn.expressions.feel.names import KnownNames
from bpmn.expressions.feel.parser import parse_expression, parse_unary_tests
from bpmn.expressions.feel.registry import FUNCTIONS
from bpmn.expressions.feel.scope import Evaluator, Note, Run, Scope
from bpmn.expressions.feel.values import to_plain

Compiler = compiling.core.Compiler
BUILTIN_NAMES = KnownNames(FUNCTIONS)
NO_TYPES: Mapping[str, NamedType] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A value with the reasons for every null on the way to it.

    Attributes:
        value: as FEEL has it: decimals, durations, ranges and functions stay what they are.
        notes: in the order in which they arose.
    """

    value: object
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class FeelExpression:
    """A compiled text for callers that stay inside of FEEL, such as decisions.

    Attributes:
        text: as drawn.
        names: free variable names; inside of a filter also those of the items' entries.
        evaluator: the closure.
    """

    text: str
    names: frozenset[str]
    evaluator: Evaluator

    def explain(self, environment: Environment) -> Evaluation:
        """Evaluate and keep why something is null.

        Raises:
            ExpressionError: a limit was reached.
        """
        run = Run(environment)
        scope = Scope(environment.variables, None, run)
        compiled = Compiled(self.text, Language.FEEL, self.names, lambda _: self.evaluator(scope))
        value = compiled.evaluate(environment)
        return Evaluation(value, tuple(run.notes))


def compile_feel(text: str) -> Compiled:
    """Compile an expression, with or without ``=`` before it, for a process.

    Values leave as plain Python (``values.to_plain``).

    Raises:
        ExpressionError: it cannot be read (``expression-syntax``), or calls a function that
            there is not (``function-unknown``).
    """

    def build(source: str) -> tuple[CompiledEvaluator, frozenset[str]]:
        compiled = _build_expression(source, Compiler(frozenset()))
        evaluator = compiled.evaluator

        def run(environment: Environment) -> object:
            value = evaluator(Scope(environment.variables, None, Run(environment)))
            return to_plain(value)

        return run, compiled.names

    return checked_compile(text, Language.FEEL, build)


def compile_feel_expression(
    text: str,
    known: Iterable[str] = (),
    *,
    types: Mapping[str, NamedType] = NO_TYPES,
    camunda: bool = True,
) -> FeelExpression:
    """Compile an expression for a caller that stays inside of FEEL.

    Args:
        text: as drawn.
        known: names of variables and functions in scope; those with spaces or operators are
            read as names because they are given here.
        types: what a model declares, by name, for ``instance of`` and parameters; looked up
            again at each evaluation, so that it may be filled later.
        camunda: whether Camunda's own functions are there besides DMN's.

    Raises:
        ExpressionError: as ``compile_feel``.
    """
    compiler = Compiler(frozenset(known), Types(types), camunda)
    return _checked(text, lambda source: _build_expression(source, compiler))


def compile_unary_tests(
    text: str,
    known: Iterable[str] = (),
    *,
    types: Mapping[str, NamedType] = NO_TYPES,
    camunda: bool = True,
) -> FeelExpression:
    """Compile the cell of a decision table; the tested value is the variable ``?``.

    Takes and raises what ``compile_feel_expression`` does.
    """
    compiler = Compiler(frozenset(known), Types(types), camunda)
    return _checked(text, lambda source: _build_tests(source, compiler))


def _checked(text: str, build: object) -> FeelExpression:
    assert callable(build)
    built: list[FeelExpression] = []

    def keep(source: str) -> tuple[CompiledEvaluator, frozenset[str]]:
        built.append(build(source))
        return (lambda _environment: None), built[0].names

    checked_compile(text, Language.FEEL, keep)
    return built[0]


def _start(text: str) -> int:
    """Give where the expression starts: behind the ``=`` of Camunda 8."""
    stripped = text.lstrip()
    start = len(text) - len(stripped)
    return start + 1 if stripped.startswith("=") else start


def _build_expression(text: str, compiler: Compiler) -> FeelExpression:
    if not text.strip(" \t\r\n="):
        raise Fault("The expression is empty.", code="expression-syntax", position=0)
    known = KnownNames(compiler.declared, BUILTIN_NAMES)
    evaluator = compiler.compile(parse_expression(text, _start(text), known))
    return FeelExpression(text, frozenset(compiler.names), evaluator)


def _build_tests(text: str, compiler: Compiler) -> FeelExpression:
    known = KnownNames(compiler.declared, BUILTIN_NAMES)
    evaluator = compiler.compile(parse_unary_tests(text, 0, known))
    return FeelExpression(text, frozenset(compiler.names), evaluator)
