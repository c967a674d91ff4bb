"""FEEL's values as Python objects, and what leaves FEEL at its boundary.

null ``None`` · boolean ``bool`` · number ``int`` or ``Decimal`` with 34 digits · string ``str`` ·
date ``date`` · time ``time`` · date and time ``datetime`` (aware or not) · days and time duration
``timedelta`` · years and months duration ``Months`` · list ``list`` · context ``dict`` · range
``Range`` · function ``Function``. A ``float`` may come in as a variable; operations read it as the
decimal that it prints as, so that 0.1 is 0.1.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow

from bpmn.expressions.faults import Fault
from bpmn.expressions.feel.moments import Beyond
from bpmn.expressions.feel.syntax import TypeName

CONTEXT = Context(
    prec=34,
    rounding=ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    traps=[DivisionByZero, InvalidOperation, Overflow],
)
"""IEEE 754 decimal128, as DMN asks for."""

MAX_WHOLE = 10**34
Number = int | Decimal
MAX_PARTS = 250_000
"""Values inside one result, counted all the way down."""


@dataclass(frozen=True, slots=True, order=True)
class Months:
    """A years and months duration, as a number of months."""

    months: int

    def __str__(self) -> str:
        years, months = divmod(abs(self.months), 12)
        parts = (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")
        return f"{'-' if self.months < 0 else ''}P{parts}"


@dataclass(frozen=True, slots=True)
class Range:
    """An interval of numbers, strings, dates, times or durations.

    Attributes:
        start: where it starts, ``None`` for null.
        end: where it ends, ``None`` for null.
        start_included: whether *start* belongs to it.
        end_included: whether *end* belongs to it.
        half: it was written as ``(< 5)``, so that ``None`` is no bound; otherwise
            a null bound makes every test of the interval null.
    """

    start: object
    end: object
    start_included: bool
    end_included: bool
    half: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the text, or a built-in one used as a value.

    Attributes:
        parameters: their names.
        call: takes the arguments in that order.
        types: the types of the parameters, ``None`` where none is declared; empty for unknown.
        result: the type of the result, ``None`` for unknown.
    """

    parameters: tuple[str, ...]
    call: Callable[[Sequence[object]], object]
    types: tuple[TypeName | None, ...] = ()
    result: TypeName | None = None


class NullResult(Exception):
    """The result is null, and this is the reason; it becomes a note of the evaluation."""


def number_of(value: object) -> Number | None:
    """Give the number that a value is, ``None`` when it is none."""
    kind = type(value)
    if kind is int or kind is Decimal:
        return value  # type: ignore[return-value] # the two types were just compared
    if kind is float and math.isfinite(value):  # type: ignore[arg-type] # as above
        return Decimal(repr(value))
    return None


def in_range(number: Number) -> Number | None:
    """Round to 34 digits; ``None`` when the number is too large for a decimal128."""
    if type(number) is int and -MAX_WHOLE < number < MAX_WHOLE:
        return number
    try:
        return CONTEXT.create_decimal(number)
    except (InvalidOperation, Overflow):
        return None


def read_decimal(text: str) -> Decimal | None:
    """Read a number, rounded to 34 digits; ``None`` when it is too large for a decimal128."""
    try:
        return CONTEXT.create_decimal(text)
    except (InvalidOperation, Overflow):
        return None


def is_within(number: Number, limit: int) -> bool:
    """Tell whether a number lies between *-limit* and *limit*."""
    return -limit < number < limit


def kind_of(value: object) -> str:
    """Name the type of a value as FEEL does."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, Beyond):
        value = value.near
    for kind, name in _KINDS:
        if isinstance(value, kind):
            return name
    return type(value).__name__


_KINDS: tuple[tuple[type, str], ...] = (
    (int, "number"),
    (float, "number"),
    (Decimal, "number"),
    (str, "string"),
    (datetime, "date and time"),
    (date, "date"),
    (time, "time"),
    (timedelta, "days and time duration"),
    (Months, "years and months duration"),
    (list, "list"),
    (tuple, "list"),
    (dict, "context"),
    (Range, "range"),
    (Function, "function"),
)
_PLAIN = frozenset({type(None), bool, str, int, date, datetime, time, timedelta})


def to_plain(value: object) -> object:
    """Give a result as plain Python: a whole decimal as int, another as float.

    Durations of years and months leave as their ISO text, because their length in days is
    not fixed. Nanoseconds are dropped.

    Raises:
        Fault: the result is a function, a range or a far date, or holds too much.
    """
    if type(value) in _PLAIN:
        return value
    return _Plain().convert(value)


class _Plain:
    def __init__(self) -> None:
        self._left = MAX_PARTS

    def convert(self, value: object) -> object:
        self._left -= 1
        if self._left < 0:
            raise Fault(f"The result has more than {MAX_PARTS} parts.", code="expression-limit")
        if isinstance(value, Decimal):
            return plain_number(value)
        if isinstance(value, (list, tuple)):
            return [self.convert(item) for item in value]
        if isinstance(value, dict):
            return {key: self.convert(item) for key, item in value.items()}
        if isinstance(value, Months):
            return str(value)
        if isinstance(value, Beyond) and not value.cycles:
            return value.near
        if isinstance(value, (Range, Function, Beyond)):
            raise Fault(f"The result is a {kind_of(value)}, which no variable can hold.")
        return value


def plain_number(value: Decimal) -> int | float:
    """Give an int for a whole number, else the nearest float.

    Raises:
        Fault: it has more digits than a variable can hold.
    """
    if value.is_finite() and value.adjusted() < 400:
        whole = int(value)
        return whole if whole == value else float(value)
    raise Fault(f"The number {value} is too large for a variable.")
