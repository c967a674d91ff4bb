"""Methods of dates, named as Java's Date and Joda's DateTime have them in Camunda diagrams."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from bpmn.expressions.faults import Fault, shorten
from bpmn.expressions.juel.coercion import to_number, to_text

Moment = date | datetime


def shift(moment: Moment, **amounts: object) -> Moment:
    """Move by days, hours and so on; each is a number.

    Raises:
        Fault: the result is outside of the calendar (years 1 to 9999).
    """
    try:
        return moment + timedelta(**{unit: float(to_number(n)) for unit, n in amounts.items()})
    except OverflowError as problem:
        raise Fault("The date is outside of the years 1 to 9999.") from problem


def shift_months(moment: Moment, months: int) -> Moment:
    """Move by whole months; the 31st becomes the last day of a shorter month."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise Fault("The date is outside of the years 1 to 9999.")
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


def _months(value: object) -> int:
    return int(to_number(value))


def _instant(moment: Moment) -> datetime:
    if not isinstance(moment, datetime):
        raise Fault(f"{shorten(moment)} is a date without a time.")
    return moment


def _order(left: Moment, right: object) -> int:
    if not isinstance(right, date) or isinstance(left, datetime) != isinstance(right, datetime):
        raise Fault(f"{shorten(left)} and {shorten(right)} cannot be compared.")
    return (left > right) - (left < right)


def _midnight(moment: Moment) -> Moment:
    return datetime.combine(moment, time.min, _instant(moment).tzinfo)


def _shifts() -> dict[str, Callable[..., object]]:
    methods: dict[str, Callable[..., object]] = {}
    for unit in ("Weeks", "Days", "Hours", "Minutes", "Seconds"):
        key = unit.lower()
        methods[f"plus{unit}"] = lambda m, n, key=key: shift(m, **{key: n})
        methods[f"minus{unit}"] = lambda m, n, key=key: shift(m, **{key: -to_number(n)})
    for unit, factor in (("Months", 1), ("Years", 12)):
        methods[f"plus{unit}"] = lambda m, n, f=factor: shift_months(m, f * _months(n))
        methods[f"minus{unit}"] = lambda m, n, f=factor: shift_months(m, -f * _months(n))
    return methods


_PATTERN = re.compile(r"'(?:[^']|'')*'|([A-Za-z])\1*|[^A-Za-z']")
_FIELDS = {
    "yyyy": "%Y",
    "yy": "%y",
    "MMMM": "%B",
    "MMM": "%b",
    "MM": "%m",
    "dd": "%d",
    "HH": "%H",
    "hh": "%I",
    "mm": "%M",
    "ss": "%S",
    "a": "%p",
    "EEEE": "%A",
    "EEE": "%a",
    "D": "%j",
}
_NUMBERS: dict[str, Callable[[Moment], int]] = {
    "M": lambda m: m.month,
    "d": lambda m: m.day,
    "H": lambda m: _instant(m).hour,
    "m": lambda m: _instant(m).minute,
    "s": lambda m: _instant(m).second,
}


def _format(moment: Moment, pattern: object) -> str:
    """Write a date by a pattern such as ``dd.MM.yyyy HH:mm``.

    Raises:
        Fault: a letter of the pattern stands for nothing here.
    """
    text = to_text(pattern)[:200]
    return "".join(_field(moment, match.group()) for match in _PATTERN.finditer(text))


def _field(moment: Moment, field: str) -> str:
    if field.startswith("'"):
        return field[1:-1].replace("''", "'") or "'"
    if field == "SSS":
        return f"{_instant(moment).microsecond // 1000:03}"
    if field in _NUMBERS:
        return str(_NUMBERS[field](moment))
    if field == "ZZ":
        offset = _instant(moment).strftime("%z") or "+0000"
        return f"{offset[:3]}:{offset[3:5]}"
    if field in _FIELDS:
        return moment.strftime(_FIELDS[field])
    if field.isalpha():
        raise Fault(
            f"The pattern of a date knows no '{field}'.",
            hint=f"There are: {', '.join(sorted([*_FIELDS, *_NUMBERS]))} and SSS.",
        )
    return field


MOMENT_METHODS: dict[str, Callable[..., object]] = {
    **_shifts(),
    "after": lambda m, other: _order(m, other) > 0,
    "before": lambda m, other: _order(m, other) < 0,
    "compareTo": _order,
    "equals": lambda m, other: m == other,
    "getDayOfMonth": lambda m: m.day,
    "getDayOfWeek": lambda m: m.isoweekday(),
    "getHourOfDay": lambda m: _instant(m).hour,
    "getMillis": lambda m: int(_instant(m).timestamp() * 1000),
    "getMinuteOfHour": lambda m: _instant(m).minute,
    "getMonthOfYear": lambda m: m.month,
    "getTime": lambda m: int(_instant(m).timestamp() * 1000),
    "getYear": lambda m: m.year,
    "isAfter": lambda m, other: _order(m, other) > 0,
    "isBefore": lambda m, other: _order(m, other) < 0,
    "isEqual": lambda m, other: _order(m, other) == 0,
    "toDate": lambda m: m,
    "toDateTime": lambda m: m,
    "toLocalDate": lambda m: m.date() if isinstance(m, datetime) else m,
    "toString": lambda m, pattern=None: m.isoformat() if pattern is None else _format(m, pattern),
    "withTimeAtStartOfDay": _midnight,
}
"""Method name to a function of the moment and the arguments."""
