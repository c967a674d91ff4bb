"""What built-in functions expect of their arguments; anything else makes the result null."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from bpmn.expressions.feel.values import NullResult, Number, is_within, kind_of, number_of


def only(value: object) -> object:
    """Take the item out of a list of one, as DMN converts it."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def text(value: object) -> str:
    """Expect a string."""
    value = only(value)
    if isinstance(value, str):
        return value
    raise NullResult(f"expected a string, but got a {kind_of(value)}")


def number(value: object) -> Number:
    """Expect a number."""
    found = number_of(only(value))
    if found is None:
        raise NullResult(f"expected a number, but got a {kind_of(value)}")
    return found


def decimal(value: object) -> Decimal:
    """Expect a number, as a decimal."""
    return Decimal(number(value))


def whole(value: object) -> int:
    """Expect a number that fits an index; what stands behind the point is cut off."""
    found = number(value)
    if not is_within(found, 10**12):
        raise NullResult(f"expected a whole number, but got {found}")
    return int(found)


def items(value: object) -> list[Any]:
    """Expect a list; another value is a list of one, null is refused."""
    if isinstance(value, list):
        return value
    if value is None:
        raise NullResult("expected a list, but got null")
    return [value]


def context(value: object) -> dict[str, Any]:
    """Expect a context."""
    value = only(value)
    if isinstance(value, dict):
        return value
    raise NullResult(f"expected a context, but got a {kind_of(value)}")
