"""Compiles boxed expressions; decision tables and functions have files of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bpmn.decisions.compiling.core import Compilation, typed
from bpmn.decisions.compiling.functions import compile_function, compile_invocation
from bpmn.decisions.compiling.tables import compile_table
from bpmn.decisions.feel import Evaluator, Place, Scope, compile_literal, trail_of
from bpmn.decisions.model import (
    Boxed,
    BoxedList,
    Conditional,
    Context,
    DecisionTable,
    Filter,
    FunctionDefinition,
    Invocation,
    Iteration,
    LiteralExpression,
    Relation,
)
from bpmn.decisions.names import Names
from bpmn.expressions.feel.values import kind_of

Builder = Callable[[Compilation, Any, Names], Evaluator]


def compile_boxed(compilation: Compilation, boxed: Boxed | None, names: Names) -> Evaluator:
    """Compile a boxed expression with the conversion to its declared type; none is null."""
    if boxed is None:
        return _null
    evaluator = _BUILDERS[type(boxed)](compilation, boxed, names)
    place = Place(boxed.id or compilation.owner[0], boxed.line)
    return typed(evaluator, compilation.kind(boxed), place)


def _null(_scope: Scope) -> object:
    return None


def _literal(compilation: Compilation, boxed: LiteralExpression, names: Names) -> Evaluator:
    return compilation.literal(boxed, names)


def _context(compilation: Compilation, boxed: Context, names: Names) -> Evaluator:
    entries: list[tuple[str, Evaluator]] = []
    names = names.within()
    for entry in boxed.entries:
        evaluator = compile_boxed(compilation, entry.value, names)
        place = Place(entry.id or boxed.id or compilation.owner[0], entry.line)
        entries.append((entry.name, typed(evaluator, compilation.kind(entry), place)))
        if entry.name:
            names.add(entry.name)

    def evaluate(scope: Scope) -> object:
        values: dict[str, object] = {}
        inner = scope.inner(values)
        for name, entry in entries:
            if not name:
                return entry(inner)
            values[name] = entry(inner)
        return values

    return evaluate


def _list(compilation: Compilation, boxed: BoxedList, names: Names) -> Evaluator:
    items = [compile_boxed(compilation, item, names) for item in boxed.items]
    return lambda scope: [item(scope) for item in items]


def _relation(compilation: Compilation, boxed: Relation, names: Names) -> Evaluator:
    place = Place(boxed.id or compilation.owner[0], boxed.line)
    columns = [(column.name, compilation.kind(column)) for column in boxed.columns]
    rows = [
        {
            name: typed(compile_boxed(compilation, cell, names), kind, place)
            for (name, kind), cell in zip(columns, row, strict=False)
        }
        for row in boxed.rows
    ]
    return lambda scope: [{name: cell(scope) for name, cell in row.items()} for row in rows]


def _conditional(compilation: Compilation, boxed: Conditional, names: Names) -> Evaluator:
    condition = compile_boxed(compilation, boxed.condition, names)
    then = compile_boxed(compilation, boxed.then, names)
    otherwise = compile_boxed(compilation, boxed.otherwise, names)
    place = Place(boxed.id or compilation.owner[0], boxed.line)

    def evaluate(scope: Scope) -> object:
        found = condition(scope)
        if found is None or isinstance(found, bool):
            return (then if found else otherwise)(scope)
        trail_of(scope).remark(place, f"the condition is a {kind_of(found)}, not true or false")
        return None

    return evaluate


def _filter(compilation: Compilation, boxed: Filter, names: Names) -> Evaluator:
    source = compile_boxed(compilation, boxed.source, names)
    match = compile_boxed(compilation, boxed.match, names.within(["item"]))
    place = Place(boxed.id or compilation.owner[0], boxed.line)

    def evaluate(scope: Scope) -> object:
        kept: list[object] = []
        for item in _items(source(scope), scope) or ():
            entries = item if isinstance(item, dict) else {}
            found = match(scope.inner({"item": item, **entries}))
            if found is True:
                kept.append(item)
            elif found is not None and found is not False:
                reason = f"the condition is a {kind_of(found)}, not true or false"
                trail_of(scope).remark(place, reason)
                return None
        return kept

    return evaluate


def _iteration(compilation: Compilation, boxed: Iteration, names: Names) -> Evaluator:
    source = compile_boxed(compilation, boxed.source, names)
    inner = names.within([boxed.variable, "partial"])
    body = compile_boxed(compilation, boxed.body, inner)
    iterate = {"for": _for, "some": _some, "every": _every}[boxed.kind]
    return iterate(boxed.variable, source, body)


def _for(variable: str, source: Evaluator, body: Evaluator) -> Evaluator:
    def evaluate(scope: Scope) -> object:
        items = _items(source(scope), scope)
        if items is None:
            return None
        results: list[object] = []
        inner = scope.inner({"partial": results})
        # One after the other: the body sees the results so far as 'partial'.
        results.extend(body(inner.inner({variable: item})) for item in items)
        return results

    return evaluate


def _some(variable: str, source: Evaluator, body: Evaluator) -> Evaluator:
    return _quantified(variable, source, body, decisive=True)


def _every(variable: str, source: Evaluator, body: Evaluator) -> Evaluator:
    return _quantified(variable, source, body, decisive=False)


def _quantified(variable: str, source: Evaluator, body: Evaluator, *, decisive: bool) -> Evaluator:
    def evaluate(scope: Scope) -> object:
        items = _items(source(scope), scope)
        if items is None:
            return None
        result: bool | None = not decisive
        for item in items:
            value = body(scope.inner({variable: item}))
            if value is decisive:
                return decisive
            if not isinstance(value, bool):
                result = None
        return result

    return evaluate


_EACH = compile_literal("for x in source return x", ["source"])


def _items(source: object, scope: Scope) -> list[object] | None:
    """The items of a list or range, charged to the budget, as FEEL's ``for`` finds them."""
    found = _EACH(scope.inner({"source": source}))
    return found if isinstance(found, list) else None


def _table(compilation: Compilation, boxed: DecisionTable, names: Names) -> Evaluator:
    return compile_table(compilation, boxed, names)


def _function(compilation: Compilation, boxed: FunctionDefinition, names: Names) -> Evaluator:
    return compile_function(compilation, boxed, names, compile_boxed)


def _invocation(compilation: Compilation, boxed: Invocation, names: Names) -> Evaluator:
    return compile_invocation(compilation, boxed, names, compile_boxed)


_BUILDERS: dict[type, Builder] = {
    LiteralExpression: _literal,
    DecisionTable: _table,
    Invocation: _invocation,
    Context: _context,
    BoxedList: _list,
    Relation: _relation,
    Conditional: _conditional,
    Filter: _filter,
    Iteration: _iteration,
    FunctionDefinition: _function,
}
