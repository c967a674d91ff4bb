"""EL's rules for bringing two values to one type (JSR 245, sections 1.7 and 1.18)."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from bpmn.expressions.faults import Fault, shorten
from bpmn.expressions.limits import MAX_INTEGER_BITS

Number = int | float | Decimal
_NUMBERS = (int, float, Decimal)
_PLAIN_ORDER = frozenset({int, float, str, Decimal})


def is_number(value: object) -> bool:
    """Tell numbers from everything else; a boolean is no number."""
    return isinstance(value, _NUMBERS) and not isinstance(value, bool)


def to_number(value: object) -> Number:
    """Coerce to a number: null and "" are 0, a string is read, a boolean is refused."""
    if value is None or value == "":
        return 0
    if isinstance(value, _NUMBERS) and not isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _read_number(value)
    raise Fault(f"{shorten(value)} is no number.")


def _read_number(text: str) -> Number:
    try:
        number: int | float = float(text) if any(c in text for c in ".eE") else int(text)
    except ValueError:
        raise Fault(f"The text {shorten(text)} is no number.") from None
    return bounded(number)


def to_boolean(value: object) -> bool:
    """Coerce to a boolean: null and "" are false, "true" in any case is true."""
    if isinstance(value, bool):
        return value
    if value is None:
        return False
    if isinstance(value, str):
        return value.lower() == "true"
    raise Fault(f"{shorten(value)} is neither true nor false.", hint="Compare it with a value.")


def to_text(value: object) -> str:
    """Coerce to a string: null is empty, lists and maps as Java prints them."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(_nested_text(item) for item in value)}]"
    if isinstance(value, dict):
        entries = (f"{_nested_text(key)}={_nested_text(item)}" for key, item in value.items())
        return f"{{{', '.join(entries)}}}"
    return _scalar_text(value)


def _scalar_text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    return str(value)


def _nested_text(value: object) -> str:
    return "null" if value is None else to_text(value)


def is_empty(value: object) -> bool:
    """``empty x``: null, an empty string, list or map."""
    return value is None or (isinstance(value, (str, list, tuple, dict, set)) and not value)


def bounded(number: Number) -> Number:
    """Refuse what is no number of a process: infinite, not a number, thousands of digits."""
    if isinstance(number, int):
        if number.bit_length() > MAX_INTEGER_BITS:
            raise Fault("The whole number has more than 300 digits.")
    elif not math.isfinite(number):
        raise Fault("The number is too large.")
    return number


def _common(left: object, right: object) -> tuple[Number, Number]:
    """Bring both sides to one numeric type: Decimal before float before int."""
    a, b = to_number(left), to_number(right)
    if isinstance(a, Decimal) or isinstance(b, Decimal):
        return _to_decimal(a), _to_decimal(b)
    if isinstance(a, float) or isinstance(b, float):
        return float(a), float(b)
    return a, b


def _to_decimal(number: Number) -> Decimal:
    return Decimal(repr(number)) if isinstance(number, float) else Decimal(number)


def add(left: object, right: object) -> object:
    """``a + b``: always numbers; EL joins texts by writing them side by side."""
    a, b = _common(left, right)
    return bounded(a + b)  # type: ignore[operator] # _common gave both one type


def subtract(left: object, right: object) -> object:
    """``a - b``."""
    a, b = _common(left, right)
    return bounded(a - b)  # type: ignore[operator] # _common gave both one type


def multiply(left: object, right: object) -> object:
    """``a * b``."""
    a, b = _common(left, right)
    return bounded(a * b)  # type: ignore[operator] # _common gave both one type


def divide(left: object, right: object) -> object:
    """``a / b``: floating, also of two whole numbers."""
    a, b = _common(left, right)
    if b == 0:
        raise Fault("Division by zero.")
    return bounded(a / b)  # type: ignore[operator] # _common gave both one type


def modulo(left: object, right: object) -> object:
    """``a % b``: the sign of the left side, as in Java."""
    a, b = _common(left, right)
    if b == 0:
        raise Fault("Division by zero.")
    if isinstance(a, int) and isinstance(b, int):
        rest = abs(a) % abs(b)
        return -rest if a < 0 else rest
    if isinstance(a, Decimal) or isinstance(b, Decimal):
        return a % b  # type: ignore[operator] # Decimal's rest has the left side's sign
    return math.fmod(a, b)


def negate(value: object) -> object:
    """``-a``."""
    return -to_number(value)


def equals(left: object, right: object) -> bool:
    """``a == b``: null equals only null; a number, then a boolean, then a text decides the type."""
    if type(left) is type(right):
        return left == right
    if left is None or right is None:
        return False
    return _equals_mixed(left, right)


def _equals_mixed(left: object, right: object) -> bool:
    if is_number(left) or is_number(right):
        a, b = _common(left, right)
        return a == b
    if isinstance(left, bool) or isinstance(right, bool):
        return to_boolean(left) == to_boolean(right)
    if isinstance(left, str) or isinstance(right, str):
        return to_text(left) == to_text(right)
    return left == right


def _ordered(test: Callable[[object, object], bool]) -> Callable[[object, object], bool]:
    or_equal = test(0, 0)

    def compare(left: object, right: object) -> bool:
        if type(left) is type(right) and type(left) in _PLAIN_ORDER:
            return test(left, right)
        if left is right:
            return or_equal
        if left is None or right is None:
            return False
        return test(*_comparable(left, right))

    return compare


def _comparable(left: object, right: object) -> tuple[object, object]:
    if is_number(left) or is_number(right):
        return _common(left, right)
    if isinstance(left, str) or isinstance(right, str):
        return to_text(left), to_text(right)
    for kind in (datetime, date, time, timedelta, bool):
        if isinstance(left, kind) and isinstance(right, kind):
            return left, right
    raise Fault(f"{shorten(left)} and {shorten(right)} cannot be compared.")


less = _ordered(lambda a, b: a < b)  # type: ignore[operator] # _comparable gave both one type
less_or_equal = _ordered(lambda a, b: a <= b)  # type: ignore[operator] # as above
greater = _ordered(lambda a, b: a > b)  # type: ignore[operator] # as above
greater_or_equal = _ordered(lambda a, b: a >= b)  # type: ignore[operator] # as above
