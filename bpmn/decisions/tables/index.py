"""The index over one input column: from a value to the rules whose cell fits, as a bit set.

Bit *i* of a set stands for rule *i*. Constants are found in a hash table; intervals by two
sorted lists of bounds with a ready set every few dozen bounds. So a table of 10,000 rules costs
some operations on numbers of 10,000 bits and not 10,000 evaluations.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from bpmn.decisions.tables.cells import Anything, Constants, Excluded, Interval, Key, Plain, key_of

_STEP = 64
_FEW = 16


@dataclass(frozen=True, slots=True)
class Found:
    """Rules that fit for sure, and rules whose cell must be evaluated."""

    sure: int
    open: int


class ColumnIndex:
    """Index of one column.

    Args:
        cells: for each rule what its cell says plainly, ``None`` where it must be evaluated.
    """

    def __init__(self, cells: Sequence[Plain | None]) -> None:
        self._all = (1 << len(cells)) - 1
        self._any = _bits([i for i, cell in enumerate(cells) if isinstance(cell, Anything)])
        self._open = _bits([i for i, cell in enumerate(cells) if cell is None])
        self._constants = _keyed([c.keys if isinstance(c, Constants) else () for c in cells])
        self._excluded = _keyed([c.keys if isinstance(c, Excluded) else () for c in cells])
        self._excluding = _by_tag(cells)
        self._intervals = {
            tag: _Intervals([(i, c) for i, c in enumerate(cells) if _is_interval(c, tag)])
            for tag in ("number", "date")
            if any(_is_interval(cell, tag) for cell in cells)
        }

    def find(self, value: object) -> Found:
        """Find the rules for a value.

        A value that is no simple one (a list, a context, a time) fits ``-`` for sure and leaves
        every other cell to be evaluated.
        """
        key = key_of(value)
        if key is None:
            return Found(self._any, self._all & ~self._any)
        sure = self._any | _as_bits(self._constants.get(key, ()))
        sure |= self._excluding.get(key[0], 0) & ~_as_bits(self._excluded.get(key, ()))
        intervals = self._intervals.get(key[0])
        if intervals is not None:
            sure |= intervals.find(key[1])
        return Found(sure, self._open)


def _is_interval(cell: Plain | None, tag: str) -> bool:
    return isinstance(cell, Interval) and cell.tag == tag


def _bits(rules: Sequence[int]) -> int:
    """A set of many rules at once: bytes first, because a long number is copied by every ``|``."""
    if not rules:
        return 0
    buffer = bytearray(max(rules) // 8 + 1)
    for rule in rules:
        buffer[rule >> 3] |= 1 << (rule & 7)
    return int.from_bytes(buffer, "little")


def _as_bits(rules: int | tuple[int, ...]) -> int:
    return rules if isinstance(rules, int) else _bits(rules)


def _by_tag(cells: Sequence[Plain | None]) -> dict[str, int]:
    """Rules with ``not(...)`` for each kind of value; null is unequal to every constant."""
    found = {
        tag: _bits([i for i, c in enumerate(cells) if isinstance(c, Excluded) and c.tag == tag])
        for tag in {cell.tag for cell in cells if isinstance(cell, Excluded)}
    }
    found["null"] = _bits([i for i, c in enumerate(cells) if isinstance(c, Excluded)])
    return found


def _keyed(keys: Sequence[Iterable[Key]]) -> dict[Key, int | tuple[int, ...]]:
    rules: dict[Key, list[int]] = {}
    for i, found in enumerate(keys):
        for key in found:
            rules.setdefault(key, []).append(i)
    # A set of few rules is kept as a tuple: 10,000 sets of 10,000 bits would be 12 MB.
    return {key: tuple(r) if len(r) <= _FEW else _bits(r) for key, r in rules.items()}


class _Intervals:
    """Intervals over one kind of value: begun and not yet ended."""

    def __init__(self, rules: Sequence[tuple[int, Plain | None]]) -> None:
        found = [(i, cell) for i, cell in rules if isinstance(cell, Interval)]
        # An included bound begins a moment earlier and ends a moment later than an excluded one.
        lows = [((c.low, 0 if c.low_included else 1), i) for i, c in found if c.low is not None]
        highs = [((c.high, 1 if c.high_included else 0), i) for i, c in found if c.high is not None]
        self._lows = _Sorted(lows)
        self._highs = _Sorted(highs)
        self._beginless = _bits([i for i, cell in found if cell.low is None])
        self._all = _bits([i for i, _ in found])

    def find(self, value: object) -> int:
        """Rules whose interval holds *value*."""
        begun = self._lows.up_to((value, 0)) | self._beginless
        ended = self._highs.up_to((value, 0))
        return begun & self._all & ~ended


class _Sorted:
    """Bounds in order, with the set of all rules before every ``_STEP``-th."""

    def __init__(self, bounds: Sequence[tuple[tuple[Any, int], int]]) -> None:
        ordered = sorted(bounds, key=itemgetter(0))
        self._bounds = [bound for bound, _ in ordered]
        self._rules = [rule for _, rule in ordered]
        self._before = [0]
        for start in range(0, len(bounds), _STEP):
            block = _bits(self._rules[start : start + _STEP])
            self._before.append(self._before[-1] | block)

    def up_to(self, bound: tuple[Any, int]) -> int:
        """Rules with a bound at or before *bound*."""
        count = bisect_right(self._bounds, bound)
        block, rest = divmod(count, _STEP)
        if not rest:
            return self._before[block]
        return self._before[block] | _bits(self._rules[block * _STEP : count])
