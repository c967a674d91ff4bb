"""Compiles ``for``, ``some``, ``every`` and filters."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from datetime import date, timedelta

from bpmn.expressions.feel import operations
from bpmn.expressions.feel.compiling.core import Compiler, compiles
from bpmn.expressions.feel.scope import Evaluator, Scope
from bpmn.expressions.feel.syntax import Filter, Iteration, Steps
from bpmn.expressions.feel.values import Range, is_within, kind_of, number_of

ITEM = "item"
PARTIAL = "partial"


@compiles(Iteration)
def _iteration(compiler: Compiler, tree: Iteration) -> Evaluator:
    bound = [PARTIAL] if tree.kind == "for" else []
    domains: list[tuple[str, Evaluator]] = []
    for iterator in tree.iterators:
        # A domain sees the names of the iterators before it.
        with compiler.binding([*bound, *(name for name, _ in domains)]):
            domain = iterator.domain
            evaluator = (
                _steps(compiler, domain) if isinstance(domain, Steps) else compiler.compile(domain)
            )
        domains.append((iterator.name, evaluator))
    with compiler.binding([*bound, *(name for name, _ in domains)]):
        body, cost = compiler.compile_measured(tree.body)
    turns = _Turns(domains, cost + 2 * len(domains), tree.position)
    return {"for": _for, "some": _some, "every": _every}[tree.kind](turns, body)


def _steps(compiler: Compiler, tree: Steps) -> Evaluator:
    """Compile ``1..n``, which counts up or down."""
    start, end = compiler.compile(tree.start), compiler.compile(tree.end)
    return lambda scope: _Steps(start(scope), end(scope))


class _Steps:
    """The whole numbers or days from one value to another, up or down."""

    def __init__(self, start: object, end: object) -> None:
        self.start = start
        self.end = end

    def values(self) -> Iterable[object] | None:
        first, last = number_of(self.start), number_of(self.end)
        if first is not None and last is not None:
            if not (is_within(first, 10**12) and is_within(last, 10**12)):
                return None
            return _count(int(first), int(last))
        if type(self.start) is date and type(self.end) is date:
            days = _count(0, (self.end - self.start).days)
            start = self.start
            return (start + timedelta(days=day) for day in days)
        return None


def _inside(interval: Range) -> Iterable[object] | None:
    """Give the whole numbers or days inside of a range; it never runs down."""
    if operations.less(interval.end, interval.start) is not False:
        return None
    values = _Steps(interval.start, interval.end).values()
    if values is None or (interval.start_included and interval.end_included):
        return values
    return (value for value in values if operations.is_in_range(value, interval))


def _count(first: int, last: int) -> range:
    return range(first, last + 1) if first <= last else range(first, last - 1, -1)


class _Turns:
    """All combinations of the values of some iterators, later ones changing fastest."""

    def __init__(self, domains: Sequence[tuple[str, Evaluator]], cost: int, position: int) -> None:
        self._domains = domains
        self._cost = cost
        self._position = position

    def scopes(self, scope: Scope, index: int = 0) -> Generator[Scope | None]:
        """Give a scope for each turn; ``None`` when a domain is no list."""
        name, domain = self._domains[index]
        values = self._values(domain(scope), scope)
        if values is None:
            yield None
            return
        last = index == len(self._domains) - 1
        for value in values:
            scope.run.spend(self._cost)
            inner = scope.inner({name: value})
            if last:
                yield inner
            else:
                yield from self.scopes(inner, index + 1)

    def _values(self, domain: object, scope: Scope) -> Iterable[object] | None:
        if isinstance(domain, (list, tuple)):
            return domain
        if isinstance(domain, (Range, _Steps)):
            values = domain.values() if isinstance(domain, _Steps) else _inside(domain)
            if values is not None:
                return values
        elif domain is not None:
            return [domain]
        what = f"over a {kind_of(domain)}"
        if isinstance(domain, _Steps):
            what = f"from a {kind_of(domain.start)} to a {kind_of(domain.end)}"
        scope.run.note(self._position, f"cannot iterate {what}")
        return None


def _for(turns: _Turns, body: Evaluator) -> Evaluator:
    def evaluate(scope: Scope) -> object:
        results: list[object] = []
        for inner in turns.scopes(scope.inner({PARTIAL: results})):
            if inner is None:
                return None
            results.append(body(inner))
        return results

    return evaluate


def _some(turns: _Turns, body: Evaluator) -> Evaluator:
    return _quantified(turns, body, decisive=True)


def _every(turns: _Turns, body: Evaluator) -> Evaluator:
    return _quantified(turns, body, decisive=False)


def _quantified(turns: _Turns, body: Evaluator, *, decisive: bool) -> Evaluator:
    def evaluate(scope: Scope) -> object:
        result: bool | None = not decisive
        for inner in turns.scopes(scope):
            value = None if inner is None else body(inner)
            if value is decisive:
                return decisive
            if not isinstance(value, bool):
                result = None
        return result

    return evaluate


@compiles(Filter)
def _filter(compiler: Compiler, tree: Filter) -> Evaluator:
    base, position = compiler.compile(tree.base), tree.position
    with compiler.binding([ITEM]):
        condition, cost = compiler.compile_measured(tree.condition)
    keep = _keeper(condition, cost + 2)

    def evaluate(scope: Scope) -> object:
        value = base(scope)
        items = value if isinstance(value, list) else [] if value is None else [value]
        index = _index(condition, items, scope)
        if index is None:
            return keep(items, scope)
        if value is not None and 0 < abs(index) <= len(items):
            return items[index - 1 if index > 0 else index]
        scope.run.note(position, f"there is no item {index} in a list of {len(items)}")
        return None

    return evaluate


def _index(condition: Evaluator, items: Sequence[object], scope: Scope) -> int | None:
    """Give the index when the bracket holds a number, tried on the first item."""
    first = items[0] if items else None
    found = number_of(condition(_item_scope(scope, first)))
    return int(found) if found is not None and is_within(found, 10**12) else None


def _item_scope(scope: Scope, item: object) -> Scope:
    inner = Scope({ITEM: item}, scope, scope.run)
    # The entries of an item are names inside of the bracket.
    return Scope(item, inner, scope.run) if isinstance(item, dict) else inner


def _keeper(condition: Evaluator, cost: int) -> Callable[[Sequence[object], Scope], list[object]]:
    def keep(items: Sequence[object], scope: Scope) -> list[object]:
        spend = scope.run.spend
        kept: list[object] = []
        for item in items:
            spend(cost)
            if condition(_item_scope(scope, item)) is True:
                kept.append(item)
        return kept

    return keep
