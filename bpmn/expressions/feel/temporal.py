"""Dates, times and durations: reading, writing, and moving by a duration."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bpmn.expressions.feel.moments import (
    Beyond,
    FineDuration,
    Moment,
    add_duration,
    combine,
    make_date,
    near_of,
)
from bpmn.expressions.feel.values import Months

_DATE = re.compile(r"(-?(?:[0-9]{4}|[1-9][0-9]{4,8}))-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(
    r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9}))?"
    r"(Z|z|[+-][0-9]{2}:[0-9]{2}(?::[0-9]{2})?|@[A-Za-z][\w/+-]*)?"
)
_DAYS = re.compile(
    r"(-)?P(?:([0-9]+)D)?(?:T(?=[0-9])(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+(?:\.[0-9]*)?)S)?)?"
)
_MONTHS = re.compile(r"(-)?P(?:([0-9]+)Y)?(?:([0-9]+)M)?")


def parse_date(text: str) -> date | Beyond | None:
    """Read ``2024-01-31``; a year has four digits or more, and may be negative."""
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    try:
        return make_date(*(int(part) for part in match.groups()))
    except ValueError:
        return None


def parse_time(text: str) -> time | Beyond | None:
    """Read ``09:30:00``, with ``Z``, an offset or ``@Europe/Paris`` behind it."""
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hour, minute, second = (int(match[index]) for index in (1, 2, 3))
    nanos = int((match[4] or "").ljust(9, "0"))
    try:
        near = time(hour, minute, second, nanos // 1000, _zone(match[5]))
    except (ValueError, ZoneInfoNotFoundError):
        return None
    return Beyond(near, 0, nanos % 1000) if nanos % 1000 else near


def _zone(text: str | None) -> tzinfo | None:
    if text is None:
        return None
    if text in {"Z", "z"}:
        return UTC
    if text.startswith("@"):
        return find_zone(text[1:])
    hours, minutes, *seconds = (int(part) for part in text[1:].split(":"))
    offset = timedelta(hours=hours, minutes=minutes, seconds=sum(seconds))
    if hours > 14 or minutes > 59:
        raise ValueError(text)
    return timezone(-offset if text.startswith("-") else offset)


def find_zone(name: str) -> tzinfo:
    """Give a zone of the IANA database.

    Raises:
        ValueError: there is none of that name.
    """
    if name == "Z":
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError) as problem:
        raise ValueError(name) from problem


def parse_date_time(text: str) -> datetime | Beyond | None:
    """Read ``2024-01-31T09:30:00``, with a zone as a time has it; a date alone is midnight."""
    day_text, separator, time_text = text.partition("T")
    day: Moment | None = parse_date(day_text)
    if separator and time_text.startswith("24:00:00"):
        # ISO 8601's other name of the midnight that ends a day.
        day = None if day is None else add_duration(day, timedelta(days=1))
        time_text = f"00{time_text[2:]}"
    clock = parse_time(time_text) if separator else time.min
    if day is None or clock is None:
        return None
    found = combine(day, clock)
    return found if isinstance(found, (datetime, Beyond)) else None


def parse_duration(text: str) -> timedelta | Months | None:
    """Read ``P2DT3H`` or ``P1Y6M``."""
    match = _MONTHS.fullmatch(text)
    if match and (match[2] or match[3]) and len(text) < 20:
        months = int(match[2] or 0) * 12 + int(match[3] or 0)
        return Months(-months if match[1] else months)
    match = _DAYS.fullmatch(text)
    if match is None or not any(match.group(2, 3, 4, 5)) or len(text) > 60:
        return None
    days, hours, minutes = (int(part or 0) for part in match.group(2, 3, 4))
    nanos = int(Decimal(match[5] or 0) * 1_000_000_000)
    try:
        duration = timedelta(days=days, hours=hours, minutes=minutes, microseconds=nanos // 1000)
        duration = -duration if match[1] else duration
    except OverflowError:
        return None
    return FineDuration.of(duration, nanos % 1000) if nanos % 1000 else duration


def parse_any(text: str) -> object:
    """Read what ``@"..."`` holds, ``None`` when it is no temporal value."""
    if text.lstrip("-").startswith("P"):
        return parse_duration(text)
    if "T" in text.partition("@")[0]:
        return parse_date_time(text)
    return parse_date(text) or parse_time(text)


def write(value: object) -> str:
    """Write a temporal value as FEEL's ``string()`` does."""
    if isinstance(value, timedelta):
        return write_duration(value)
    nanos = value.nanos if isinstance(value, Beyond) else 0
    near = near_of(value)
    if isinstance(near, datetime):
        return f"{_write_date(value)}T{_write_time(near.timetz(), nanos)}"
    if isinstance(near, time):
        return _write_time(near, nanos)
    return _write_date(value) if isinstance(near, date) else str(value)


def _write_date(value: object) -> str:
    near = near_of(value)
    assert isinstance(near, date)
    year = value.year if isinstance(value, Beyond) else near.year
    return f"{'-' if year < 0 else ''}{abs(year):04}-{near.month:02}-{near.day:02}"


def _write_time(near: time, nanos: int) -> str:
    plain = near.strftime("%H:%M:%S")
    fraction = f"{near.microsecond * 1000 + nanos:09}".rstrip("0")
    return plain + (f".{fraction}" if fraction else "") + _write_zone(near.tzinfo, near)


def _write_zone(zone: tzinfo | None, value: time) -> str:
    if zone is None:
        return ""
    if isinstance(zone, ZoneInfo):
        return f"@{zone.key}"
    offset = value.utcoffset() or timedelta()
    if not offset:
        return "Z"
    minutes, seconds = divmod(int(abs(offset).total_seconds()), 60)
    sign = "-" if offset < timedelta() else "+"
    return f"{sign}{minutes // 60:02}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")


def write_duration(duration: timedelta) -> str:
    """Write a days and time duration as ISO 8601 does: ``P1DT2H``."""
    total = abs(duration)
    minutes, seconds = divmod(total.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    nanos = duration.nanos if isinstance(duration, FineDuration) else 0
    fraction = f".{total.microseconds * 1000 + nanos:09}".rstrip("0").rstrip(".")
    clock = "".join(
        f"{amount}{unit}"
        for amount, unit in ((hours, "H"), (minutes, "M"), (f"{seconds}{fraction}", "S"))
        if amount not in {0, "0"}
    )
    days = f"{total.days}D" if total.days else ""
    body = days + (f"T{clock}" if clock else "") or "T0S"
    return f"{'-' if duration < timedelta() else ''}P{body}"


def read_property(value: object, name: str) -> object:
    """Read ``date.year`` and its like; ``None`` when there is no such property.

    Raises:
        KeyError: the value has no such property.
    """
    if isinstance(value, Months):
        sign = -1 if value.months < 0 else 1
        years, months = divmod(abs(value.months), 12)
        return {"years": sign * years, "months": sign * months}[name]
    if isinstance(value, timedelta):
        return _duration_property(value, name)
    return _moment_property(value, name)


def _duration_property(value: timedelta, name: str) -> object:
    sign = -1 if value < timedelta() else 1
    total = abs(value)
    return {
        "days": sign * total.days,
        "hours": sign * (total.seconds // 3600),
        "minutes": sign * (total.seconds // 60 % 60),
        "seconds": sign * (total.seconds % 60),
    }[name]


def _moment_property(value: object, name: str) -> object:
    near = near_of(value)
    if isinstance(near, date):
        if name == "year":
            return value.year if isinstance(value, Beyond) else near.year
        if name in {"month", "day"}:
            return getattr(near, name)
        if name == "weekday":
            return near.isoweekday()
    if isinstance(near, (datetime, time)):
        return _clock_property(near, name)
    raise KeyError(name)


def _clock_property(near: datetime | time, name: str) -> object:
    if name in {"hour", "minute", "second"}:
        return getattr(near, name)
    if name == "time offset":
        return near.utcoffset()
    if name == "timezone":
        return near.tzinfo.key if isinstance(near.tzinfo, ZoneInfo) else None
    raise KeyError(name)


def fixed_zone(offset: timedelta) -> tzinfo:
    """Give the zone of a fixed offset.

    Raises:
        ValueError: it is a day or more.
    """
    return timezone(offset) if offset else UTC
