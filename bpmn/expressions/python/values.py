"""What a script may leave in a variable, and what it changed in place."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

MAX_PARTS = 250_000
"""Values inside one variable, counted all the way down."""

_SCALARS = (str, bool, int, float, Decimal, type(None), datetime, date, time, timedelta)
SCALARS = frozenset(_SCALARS)
"""Types whose values are one part and cannot change: most variables are of these."""


def copy_value(value: Any) -> Any:
    """Copy lists and dicts all the way down; everything else cannot change."""
    if type(value) is list:
        return [copy_value(item) for item in value]
    if type(value) is dict:
        return {key: copy_value(item) for key, item in value.items()}
    return value


def is_same(left: Any, right: Any) -> bool:
    """Compare with types: 1, 1.0 and True are three values of a variable."""
    if type(left) is not type(right):
        return False
    if isinstance(left, list):
        return len(left) == len(right) and all(map(is_same, left, right))
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(is_same(left[k], right[k]) for k in left)
    return bool(left == right)


def plain_value(value: Any) -> Any:
    """Give the value as a variable holds it: tuples and sets become lists.

    Raises:
        TypeError: it is nothing that a variable can hold.
        OverflowError: it holds too much.
    """
    return value if type(value) in SCALARS else _Plain().convert(value)


class _Plain:
    def __init__(self) -> None:
        self._left = MAX_PARTS

    def convert(self, value: Any) -> Any:
        self._left -= 1
        if self._left < 0:
            raise OverflowError(f"the value has more than {MAX_PARTS} parts")
        if isinstance(value, _SCALARS):
            return value
        if isinstance(value, (list, tuple)):
            return self._items(value)
        if isinstance(value, (set, frozenset)):
            return self._items(sorted(value, key=repr))
        if isinstance(value, dict):
            return {self._key(key): self.convert(item) for key, item in value.items()}
        raise TypeError(f"a {type(value).__name__} cannot be kept in a variable")

    def _items(self, items: Iterable[Any]) -> list[Any]:
        return [self.convert(item) for item in items]

    def _key(self, key: Any) -> str:
        if isinstance(key, str):
            return key
        if isinstance(key, int) and not isinstance(key, bool):
            return str(key)
        raise TypeError(f"a dict in a variable has texts as keys, not a {type(key).__name__}")
