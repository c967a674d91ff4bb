"""Finds inputs that no rule of a table matches, and inputs that two rules match.

Each column has a few points that stand for all values: the constants of its cells, and for
numbers and dates also a value between and beyond the bounds. The search walks the columns and
keeps the set of rules that still match; where the same set was seen before, it turns back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal
from itertools import pairwise

from bpmn.decisions.tables.cells import Anything, Constants, Excluded, Interval, Key, Plain
from bpmn.decisions.tables.index import ColumnIndex, Found

MAX_STEPS = 20_000
"""Points tried for one table; about a tenth of a second for 1,000 rules."""

MAX_STEPS_OF_FILE = 100_000


class Steps:
    """Points that are still tried for the tables of one file."""

    def __init__(self) -> None:
        self._file = MAX_STEPS_OF_FILE
        self._table = 0

    def begin(self) -> None:
        """Go to the next table."""
        self._table = MAX_STEPS

    def take(self, count: int) -> None:
        """Take some.

        Raises:
            TooLarge: none are left.
        """
        self._table -= count
        self._file -= count
        if self._table < 0 or self._file < 0:
            raise TooLarge


_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Axis:
    """An input column as the search sees it.

    Attributes:
        label: for people.
        index: finds the rules for a value.
        cells: what its cells say plainly.
        allowed: what its values may be, ``None`` when nothing is declared.
        is_boolean: declared as true or false.
        is_whole: numbers between whole ones do not occur.
    """

    label: str
    index: ColumnIndex
    cells: Sequence[Plain | None]
    allowed: Plain | None
    is_boolean: bool
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Example:
    """Values that show a gap or an overlap.

    Attributes:
        text: such as ``age = 17 and region = "EU"``.
        rules: 1-based numbers of the rules that match, or of the two that contradict.
    """

    text: str
    rules: tuple[int, ...]


class TooLarge(Exception):
    """The search was given up."""


def find_gap(axes: Sequence[Axis], rules: int, steps: Steps) -> Example | None:
    """Find values that no rule matches; cells that must be evaluated count as matching.

    Raises:
        TooLarge: nothing was found within the limit.
    """
    search = _Search(axes, lambda f: f.sure | f.open, steps, 1 + rules // 1_000)
    return search.run(rules, least=0, is_found=lambda alive: alive == 0)


def find_conflict(axes: Sequence[Axis], outputs: Sequence[object], steps: Steps) -> Example | None:
    """Find values that two rules with different outputs match for sure, and the first two such.

    Args:
        axes: the input columns.
        outputs: what each rule gives; two that are equal agree.
        steps: what is left to try.

    Raises:
        TooLarge: as ``find_gap``.
    """
    agreeing: dict[object, int] = {}
    for rule, output in enumerate(outputs):
        agreeing[output] = agreeing.get(output, 0) | 1 << rule
    search = _Search(axes, lambda f: f.sure, steps, 1 + len(outputs) // 1_000)

    def others(alive: int) -> int:
        return alive & ~agreeing[outputs[_lowest(alive)]]

    found = search.run(len(outputs), least=2, is_found=lambda alive: others(alive) != 0)
    if found is None:
        return None
    alive = sum(1 << rule - 1 for rule in found.rules)
    return Example(found.text, (_lowest(alive) + 1, _lowest(others(alive)) + 1))


def _lowest(rules: int) -> int:
    return (rules & -rules).bit_length() - 1


class _Search:
    def __init__(
        self,
        axes: Sequence[Axis],
        bits: Callable[[Found], int],
        steps: Steps,
        cost: int,
    ) -> None:
        self._axes = axes
        self._bits = bits
        self._points = [_points(axis) for axis in axes]
        self._steps = steps
        self._cost = cost

    def run(self, rules: int, *, least: int, is_found: Callable[[int], bool]) -> Example | None:
        """Walk depth first over (column, rules left, values so far)."""
        seen: set[tuple[int, int]] = set()
        sets: list[list[tuple[int, object]]] = [
            self._sets(axis, points) for axis, points in zip(self._axes, self._points, strict=True)
        ]
        stack: list[tuple[int, int, tuple[object, ...]]] = [(0, (1 << rules) - 1, ())]
        while stack:
            column, alive, values = stack.pop()
            if column == len(self._axes):
                if is_found(alive):
                    return self._example(values, alive)
                continue
            for fitting, value in reversed(sets[column]):
                left = alive & fitting
                self._steps.take(self._cost)
                if left.bit_count() >= least and (column + 1, left) not in seen:
                    seen.add((column + 1, left))
                    stack.append((column + 1, left, (*values, value)))
        return None

    def _sets(self, axis: Axis, points: Sequence[object]) -> list[tuple[int, object]]:
        """For each point its rules; of points with the same rules only the first counts."""
        found: dict[int, object] = {}
        for point in points:
            self._steps.take(self._cost)
            bits = self._bits(axis.index.find(point))
            found.setdefault(bits, point)
        return list(found.items())

    def _example(self, values: Sequence[object], alive: int) -> Example:
        named = [
            f"{axis.label} = {show(value)}"
            for axis, value, points in zip(self._axes, values, self._points, strict=True)
            if points != _ANYTHING
        ]
        rules = tuple(i + 1 for i in range(alive.bit_length()) if alive >> i & 1)
        return Example(" and ".join(named), rules)


_ANYTHING: tuple[object, ...] = (None,)
"""The one point of a column whose cells say nothing."""


def _points(axis: Axis) -> tuple[object, ...]:
    keys: set[Key] = set()
    for cell in (*axis.cells, axis.allowed):
        keys.update(_bounds(cell))
    points: list[object] = []
    for tag, expand in _EXPANSIONS.items():
        values = {value for found, value in keys if found == tag}
        points.extend(expand(values, axis.is_whole))
    if axis.is_boolean:
        points = [True, False]
    if axis.allowed is not None:
        permitted = ColumnIndex([axis.allowed])
        points = [point for point in points if permitted.find(point).sure]
    return tuple(points) or _ANYTHING


def _bounds(cell: Plain | None) -> Iterable[Key]:
    if isinstance(cell, (Constants, Excluded)):
        return cell.keys
    if isinstance(cell, Interval):
        return [(cell.tag, bound) for bound in (cell.low, cell.high) if bound is not None]
    assert cell is None or isinstance(cell, Anything)
    return []


def _strings(values: set[object], _whole: bool) -> Iterable[object]:
    return sorted(str(value) for value in values)


def _booleans(values: set[object], _whole: bool) -> Iterable[object]:
    return [True, False] if values else []


def _numbers(values: set[object], whole: bool) -> Iterable[object]:
    """The bounds, and a value below, between and above them; whole ones first."""
    bounds = sorted(value for value in values if isinstance(value, Decimal))
    if not bounds:
        return []
    between = [_between(a, b) for a, b in pairwise(bounds)]
    points = [bounds[0] - 1, *bounds, *between, bounds[-1] + 1]
    points.sort(key=lambda point: (not _is_whole(point), point))
    return [point for point in points if not whole or _is_whole(point)]


def _between(low: Decimal, high: Decimal) -> Decimal:
    middle = (low + high) / 2
    rounded = middle.to_integral_value(rounding=ROUND_FLOOR)
    return rounded if low < rounded < high else middle


def _is_whole(value: Decimal) -> bool:
    return value == value.to_integral_value()


def _dates(values: set[object], _whole: bool) -> Iterable[object]:
    bounds = sorted(value for value in values if isinstance(value, date))
    points = set(bounds)
    for bound in bounds:
        points.update(_neighbours(bound))
    return sorted(points)


def _neighbours(day: date) -> Iterable[date]:
    if day > date.min:
        yield day - _DAY
    if day < date.max:
        yield day + _DAY


_EXPANSIONS: dict[str, Callable[[set[object], bool], Iterable[object]]] = {
    "string": _strings,
    "boolean": _booleans,
    "number": _numbers,
    "date": _dates,
}


def show(value: object) -> str:
    """Show a value as FEEL writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return f'date("{value}")' if isinstance(value, date) else str(value)
