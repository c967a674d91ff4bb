"""The guards of one run: they count turns and refuse values that grow without bound."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any

from bpmn.expressions.limits import MAX_INTEGER_BITS, MAX_STRING

MAX_TURNS = 500_000
"""Turns of all loops, calls and comprehensions of one run; about half a second."""

_BIG = 1 << 512
_SCALARS = frozenset({type(None), bool, int, float, Decimal})
_LARGE = 4_096
_SEQUENCES = frozenset({list, tuple, set, frozenset})
_LAZY = (map, filter, zip, enumerate, reversed)
_READABLE = frozenset({list, tuple, dict, str, range})
_WIDE = re.compile(r"\*|[0-9]{4,}")


class LimitReached(BaseException):
    """The run used up its budget; no ``except`` of a script can catch it."""


class Guards:
    """The budget of one run with the operations that are charged to it."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = MAX_TURNS

    def charge(self, amount: int) -> None:
        """Count a turn, a call, or work that runs below Python such as copying a list."""
        self.left -= amount
        if self.left < 0:
            raise LimitReached

    def iterate(self, items: Iterable[Any]) -> Iterator[Any]:
        """Give the items, counting each."""
        for item in items:
            self.charge(1)
            yield item

    def flat(self, value: Any) -> Any:
        """Give *value* back after counting what it holds, shared parts once for each place."""
        kind = type(value)
        if kind in _SCALARS:
            return value
        if kind is str:
            self.weigh(value)
            return value
        return self._measure(value)

    def weigh(self, value: Any) -> None:
        """Charge an operation that walks over a text or list below Python, when it is large."""
        if len(value) > _LARGE:
            self.charge(len(value) >> 6)

    def is_large(self, value: Any) -> bool:
        """Tell whether the methods of a value must be charged."""
        return isinstance(value, (str, list, dict, set)) and len(value) > _LARGE

    def _measure(self, value: Any) -> Any:
        stack = [value]
        while stack:
            item = stack.pop()
            kind = type(item)
            if kind is str:
                self.charge(len(item) >> 6)
            elif kind in _SEQUENCES:
                self.charge(1 + (len(item) >> 2))
                stack.extend(item)
            elif kind is dict:
                self.charge(1 + (len(item) >> 1))
                stack.extend(item)
                stack.extend(item.values())
            elif kind is range:
                self.charge(len(item) >> 6)
            elif isinstance(item, (*_LAZY, Iterator)):
                raise TypeError(f"make a list of the {kind.__name__} first")
        return value

    def add(self, left: Any, right: Any) -> Any:
        """Guard ``+``: texts and lists are charged by their length."""
        if type(left) is int and type(right) is int:
            return _small(left + right)
        if type(left) in {str, list, tuple}:
            self._grow(len(left) + _length(right))
        return left + right

    def extend(self, left: Any, right: Any) -> Any:
        """Guard ``+=``: a list also takes other iterables."""
        if type(left) is list and type(right) is not list:
            right = list(self.iterate(right))
        return self.add(left, right)

    def subtract(self, left: Any, right: Any) -> Any:
        """Guard ``-``."""
        result = left - right
        return _small(result) if type(result) is int else result

    def multiply(self, left: Any, right: Any) -> Any:
        """Guard ``*``: repetitions by their length, numbers by their digits."""
        for items, times in ((left, right), (right, left)):
            if isinstance(items, (str, list, tuple)) and isinstance(times, int):
                self._grow(len(items) * max(times, 0))
                return items * times
        if type(left) is int and type(right) is int:
            _check_bits(left.bit_length() + right.bit_length() - 1)
        return left * right

    def modulo(self, left: Any, right: Any) -> Any:
        """Guard ``%``, also as text formatting."""
        if isinstance(left, str):
            _check_width(left)
            self.flat(right)
            self._grow(len(left))
        return left % right

    def power(self, base: Any, exponent: Any) -> Any:
        """Guard ``**``."""
        if isinstance(base, int) and isinstance(exponent, int) and exponent > 0:
            _check_bits(base.bit_length() * exponent if abs(base) > 1 else 0)
        return base**exponent

    def shift(self, value: Any, bits: Any) -> Any:
        """Guard ``<<``."""
        if isinstance(value, int) and isinstance(bits, int):
            _check_bits(value.bit_length() + bits)
        return value << bits

    def getitem(self, value: Any, index: Any) -> Any:
        """Guard ``x[i]``: only plain values have items."""
        if type(value) not in _READABLE:
            raise TypeError(f"a {type(value).__name__} has no items")
        if type(index) is slice:
            self.charge(len(value) >> 5)
        else:
            self.flat(index)
        return value[index]

    def write(self, value: Any) -> Any:
        """Guard ``x[i] = v`` and ``del x[i]``: only lists and dicts are written."""
        if type(value) is list:
            return ListWriter(value)
        if type(value) is dict:
            return DictWriter(value, self)
        raise TypeError(f"a {type(value).__name__} cannot be changed")

    def update_item(self, symbol: str, items: Any, index: Any, value: Any) -> None:
        """Guard ``x[i] += v`` and its like."""
        operation: Callable[[Any, Any], Any] = _PLAIN.get(symbol) or getattr(self, _BOUND[symbol])
        self.write(items)[index] = operation(self.getitem(items, index), value)

    def format(self, value: Any, conversion: int, spec: str) -> str:
        """Guard ``f"{x!r:>10}"``: no width of four digits or more."""
        _check_width(spec)
        self.charge(4)
        self.flat(value)
        if conversion == ord("s"):
            value = str(value)
        elif conversion in {ord("r"), ord("a")}:
            value = repr(value)
        return format(value, spec)

    def unpack(self, items: Any, spec: Any, _getiter: object) -> Any:
        """Guard ``a, (b, c) = x``: count the items and unpack inner patterns."""
        values = list(self.iterate(items))
        children = spec["childs"]
        for index, child in children:
            values[index] = self.unpack(values[index], child, _getiter)
        return values

    def unpack_each(self, items: Any, spec: Any, _getiter: object) -> Iterator[Any]:
        """Guard ``for a, b in x``."""
        for item in self.iterate(items):
            yield self.unpack(item, spec, _getiter)

    def _grow(self, length: int) -> None:
        if length > MAX_STRING:
            raise OverflowError(f"the value would have {length} characters or items")
        self.charge(length >> 5)


class ListWriter:
    """The door to write one item of a list; slices stay shut."""

    __slots__ = ("_items",)

    def __init__(self, items: list[Any]) -> None:
        self._items = items

    def __setitem__(self, index: Any, value: Any) -> None:
        self._items[_position(index)] = value

    def __delitem__(self, index: Any) -> None:
        del self._items[_position(index)]


class DictWriter:
    """The door to write one entry of a dict; its key is measured because it is hashed."""

    __slots__ = ("_entries", "_guards")

    def __init__(self, entries: dict[Any, Any], guards: Guards) -> None:
        self._entries = entries
        self._guards = guards

    def __setitem__(self, key: Any, value: Any) -> None:
        self._entries[self._guards.flat(key)] = value

    def __delitem__(self, key: Any) -> None:
        del self._entries[self._guards.flat(key)]


def _position(index: Any) -> int:
    if not isinstance(index, int):
        raise TypeError("only single items of a list can be written, by their number")
    return index


def _length(value: Any) -> int:
    return len(value) if isinstance(value, (str, list, tuple)) else 0


def _small(number: int) -> int:
    if not -_BIG < number < _BIG:
        _check_bits(number.bit_length())
    return number


def _check_bits(bits: int) -> None:
    if bits > MAX_INTEGER_BITS:
        raise OverflowError("the number would have more than 300 digits")


def _check_width(spec: str) -> None:
    if _WIDE.search(spec):
        raise ValueError("a format may not ask for a width of more than 999")


_PLAIN: dict[str, Callable[[Any, Any], Any]] = {
    "/": operator.truediv,
    "//": operator.floordiv,
    "&": operator.and_,
    "|": operator.or_,
    "^": operator.xor,
    ">>": operator.rshift,
}
_BOUND = {
    "_add_": "extend",
    "_subtract_": "subtract",
    "_multiply_": "multiply",
    "_modulo_": "modulo",
    "_power_": "power",
    "_shift_": "shift",
}
