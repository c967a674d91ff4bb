"""Functions that make a value of another type."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from bpmn.expressions.faults import Fault
from bpmn.expressions.feel import temporal
from bpmn.expressions.feel.arguments import number, only, text, whole
from bpmn.expressions.feel.moments import (
    Beyond,
    Moment,
    combine,
    date_part,
    make_date,
    near_of,
    split,
    time_part,
    unite,
)
from bpmn.expressions.feel.registry import builtin, refuse
from bpmn.expressions.feel.values import (
    Function,
    Months,
    NullResult,
    Range,
    kind_of,
    number_of,
    plain_number,
    read_decimal,
    to_plain,
)
from bpmn.expressions.limits import MAX_STRING

_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")


@builtin("string", "from")
def _string(value: object) -> str | None:
    return None if value is None else write(value)


def write(value: object) -> str:
    """Write a value as ``string()`` does; strings inside of lists are quoted."""
    return value if isinstance(value, str) else _Writer().write(value)


class _Writer:
    def __init__(self) -> None:
        self._left = MAX_STRING // 4

    def write(self, value: object) -> str:
        self._left -= 1
        if self._left < 0:
            raise Fault("The text of the value is too long.", code="expression-limit")
        if isinstance(value, str):
            escaped = value.replace("\\", "\\\\").replace('"', '\\"')
            return f'"{escaped}"'
        if isinstance(value, (list, tuple)):
            return f"[{', '.join(self.write(item) for item in value)}]"
        if isinstance(value, dict):
            return self._context(value)
        return _scalar(value)

    def _context(self, value: dict[str, Any]) -> str:
        return f"{{{', '.join(f'{key}: {self.write(item)}' for key, item in value.items())}}}"


def _scalar(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    found = number_of(value)
    if found is not None:
        return _number_text(found)
    if isinstance(value, Range):
        opening, closing = "[" if value.start_included else "(", "]" if value.end_included else ")"
        return f"{opening}{_scalar(value.start)}..{_scalar(value.end)}{closing}"
    if isinstance(value, Function):
        return f"function({', '.join(value.parameters)})"
    return value if isinstance(value, str) else temporal.write(value)


def _number_text(value: int | Decimal) -> str:
    if isinstance(value, int):
        return str(value)
    if abs(value.adjusted()) > 300:
        return str(value)
    digits = format(value, "f")
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


@builtin("number", "from")
def _number(value: object) -> object:
    if isinstance(only(value), str):
        return _read_number(text(value))
    return number(value)


@builtin("number", "from", "grouping separator", "decimal separator")
def _grouped_number(value: object, grouping: object, point: object) -> object:
    source = text(value)
    separators = [None if mark is None else text(mark) for mark in (grouping, point)]
    if separators[0] not in {None, " ", ",", "."} or separators[1] not in {None, ",", "."}:
        raise refuse("a separator is one of ' ', ',' and '.'")
    if separators[0] == separators[1] and separators[0] is not None:
        raise refuse("the two separators are the same")
    if separators[0]:
        source = source.replace(separators[0], "")
    if separators[1]:
        source = source.replace(separators[1], ".")
    return _read_number(source)


def _read_number(source: str) -> object:
    if not _NUMBER.fullmatch(source) or len(source) > 100:
        raise refuse(f"'{source[:60]}' is no number")
    found = read_decimal(source)
    if found is None:
        raise refuse(f"'{source[:60]}' is too large")
    if found.adjusted() < 34 and found == int(found):
        return plain_number(found)
    return found


@builtin("date", "from")
def _date(value: object) -> Moment | None:
    moment = only(value)
    if isinstance(near_of(moment), date):
        assert isinstance(moment, (date, Beyond))
        return date_part(moment)
    found: Moment | None = temporal.parse_date(text(moment))
    if found is None:
        raise _unreadable(moment, "date")
    return found


@builtin("date", "year", "month", "day")
def _date_of(year: object, month: object, day: object) -> Moment:
    try:
        return make_date(whole(year), whole(month), whole(day))
    except (OverflowError, ValueError) as problem:
        raise refuse(f"there is no such date: {problem}") from problem


@builtin("time", "from")
def _time(value: object) -> Moment | None:
    moment = only(value)
    near = near_of(moment)
    if isinstance(near, (datetime, time)):
        assert isinstance(moment, (datetime, time, Beyond))
        return time_part(moment)
    if isinstance(near, date):
        return time(tzinfo=UTC)
    found: Moment | None = temporal.parse_time(text(moment))
    if found is None:
        raise _unreadable(moment, "time")
    return found


@builtin("time", "hour", "minute", "second", "offset?")
def _time_of(hour: object, minute: object, second: object, offset: object = None) -> Moment:
    seconds = Decimal(number(second))
    if not 0 <= seconds < 60:
        raise refuse(f"there is no such time: second {seconds}")
    nanos = int((seconds - int(seconds)) * 1_000_000_000)
    try:
        clock = time(whole(hour), whole(minute), int(seconds), nanos // 1000, _offset(offset))
    except (OverflowError, ValueError) as problem:
        raise refuse(f"there is no such time: {problem}") from problem
    return Beyond(clock, 0, nanos % 1000) if nanos % 1000 else clock


def _offset(offset: object) -> tzinfo | None:
    if offset is None:
        return None
    if isinstance(offset, str):
        return _zone(offset)
    if isinstance(offset, timedelta):
        return temporal.fixed_zone(offset)
    raise refuse("the offset is no days and time duration")


@builtin("date and time", "from")
def _date_and_time(value: object) -> Moment | None:
    moment = only(value)
    near = near_of(moment)
    if isinstance(near, date):
        assert isinstance(moment, (date, Beyond))
        return moment if isinstance(near, datetime) else combine(moment, time.min)
    found: Moment | None = temporal.parse_date_time(text(moment))
    if found is None:
        raise _unreadable(moment, "date and time")
    return found


@builtin("date and time", "date", "time")
def _date_and_time_of(day: object, clock: object) -> Moment | None:
    first, second = only(day), only(clock)
    if isinstance(first, (date, Beyond)) and isinstance(near_of(first), date):
        if isinstance(second, str):
            return _in_zone(first, second)
        if isinstance(near_of(second), time):
            assert isinstance(second, (time, Beyond))
            return combine(first, second)
    raise refuse("date and time() takes a date and a time")


@builtin("date and time", "year", "month", "day", "hour", "minute", "second")
@builtin("date and time", "year", "month", "day", "hour", "minute", "second", "offset?")
def _date_and_time_of_parts(*parts: object) -> Moment | None:
    day, clock = _date_of(*parts[:3]), _time_of(*parts[3:])
    return combine(day, clock)


def _in_zone(moment: Moment, name: str) -> Moment | None:
    zone = _zone(name)
    near, cycles, nanos = split(moment)
    if not isinstance(near, datetime):
        assert isinstance(near, date)
        return unite(datetime.combine(near, time.min, zone), cycles, nanos)
    if near.tzinfo is None:
        return unite(near.replace(tzinfo=zone), cycles, nanos)
    return unite(near.astimezone(zone), cycles, nanos)


def _zone(name: str) -> tzinfo:
    try:
        return temporal.find_zone(name)
    except ValueError:
        raise refuse(f"'{name[:60]}' is no time zone") from None


@builtin("duration", "from")
def _duration(value: object) -> object:
    moment = only(value)
    if isinstance(moment, (timedelta, Months)):
        return moment
    found = temporal.parse_duration(text(moment))
    if found is None:
        raise _unreadable(moment, "duration")
    return found


def _unreadable(source: object, wanted: str) -> NullResult:
    return refuse(f"'{str(source)[:60]}' is no {wanted} ({kind_of(source)})")


@builtin("to json", "value", camunda=True)
def _to_json(value: object) -> str:
    try:
        return json.dumps(to_plain(value), default=temporal.write, ensure_ascii=False)
    except Fault as fault:
        raise refuse(fault.message) from fault


@builtin("from json", "value", camunda=True)
def _from_json(value: object) -> object:
    try:
        return json.loads(text(value), parse_float=Decimal, parse_constant=_no_number)
    except (RecursionError, ValueError) as problem:
        raise refuse(f"the text is no JSON: {problem}") from problem


def _no_number(name: str) -> object:
    raise ValueError(f"{name} is no number")
