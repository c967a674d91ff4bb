"""Compiles literals, names, lists, contexts, ranges, paths."""

from __future__ import annotations

from collections.abc import Sequence

from bpmn.expressions.faults import syntax_fault
from bpmn.expressions.feel import temporal
from bpmn.expressions.feel.compiling.core import Compiler, compiles
from bpmn.expressions.feel.registry import FUNCTIONS, choose_by_place
from bpmn.expressions.feel.scope import Evaluator, Run, Scope
from bpmn.expressions.feel.syntax import (
    ContextOf,
    Interval,
    ListOf,
    Literal,
    Name,
    Path,
    Temporal,
)
from bpmn.expressions.feel.values import Function, NullResult, Range, kind_of

INPUT = "?"
"""The name of the value that a unary test is about."""


@compiles(Literal)
def _literal(_compiler: Compiler, tree: Literal) -> Evaluator:
    value = tree.value
    return lambda _scope: value


@compiles(Temporal)
def _temporal(_compiler: Compiler, tree: Temporal) -> Evaluator:
    value = temporal.parse_any(tree.text)
    if value is None:
        message = f'@"{tree.text[:60]}" is no date, time or duration.'
        hint = 'Write @"2024-01-31", @"09:30:00", @"2024-01-31T09:30:00", @"P1D" or @"P1Y".'
        raise syntax_fault(message, tree.position, hint=hint)
    return lambda _scope: value


@compiles(Name)
def _name(compiler: Compiler, tree: Name) -> Evaluator:
    name, position = tree.name, tree.position
    if not compiler.is_local(name) and name != INPUT:
        compiler.names.add(name)

    def evaluate(scope: Scope) -> object:
        try:
            return scope.names[name]
        except KeyError:
            level = scope.parent
        while level is not None:
            try:
                return level.names[name]
            except KeyError:
                level = level.parent
        if name in FUNCTIONS:
            return _builtin_value(name, scope.run)
        scope.run.note(position, f"there is no variable '{name}'")
        return None

    return evaluate


def _builtin_value(name: str, run: Run) -> Function:
    def call(values: Sequence[object]) -> object:
        signature = choose_by_place(name, len(values))
        try:
            return None if signature is None else signature.call(run, values)
        except NullResult:
            return None

    return Function(FUNCTIONS[name][0].parameters, call)


@compiles(ListOf)
def _list(compiler: Compiler, tree: ListOf) -> Evaluator:
    items = [compiler.compile(item) for item in tree.items]
    return lambda scope: [item(scope) for item in items]


@compiles(ContextOf)
def _context(compiler: Compiler, tree: ContextOf) -> Evaluator:
    entries: list[tuple[str, Evaluator]] = []
    for entry in tree.entries:
        if any(entry.key == key for key, _ in entries):
            message = f"The context has two entries '{entry.key[:60]}'."
            raise syntax_fault(message, tree.position)
        # An entry sees those before it.
        with compiler.binding(key for key, _ in entries):
            entries.append((entry.key, compiler.compile(entry.value)))

    def evaluate(scope: Scope) -> object:
        values: dict[str, object] = {}
        inner = scope.inner(values)
        for key, entry in entries:
            values[key] = entry(inner)
        return values

    return evaluate


@compiles(Interval)
def _interval(compiler: Compiler, tree: Interval) -> Evaluator:
    start, end = compiler.compile(tree.start), compiler.compile(tree.end)
    ends = tree.start_included, tree.end_included
    if isinstance(tree.start, Literal) and isinstance(tree.end, Literal):
        constant = Range(tree.start.value, tree.end.value, *ends)
        return lambda _scope: constant
    return lambda scope: Range(start(scope), end(scope), *ends)


@compiles(Path)
def _path(compiler: Compiler, tree: Path) -> Evaluator:
    base, name, position = compiler.compile(tree.base), tree.name, tree.position

    def evaluate(scope: Scope) -> object:
        value = base(scope)
        if type(value) is dict and name in value:
            return value[name]
        if isinstance(value, (list, tuple)):
            scope.run.spend(len(value))
            return [_read(item, name, scope.run, position) for item in value]
        return _read(value, name, scope.run, position)

    return evaluate


def has_property(value: object, name: str) -> bool:
    """Tell whether a path from a value leads anywhere."""
    return value is not None and _property(value, name) is not _MISSING


def _property(value: object, name: str) -> object:
    if isinstance(value, Range):
        return _range_property(value, name)
    if isinstance(value, dict):
        return value.get(name, _MISSING)
    return _temporal_property(value, name)


def _read(value: object, name: str, run: Run, position: int) -> object:
    if value is None:
        return None
    found = _property(value, name)
    if found is _MISSING:
        run.note(position, f"a {kind_of(value)} has no '{name}'")
        return None
    return found


_MISSING = object()


def _range_property(value: Range, name: str) -> object:
    return {
        "start": value.start,
        "end": value.end,
        "start included": value.start_included,
        "end included": value.end_included,
    }.get(name, _MISSING)


def _temporal_property(value: object, name: str) -> object:
    if kind_of(value) not in _TEMPORAL:
        return _MISSING
    try:
        return temporal.read_property(value, name)
    except KeyError:
        return _MISSING


_TEMPORAL = frozenset(
    {
        "date",
        "time",
        "date and time",
        "days and time duration",
        "years and months duration",
    }
)
