"""FEEL's operators on two values; ``None`` is null, also for types that do not fit."""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation, Overflow
from functools import partial

from bpmn.expressions.faults import Fault
from bpmn.expressions.feel.moments import (
    Beyond,
    Moment,
    add_duration,
    add_months,
    difference,
    has_offset,
    near_of,
    order_of,
)
from bpmn.expressions.feel.values import (
    CONTEXT,
    MAX_WHOLE,
    Months,
    Number,
    Range,
    in_range,
    is_within,
    kind_of,
    number_of,
)
from bpmn.expressions.limits import MAX_STRING

Operation = Callable[[object, object], object]


def _numbers(left: object, right: object) -> tuple[Number, Number] | None:
    a, b = number_of(left), number_of(right)
    return None if a is None or b is None else (a, b)


def add(left: object, right: object) -> object:
    """``a + b`` for numbers, strings, and temporal values with durations."""
    if type(left) is int and type(right) is int:
        total = left + right
        return total if -MAX_WHOLE < total < MAX_WHOLE else in_range(total)
    if isinstance(left, str) and isinstance(right, str):
        return joined(left, right)
    pair = _numbers(left, right)
    if pair is not None:
        return _decimal(CONTEXT.add, pair)
    return _add_temporal(left, right)


def joined(left: str, right: str) -> str:
    """Join two strings.

    Raises:
        Fault: the result is too long.
    """
    if len(left) + len(right) > MAX_STRING:
        raise Fault(f"The text has more than {MAX_STRING} characters.", code="expression-limit")
    return left + right


def _add_temporal(left: object, right: object) -> object:
    if isinstance(left, timedelta) and isinstance(right, timedelta):
        return _safe_duration(partial(operator.add, left, right))
    if isinstance(left, Months) and isinstance(right, Months):
        return Months(left.months + right.months)
    if isinstance(left, (timedelta, Months)):
        left, right = right, left
    return _moved(left, right)


def _moved(moment: object, by: object) -> object:
    if not isinstance(moment, (date, time, Beyond)):
        return None
    if isinstance(by, timedelta):
        return add_duration(moment, by)
    if isinstance(by, Months) and isinstance(near_of(moment), date):
        assert not isinstance(moment, time)
        return add_months(moment, by.months)
    return None


def subtract(left: object, right: object) -> object:
    """``a - b`` for numbers and temporal values."""
    if type(left) is int and type(right) is int:
        return in_range(left - right)
    pair = _numbers(left, right)
    if pair is not None:
        return _decimal(CONTEXT.subtract, pair)
    if isinstance(right, timedelta):
        return _add_temporal(left, -right) if not isinstance(left, Months) else None
    if isinstance(right, Months):
        return _add_temporal(left, Months(-right.months))
    return _difference(left, right)


def _difference(left: object, right: object) -> object:
    if not isinstance(left, _MOMENTS) or not isinstance(right, _MOMENTS):
        return None
    if isinstance(near_of(left), date) != isinstance(near_of(right), date):
        return None
    return difference(left, right)


_MOMENTS = (date, time, Beyond)


def multiply(left: object, right: object) -> object:
    """``a * b`` for numbers, and a duration by a number."""
    if type(left) is int and type(right) is int:
        return in_range(left * right)
    pair = _numbers(left, right)
    if pair is not None:
        return _decimal(CONTEXT.multiply, pair)
    if isinstance(right, (timedelta, Months)):
        left, right = right, left
    factor = number_of(right)
    return None if factor is None else _scaled(left, factor)


def _scaled(duration: object, factor: Number) -> object:
    if isinstance(duration, timedelta):
        micro = _decimal(CONTEXT.multiply, (_micro(duration), factor))
        return None if micro is None else _duration(micro)
    if isinstance(duration, Months):
        return _months(_decimal(CONTEXT.multiply, (duration.months, factor)))
    return None


def divide(left: object, right: object) -> object:
    """``a / b``; division by zero is null."""
    pair = _numbers(left, right)
    if pair is not None:
        return quotient(*pair)
    if isinstance(left, timedelta) and isinstance(right, timedelta):
        return quotient(_micro(left), _micro(right))
    if isinstance(left, Months) and isinstance(right, Months):
        return quotient(left.months, right.months)
    divisor = number_of(right)
    return None if divisor is None else _divided(left, divisor)


def quotient(dividend: Number, divisor: Number) -> Number | None:
    """Divide two numbers; ``None`` for division by zero."""
    if not divisor:
        return None
    if type(dividend) is int and type(divisor) is int and not dividend % divisor:
        return dividend // divisor
    return _decimal(CONTEXT.divide, (dividend, divisor))


def _divided(duration: object, divisor: Number) -> object:
    if isinstance(duration, timedelta):
        micro = quotient(_micro(duration), divisor)
        return None if micro is None else _duration(micro)
    if isinstance(duration, Months):
        return _months(quotient(duration.months, divisor))
    return None


def _months(count: Number | None) -> Months | None:
    return Months(int(count)) if count is not None and is_within(count, 10**9) else None


def _duration(micro: Number) -> timedelta | None:
    if not is_within(micro, 10**20):
        return None
    return _safe_duration(lambda: timedelta(microseconds=int(micro)))


def power(left: object, right: object) -> object:
    """``a ** b``."""
    pair = _numbers(left, right)
    return None if pair is None else _decimal(CONTEXT.power, pair)


def negate(value: object) -> object:
    """``-a`` for numbers and durations."""
    number = number_of(value)
    if number is not None:
        return -number if type(number) is int else CONTEXT.minus(number)
    if isinstance(value, timedelta):
        return _safe_duration(lambda: -value)
    return Months(-value.months) if isinstance(value, Months) else None


def _micro(duration: timedelta) -> int:
    return duration // timedelta(microseconds=1)


def _decimal(
    operation: Callable[[Decimal | int, Decimal | int], Decimal], pair: tuple[Number, Number]
) -> Decimal | None:
    try:
        return operation(*pair)
    except (InvalidOperation, Overflow, ZeroDivisionError):
        return None


def _safe_duration(operation: Callable[[], timedelta]) -> timedelta | None:
    try:
        return operation()
    except OverflowError:
        return None


def equals(left: object, right: object) -> bool | None:
    """``a = b``: null for values of two kinds, where neither is null."""
    kind = type(left)
    if kind is type(right) and kind in _DIRECT:
        return left == right
    if left is None or right is None:
        return left is right
    return _equals_mixed(left, right)


def _equals_mixed(left: object, right: object) -> bool | None:
    pair = _numbers(left, right)
    if pair is not None:
        return pair[0] == pair[1]
    if kind_of(left) != kind_of(right):
        return None
    return _equal_parts(left, right)


_DIRECT = frozenset({int, str, bool, date, timedelta, Months, Decimal})
MAX_COMPARED = 100_000


def _equal_parts(left: object, right: object) -> bool:
    return _Comparison().same(left, right)


class _Comparison:
    """Compares what lists, contexts and ranges hold; nested ones can share parts without end."""

    def __init__(self) -> None:
        self._left = MAX_COMPARED

    def same(self, left: object, right: object) -> bool:
        self._left -= 1
        if self._left < 0:
            message = f"The compared values have more than {MAX_COMPARED} parts."
            raise Fault(message, code="expression-limit")
        if isinstance(left, (list, tuple)) and isinstance(right, (list, tuple)):
            return len(left) == len(right) and all(map(self.same, left, right))
        if isinstance(left, dict) and isinstance(right, dict):
            keys = left.keys()
            return keys == right.keys() and all(self.same(left[k], right[k]) for k in keys)
        if isinstance(left, Range) and isinstance(right, Range):
            return self._same_ranges(left, right)
        pair = _numbers(left, right)
        if pair is not None:
            return pair[0] == pair[1]
        return kind_of(left) == kind_of(right) and _same_scalars(left, right)

    def _same_ranges(self, left: Range, right: Range) -> bool:
        ends = left.start_included is right.start_included and left.half is right.half
        ends = ends and left.end_included is right.end_included
        return ends and self.same(left.start, right.start) and self.same(left.end, right.end)


def _same_scalars(left: object, right: object) -> bool:
    if isinstance(left, _MOMENTS) and isinstance(right, _MOMENTS):
        return _same_moments(left, right)
    return left == right


def _same_moments(left: Moment, right: Moment) -> bool:
    a, b = near_of(left), near_of(right)
    assert isinstance(a, (date, time))
    assert isinstance(b, (date, time))
    if has_offset(a) != has_offset(b):
        return False
    # Fractions of a second do not count (DMN 1.5, table 54: the property second).
    return order_of(left) // 10**9 == order_of(right) // 10**9


def not_equals(left: object, right: object) -> bool | None:
    """``a != b``."""
    result = equals(left, right)
    return None if result is None else not result


def _ordered(test: Callable[..., bool]) -> Operation:
    def compare(left: object, right: object) -> bool | None:
        kind = type(left)
        if kind is type(right) and kind in _ORDERED:
            return test(left, right)
        pair = _numbers(left, right)
        if pair is not None:
            return test(*pair)
        return _order_moments(test, left, right)

    return compare


_ORDERED = frozenset({int, str, Decimal, date, timedelta, Months})


def _order_moments(test: Callable[..., bool], left: object, right: object) -> bool | None:
    if not isinstance(left, _MOMENTS) or not isinstance(right, _MOMENTS):
        return None
    if kind_of(left) != kind_of(right):
        return None
    a, b = near_of(left), near_of(right)
    assert isinstance(a, (date, time))
    assert isinstance(b, (date, time))
    if has_offset(a) != has_offset(b):
        return None
    if type(left) is datetime and type(right) is datetime:
        return test(left, right)
    return test(order_of(left), order_of(right))


less = _ordered(lambda a, b: a < b)
less_or_equal = _ordered(lambda a, b: a <= b)
greater = _ordered(lambda a, b: a > b)
greater_or_equal = _ordered(lambda a, b: a >= b)

OPERATIONS: dict[str, Operation] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "**": power,
    "=": equals,
    "!=": not_equals,
    "<": less,
    "<=": less_or_equal,
    ">": greater,
    ">=": greater_or_equal,
}


def is_in_range(value: object, interval: Range) -> bool | None:
    """Tell whether an interval holds a value; null when they cannot be compared."""
    low: object = True
    high: object = True
    if interval.start is not None or not interval.half:
        test = greater_or_equal if interval.start_included else greater
        low = test(value, interval.start)
    if interval.end is not None or not interval.half:
        test = less_or_equal if interval.end_included else less
        high = test(value, interval.end)
    if low is None or high is None:
        return None
    return conjunction(low, high)


def conjunction(left: object, right: object) -> bool | None:
    """``a and b`` in three-valued logic."""
    if left is False or right is False:
        return False
    return True if left is True and right is True else None
