"""Compiles decision tables."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from bpmn.decisions.compiling.camunda import CAMUNDA_KINDS, lenient
from bpmn.decisions.compiling.core import Compilation, typed
from bpmn.decisions.compiling.coverage import axis_of, check_coverage
from bpmn.decisions.feel import INPUT, Evaluator, Place, Scope, trail_of
from bpmn.decisions.kinds import ANY, Kind, Limited
from bpmn.decisions.model import (
    DecisionTable,
    HitPolicy,
    Input,
    LiteralExpression,
    Output,
    Rule,
)
from bpmn.decisions.names import Names
from bpmn.decisions.tables.cells import ANYTHING, Plain, read_constant, read_plain
from bpmn.decisions.tables.coverage import Axis
from bpmn.decisions.tables.index import ColumnIndex
from bpmn.decisions.tables.policies import SINGLE, Hit, Violation, aggregate, choose
from bpmn.decisions.trace import MatchedRule, TableTrace, TestedInput
from bpmn.expressions.feel import operations
from bpmn.model import Dialect

CELL_INPUT = "cellInput"
"""Camunda 7's name for the tested value, when the column gives it no other."""


@dataclass(frozen=True, slots=True)
class _Column:
    """An input column at work.

    Attributes:
        value: what is tested.
        allowed: unary tests for it, ``None`` for none.
        index: finds the rules.
        test: evaluates the cell of a rule.
        names: under which cells see the value.
        axis: for the check for gaps and overlaps.
    """

    drawn: Input
    value: Evaluator
    allowed: Evaluator | None
    index: ColumnIndex
    test: Callable[[int], Evaluator]
    names: tuple[str, ...]
    axis: Axis

    def scope(self, scope: Scope, value: object) -> Scope:
        return scope.inner(dict.fromkeys(self.names, value))


@dataclass(frozen=True, slots=True)
class _Result:
    """An output column at work; *values* makes the list of its values by priority."""

    drawn: Output
    cells: Sequence[Evaluator]
    default: Evaluator | None
    values: Evaluator | None


def compile_table(compilation: Compilation, table: DecisionTable, names: Names) -> Evaluator:
    """Compile a decision table to what evaluates it and keeps what it did."""
    columns = [
        _column(compilation, drawn, [rule.inputs[i : i + 1] for rule in table.rules], names)
        for i, drawn in enumerate(table.inputs)
    ]
    results = [
        _result(compilation, drawn, [rule.outputs[i : i + 1] for rule in table.rules], names)
        for i, drawn in enumerate(table.outputs)
    ]
    check_coverage(compilation, table, [column.axis for column in columns])
    return _Table(table, columns, results, Place(table.id or compilation.owner[0], table.line))


Cells = Sequence[Sequence[LiteralExpression]]


def _column(compilation: Compilation, drawn: Input, cells: Cells, names: Names) -> _Column:
    place = Place(drawn.id or compilation.owner[0], drawn.line, drawn.expression.text)
    camunda = compilation.dialect is not Dialect.PLAIN
    own = drawn.variable or (CELL_INPUT if camunda else "")
    seen = (INPUT, own) if own else (INPUT,)
    kind = _kind(compilation, drawn.expression)
    value = _converted(compilation, compilation.literal(drawn.expression, names), kind, place)
    pattern = re.compile(rf"(?<!\w){re.escape(own)}(?!\w)") if own else None
    compiler = _CellCompiler(compilation, names.within(seen), pattern)
    plain = [_plain(cell) for cell in cells]
    for cell, found in zip(cells, plain, strict=True):
        if found is None:
            compiler.compile(cell[0])
    # Camunda takes the values for suggestions only.
    allowed = (
        compilation.tests(drawn.values, drawn, names) if drawn.values and not camunda else None
    )
    index = ColumnIndex(plain)
    return _Column(
        drawn=drawn,
        value=value,
        allowed=allowed,
        index=index,
        test=lambda rule: compiler.compile(cells[rule][0]),
        names=seen,
        axis=axis_of(drawn, index, plain, kind),
    )


def _kind(compilation: Compilation, drawn: LiteralExpression | Output) -> Kind:
    if compilation.dialect is Dialect.PLAIN:
        return compilation.kind(drawn)
    return CAMUNDA_KINDS.get(drawn.type_ref) or compilation.kind_of(drawn.type_ref) or ANY


def _plain(cell: Sequence[LiteralExpression]) -> Plain | None:
    if not cell:
        return ANYTHING
    return read_plain(cell[0].text) if cell[0].language == "feel" or not cell[0].text else None


class _CellCompiler:
    """Compiles a column's cells, each text once; plain ones only when a value asks for it."""

    def __init__(
        self, compilation: Compilation, names: Names, input_name: re.Pattern[str] | None
    ) -> None:
        self._compilation = compilation
        self._names = names
        self._input_name = input_name
        self._compiled: dict[tuple[str, str], Evaluator] = {}

    def compile(self, cell: LiteralExpression) -> Evaluator:
        key = cell.language, cell.text
        found = self._compiled.get(key)
        if found is None:
            found = self._compiled[key] = self._compile(cell)
        return found

    def _says_its_input(self, text: str) -> bool:
        """Tell whether a cell is a condition, because it names its input as Camunda does."""
        if self._input_name is None or text.startswith("not("):
            return False
        return self._input_name.search(text) is not None

    def _compile(self, cell: LiteralExpression) -> Evaluator:
        if cell.language == "feel" and self._says_its_input(cell.text):
            return self._compilation.literal(cell, self._names)
        if cell.language == "feel":
            return self._compilation.tests(cell.text, cell, self._names)
        if cell.language == "juel":
            return _juel_test(self._compilation.literal(cell, self._names))
        return self._compilation.literal(cell, self._names)


def _juel_test(evaluator: Evaluator) -> Evaluator:
    """A JUEL cell is a condition; any other value is compared with the input."""

    def evaluate(scope: Scope) -> object:
        found = evaluator(scope)
        if isinstance(found, bool):
            return found
        return operations.equals(scope.names.get(INPUT), found)

    return evaluate


def _result(compilation: Compilation, drawn: Output, cells: Cells, names: Names) -> _Result:
    kind = _kind(compilation, drawn)
    compiled: dict[tuple[str, str], Evaluator] = {}
    evaluators: list[Evaluator] = []
    for cell in cells:
        literal = cell[0] if cell else LiteralExpression(text="")
        key = literal.language, literal.text
        if key not in compiled:
            compiled[key] = _output(compilation, literal, kind, names)
        evaluators.append(compiled[key])
    default = None if drawn.default is None else _output(compilation, drawn.default, kind, names)
    return _Result(drawn, evaluators, default, _values(compilation, drawn, kind, names))


def _output(
    compilation: Compilation, cell: LiteralExpression, kind: Kind, names: Names
) -> Evaluator:
    place = Place(cell.id or compilation.owner[0], cell.line, cell.text)
    constant = read_constant(cell.text) if cell.language == "feel" else None
    evaluator = _always(constant[0]) if constant else compilation.literal(cell, names)
    return _converted(compilation, evaluator, kind, place)


def _converted(
    compilation: Compilation, evaluator: Evaluator, kind: Kind, place: Place
) -> Evaluator:
    """Check as DMN does, convert as Camunda 7 does, or leave it, as Camunda 8 does."""
    if compilation.dialect is Dialect.CAMUNDA8:
        return evaluator
    if compilation.dialect is Dialect.PLAIN:
        return typed(evaluator, kind, place)
    return lenient(evaluator, kind, place)


def _always(value: object) -> Evaluator:
    return lambda _scope: value


def _values(compilation: Compilation, drawn: Output, kind: Kind, names: Names) -> Evaluator | None:
    """The column's values in order of priority: its own, else those that its type allows."""
    text = drawn.values or (kind.text if isinstance(kind, Limited) else "")
    if not text:
        return None
    cell = LiteralExpression(id=drawn.id, line=drawn.line, text=f"[{text}]")
    return compilation.literal(cell, names)


class _Table:
    """A table at work: an evaluator."""

    def __init__(
        self,
        drawn: DecisionTable,
        columns: Sequence[_Column],
        results: Sequence[_Result],
        place: Place,
    ) -> None:
        self._drawn = drawn
        self._columns = columns
        self._results = results
        self._place = place

    def __call__(self, scope: Scope) -> object:
        trail = trail_of(scope)
        trail.spend(len(self._columns) + (len(self._drawn.rules) >> 6))
        values = [column.value(scope) for column in self._columns]
        hits: Sequence[Hit] = ()
        value: object = None
        if self._are_allowed(values, scope):
            matches = self._matches(values, scope)
            if self._drawn.hit_policy is HitPolicy.FIRST:
                matches = islice(matches, 1)
            try:
                hits = self._hits(matches, scope)
                value = self._value(hits, scope)
            except Violation as violation:
                trail.remark(self._place, str(violation))
        trail.tables.append(self._trace(values, hits, value))
        return value

    def _are_allowed(self, values: Sequence[object], scope: Scope) -> bool:
        for column, value in zip(self._columns, values, strict=True):
            if column.allowed is None or value is None:
                continue
            if column.allowed(column.scope(scope, value)) is not True:
                trail_of(scope).remark(
                    Place(column.drawn.id, column.drawn.line),
                    f"the input {value} is not one of the column's values {column.drawn.values}",
                )
                return False
        return True

    def _matches(self, values: Sequence[object], scope: Scope) -> Iterator[int]:
        """Rules that match, in order: by the indexes first, then by what must be evaluated."""
        candidates = (1 << len(self._drawn.rules)) - 1
        opened: list[tuple[int, _Column, Scope]] = []
        for column, value in zip(self._columns, values, strict=True):
            found = column.index.find(value)
            candidates &= found.sure | found.open
            if found.open:
                opened.append((found.open, column, column.scope(scope, value)))
        spend, cost = trail_of(scope).spend, 2 + 2 * len(opened)
        while candidates:
            spend(cost)
            lowest = candidates & -candidates
            candidates ^= lowest
            rule = lowest.bit_length() - 1
            if all(
                not bits & lowest or column.test(rule)(inner) is True
                for bits, column, inner in opened
            ):
                yield rule

    def _hits(self, matches: Iterator[int], scope: Scope) -> Sequence[Hit]:
        """The hits that count.

        Raises:
            Violation: of the hit policy.
        """
        hits = [
            Hit(rule, tuple(result.cells[rule](scope) for result in self._results))
            for rule in matches
        ]
        policy = self._drawn.hit_policy
        return choose(policy, hits, self._priorities(scope) if policy in _ORDERED else ())

    def _priorities(self, scope: Scope) -> Sequence[Sequence[object]]:
        found = [None if r.values is None else r.values(scope) for r in self._results]
        return [values if isinstance(values, list) else [] for values in found]

    def _value(self, hits: Sequence[Hit], scope: Scope) -> object:
        if not hits:
            return self._default(scope)
        outputs = [self._output(hit.outputs) for hit in hits]
        if self._drawn.aggregation is not None:
            return aggregate(self._drawn.aggregation, outputs, scope)
        return outputs[0] if self._drawn.hit_policy in SINGLE else outputs

    def _output(self, values: Sequence[object]) -> object:
        if len(values) == 1:
            return values[0]
        return dict(zip((r.drawn.name for r in self._results), values, strict=True))

    def _default(self, scope: Scope) -> object:
        if all(result.default is None for result in self._results):
            trail_of(scope).remark_absence(self._place, "no rule matches")
            return None
        values = [None if r.default is None else r.default(scope) for r in self._results]
        output = self._output(values)
        single = self._drawn.hit_policy in SINGLE or self._drawn.aggregation is not None
        return output if single or isinstance(output, list) else [output]

    def _trace(self, values: Sequence[object], hits: Sequence[Hit], value: object) -> TableTrace:
        return TableTrace(
            id=self._place.element_id,
            hit_policy=self._drawn.hit_policy.value,
            aggregation="" if self._drawn.aggregation is None else self._drawn.aggregation.value,
            outputs=tuple(result.drawn.name for result in self._results),
            inputs=tuple(
                TestedInput(c.drawn.id, c.drawn.label or c.drawn.expression.text, tested)
                for c, tested in zip(self._columns, values, strict=True)
            ),
            rules=tuple(self._matched(hit) for hit in hits),
            value=value,
        )

    def _matched(self, hit: Hit) -> MatchedRule:
        rule: Rule = self._drawn.rules[hit.rule]
        names = (result.drawn.name for result in self._results)
        return MatchedRule(
            id=rule.id,
            number=hit.rule + 1,
            outputs=dict(zip(names, hit.outputs, strict=True)),
            annotations=rule.annotations,
        )


_ORDERED = frozenset({HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER})
