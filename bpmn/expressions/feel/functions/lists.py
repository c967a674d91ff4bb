"""Functions of lists; positions count from 1, negative ones from the end."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, localcontext
from functools import cmp_to_key, reduce
from typing import Any

from bpmn.expressions.faults import Fault
from bpmn.expressions.feel import operations
from bpmn.expressions.feel.arguments import items, number, whole
from bpmn.expressions.feel.registry import builtin, refuse
from bpmn.expressions.feel.scope import Run
from bpmn.expressions.feel.values import CONTEXT, Function
from bpmn.expressions.limits import MAX_ITEMS


def _given(values: tuple[object, ...]) -> list[Any]:
    """Take one list, or the values as one."""
    return items(values[0]) if len(values) == 1 else list(values)


@builtin("list contains", "list", "element")
def _list_contains(values: object, element: object) -> bool:
    return any(operations.equals(value, element) is True for value in items(values))


@builtin("count", "list...")
def _count(*values: object) -> int:
    return len(_given(values))


def _extreme(values: tuple[object, ...], is_better: operations.Operation) -> object:
    given = _given(values)
    if not given:
        return None
    best = given[0]
    for value in given[1:]:
        better = is_better(value, best)
        if better is None:
            raise refuse("the values cannot be compared")
        best = value if better else best
    return best


@builtin("min", "list...")
def _min(*values: object) -> object:
    return _extreme(values, operations.less)


@builtin("max", "list...")
def _max(*values: object) -> object:
    return _extreme(values, operations.greater)


@builtin("sum", "list...")
def _sum(*values: object) -> object:
    given = _given(values)
    return _total(given) if given else None


def _total(values: list[Any]) -> object:
    total = reduce(operations.add, values[1:], values[0])
    if total is None or isinstance(total, (str, bool)):
        raise refuse("the values cannot be added")
    return total


@builtin("mean", "list...")
def _mean(*values: object) -> object:
    given = _given(values)
    return operations.divide(_total(given), len(given)) if given else None


@builtin("product", "list...")
def _product(*values: object) -> object:
    given: list[object] = [number(value) for value in _given(values)]
    return reduce(operations.multiply, given) if given else None


@builtin("median", "list...")
def _median(*values: object) -> object:
    given = sorted(number(value) for value in _given(values))
    if not given:
        return None
    middle = len(given) // 2
    if len(given) % 2:
        return given[middle]
    return operations.divide(operations.add(given[middle - 1], given[middle]), 2)


@builtin("stddev", "list...")
def _stddev(*values: object) -> object:
    given = [Decimal(number(value)) for value in _given(values)]
    if len(given) < 2:
        raise refuse("stddev() takes two values or more")
    with localcontext(CONTEXT):
        mean = sum(given, Decimal(0)) / len(given)
        squares = sum(((value - mean) ** 2 for value in given), Decimal(0))
        return (squares / (len(given) - 1)).sqrt()


@builtin("mode", "list...")
def _mode(*values: object) -> list[Any]:
    given = sorted(number(value) for value in _given(values))
    counts = dict.fromkeys(given, 0)
    for value in given:
        counts[value] += 1
    most = max(counts.values(), default=0)
    return [value for value, count in counts.items() if count == most]


def _limited(values: list[Any]) -> list[Any]:
    if len(values) > MAX_ITEMS:
        raise Fault(f"The list has more than {MAX_ITEMS} items.", code="expression-limit")
    return values


@builtin("append", "list", "items*")
def _append(values: object, *more: object) -> list[Any]:
    start = [] if values is None else items(values)
    return _limited([*start, *more])


@builtin("concatenate", "list...")
def _concatenate(*lists: object) -> list[Any]:
    result: list[Any] = []
    for values in lists:
        result += items(values)
        _limited(result)
    return result


@builtin("union", "list...", needs_run=True)
def _union(run: Run, *lists: object) -> list[Any]:
    return _distinct(run, _concatenate(*lists))


@builtin("distinct values", "list", needs_run=True)
def _distinct_values(run: Run, values: object) -> list[Any]:
    return _distinct(run, items(values))


def _distinct(run: Run, values: list[Any]) -> list[Any]:
    result: list[Any] = []
    for value in values:
        run.spend(1 + len(result) // 4)
        if type(value) in {list, dict}:
            run.look()
        if not any(operations.equals(value, other) is True for other in result):
            result.append(value)
    return result


@builtin("duplicate values", "list", needs_run=True, camunda=True)
def _duplicate_values(run: Run, values: object) -> list[Any]:
    given = items(values)
    run.spend(len(given) * len(given) // 4)
    return _distinct(run, [v for v in given if sum(_is_same(v, other) for other in given) > 1])


def _is_same(left: object, right: object) -> bool:
    return operations.equals(left, right) is True


@builtin("flatten", "list", needs_run=True)
def _flatten(run: Run, values: object) -> list[Any]:
    result: list[Any] = []
    stack = [items(values)]
    while stack:
        run.spend(1)
        value = stack.pop()
        if isinstance(value, list):
            run.spend(len(value))
            stack.extend(reversed(value))
        else:
            result.append(value)
    return result


@builtin("reverse", "list")
def _reverse(values: object) -> list[Any]:
    return items(values)[::-1]


@builtin("index of", "list", "match")
def _index_of(values: object, match: object) -> list[int]:
    return [place for place, value in enumerate(items(values), 1) if _is_same(value, match)]


def _place(position: object, size: int) -> int:
    place = whole(position)
    if place == 0 or abs(place) > size:
        raise refuse(f"position {place} is outside of a list of {size} items")
    return place - 1 if place > 0 else size + place


@builtin("sublist", "list", "start position", "length?")
def _sublist(values: object, start: object, length: object = None) -> list[Any]:
    given = items(values)
    first = _place(start, len(given))
    if length is None:
        return given[first:]
    count = whole(length)
    if count < 0 or first + count > len(given):
        raise refuse("the length reaches over the end of the list")
    return given[first : first + count]


@builtin("insert before", "list", "position", "newItem")
def _insert_before(values: object, position: object, item: object) -> list[Any]:
    given = items(values)
    place = _place(position, len(given))
    return [*given[:place], item, *given[place:]]


@builtin("remove", "list", "position")
def _remove(values: object, position: object) -> list[Any]:
    given = items(values)
    place = _place(position, len(given))
    return [*given[:place], *given[place + 1 :]]


@builtin("list replace", "list", "match", "newItem")
@builtin("list replace", "list", "position", "newItem")
def _list_replace(values: object, position: object, item: object) -> list[Any]:
    given = items(values)
    if isinstance(position, Function):
        return [item if _matches(position, old, item) else old for old in given]
    place = _place(position, len(given))
    return [*given[:place], item, *given[place + 1 :]]


def _matches(match: Function, old: object, new: object) -> bool:
    if len(match.parameters) != 2:
        raise refuse("'match' takes an item and the new item")
    found = match.call((old, new))
    if not isinstance(found, bool):
        raise refuse("'match' gave neither true nor false")
    return found


@builtin("partition", "list", "size", camunda=True)
def _partition(values: object, size: object) -> list[Any]:
    given, length = items(values), whole(size)
    if length < 1:
        raise refuse("the size must be positive")
    return [given[start : start + length] for start in range(0, len(given), length)]


@builtin("is empty", "list", camunda=True)
def _is_empty(values: object) -> bool:
    return not items(values)


@builtin("sort", "list", "precedes?", needs_run=True)
def _sort(run: Run, values: object, precedes: object = None) -> list[Any]:
    given = items(values)
    run.spend(len(given) * max(len(given).bit_length(), 1))
    if precedes is None:
        return sorted(given, key=cmp_to_key(_natural))
    if not isinstance(precedes, Function):
        raise refuse("'precedes' is no function")
    return sorted(given, key=cmp_to_key(_by(precedes)))


def _natural(left: object, right: object) -> int:
    if operations.less(left, right):
        return -1
    return 1 if operations.less(right, left) else 0


def _by(precedes: Function) -> Callable[[object, object], int]:
    def compare(left: object, right: object) -> int:
        if precedes.call((left, right)) is True:
            return -1
        return 1 if precedes.call((right, left)) is True else 0

    return compare
