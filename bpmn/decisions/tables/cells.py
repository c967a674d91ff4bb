"""What a cell says when it says it plainly: constants or one interval, without any evaluation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from bpmn.expressions.feel.temporal import parse_date
from bpmn.expressions.feel.values import number_of, read_decimal

Key = tuple[str, object]
"""A tag for the kind of value and the value: true is not 1, and no text is a number."""

_NUMBER = r"-?[0-9]{1,30}(?:\.[0-9]{1,30})?"
_STRING = r'"[^"\\]*"'
_DATE = r'(?:date\(\s*"[^"\\]*"\s*\)|@"[^"\\]*")'
_CONSTANT = rf"(?:{_STRING}|{_NUMBER}|true|false|{_DATE})"
_CONSTANTS = re.compile(rf"\s*{_CONSTANT}\s*(?:,\s*{_CONSTANT}\s*)*")
_EXCLUDED = re.compile(rf"\s*not\(({_CONSTANTS.pattern})\)\s*")
_ONE = re.compile(_CONSTANT)
_BOUND = rf"(?:{_NUMBER}|{_DATE})"
_COMPARED = re.compile(rf"\s*(<=|>=|<|>)\s*({_BOUND})\s*")
_INTERVAL = re.compile(rf"\s*([\[(\]])\s*({_BOUND})\s*\.\.\s*({_BOUND})\s*([\])\[])\s*")


@dataclass(frozen=True, slots=True)
class Anything:
    """``-``, or nothing."""


@dataclass(frozen=True, slots=True)
class Constants:
    """Equal to one of these."""

    keys: frozenset[Key]


@dataclass(frozen=True, slots=True)
class Excluded:
    """Unequal to each of these, which are of one kind; *tag* is that of their keys."""

    tag: str
    keys: frozenset[Key]


@dataclass(frozen=True, slots=True)
class Interval:
    """Numbers or dates between two bounds; ``None`` is no bound. *tag* is that of their keys."""

    tag: str
    low: Decimal | date | None
    low_included: bool
    high: Decimal | date | None
    high_included: bool


Plain = Anything | Constants | Excluded | Interval
ANYTHING = Anything()


def read_plain(text: str) -> Plain | None:
    """Read a cell that needs no evaluation, ``None`` for any other."""
    if text.strip() in {"", "-"}:
        return ANYTHING
    if _CONSTANTS.fullmatch(text):
        keys = _keys(text)
        return None if keys is None else Constants(keys)
    return _excluded(text) or _compared(text) or _interval(text)


def _keys(text: str) -> frozenset[Key] | None:
    keys = [_key(constant) for constant in _ONE.findall(text)]
    found = frozenset(key for key in keys if key is not None)
    return found if None not in keys else None


def _excluded(text: str) -> Plain | None:
    match = _EXCLUDED.fullmatch(text)
    keys = _keys(match[1]) if match else None
    tags = {tag for tag, _ in keys or ()}
    if not keys or len(tags) != 1:
        return None
    return Excluded(tags.pop(), keys)


def read_constant(text: str) -> tuple[object] | None:
    """Read an output cell that is one constant; the value comes in a tuple, as it may be false."""
    if not _ONE.fullmatch(text.strip()):
        return None
    key = _key(text.strip())
    return None if key is None else (_whole(key[1]),)


def _whole(value: object) -> object:
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    return value


def _key(text: str) -> Key | None:
    if text in {"true", "false"}:
        return "boolean", text == "true"
    if text.startswith('"'):
        return "string", text[1:-1]
    if '"' in text:
        found = parse_date(text.split('"')[1])
        return ("date", found) if isinstance(found, date) else None  # Not years beyond 9999.
    number = read_decimal(text)
    return None if number is None else ("number", number)


def _compared(text: str) -> Plain | None:
    match = _COMPARED.fullmatch(text)
    key = match and _key(match[2])
    if not match or not key:
        return None
    tag, bound = _bound(key)
    included = match[1].endswith("=")
    if match[1].startswith("<"):
        return Interval(tag, None, False, bound, included)
    return Interval(tag, bound, included, None, False)


def _interval(text: str) -> Plain | None:
    match = _INTERVAL.fullmatch(text)
    low = match and _key(match[2])
    high = match and _key(match[3])
    if not match or not low or not high or low[0] != high[0]:
        return None
    (tag, start), (_, end) = _bound(low), _bound(high)
    return Interval(tag, start, match[1] == "[", end, match[4] == "]")


def _bound(key: Key) -> tuple[str, Decimal | date]:
    tag, value = key
    assert isinstance(value, (Decimal, date))
    return tag, value


def key_of(value: object) -> Key | None:
    """The key of a tested value; ``None`` for one that only evaluation can compare."""
    if value is None:
        return "null", None
    if isinstance(value, bool):
        return "boolean", value
    if isinstance(value, str):
        return "string", value
    number = number_of(value)
    if number is not None:
        return "number", number
    if isinstance(value, date) and not isinstance(value, datetime):
        return "date", value
    return None
