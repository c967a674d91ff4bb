"""Dates and times of forms: ISO 8601, Java's date patterns, and the zone of the person."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache

from bpmn.forms.model import TimeFormat
from bpmn.forms.situation import Situation

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_ZONE = r"(?:Z|[+-]\d\d:?\d\d(?::\d\d)?)?"
_TIME = re.compile(r"\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?" + _ZONE, re.ASCII)
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](" + _TIME.pattern + ")", re.ASCII)

_LETTERS = {
    "d": ("day", r"\d{1,2}"),
    "M": ("month", r"\d{1,2}"),
    "y": ("year", r"\d{4}"),
    "H": ("hour", r"\d{1,2}"),
    "m": ("minute", r"\d{1,2}"),
    "s": ("second", r"\d{1,2}"),
}
_RUN = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class DatePattern:
    """A Java date pattern of numbers: ``dd/MM/yyyy``, ``yyyy-MM-dd HH:mm``."""

    expression: re.Pattern[str]
    has_time: bool

    def read(self, text: str) -> datetime:
        """The moment, without zone.

        Raises:
            ValueError: *text* does not follow the pattern, or there is no such day.
        """
        match = self.expression.fullmatch(text)
        if match is None:
            raise ValueError(text)
        parts = {name: int(number) for name, number in match.groupdict().items()}
        day = date(parts["year"], parts["month"], parts["day"])
        clock = time(parts.get("hour", 0), parts.get("minute", 0), parts.get("second", 0))
        return datetime.combine(day, clock)


@lru_cache(maxsize=256)
def parse_pattern(pattern: str) -> DatePattern:
    """Read a Java date pattern made of numbers (``d M y H m s``), separators and quoted text.

    Raises:
        ValueError: it has other letters, a two-digit year, a letter twice, or no full date.
    """
    expression: list[str] = []
    seen: set[str] = set()
    for run in _RUN.finditer(pattern):
        letter = run.group(2)
        if letter is None:
            quoted = run.group(1)
            expression.append(re.escape(run.group() if quoted is None else quoted))
            continue
        if letter not in _LETTERS or letter in seen or _is_named(run.group()):
            raise ValueError(run.group())
        seen.add(letter)
        name, number = _LETTERS[letter]
        expression.append(f"(?P<{name}>{number})")
    if not {"d", "M", "y"} <= seen:
        raise ValueError(pattern)
    return DatePattern(re.compile("".join(expression), re.ASCII), bool(seen & set("Hms")))


def _is_named(run: str) -> bool:
    """Month names depend on a language; two-digit years on a century."""
    return (run[0] == "M" and len(run) > 2) or run in {"yy", "yyy"}


def read_date(value: object, situation: Situation, pattern: str = "") -> date:
    """A day from ISO text, from *pattern*, or from Python's own types.

    Raises:
        ValueError: it is none of them, or there is no such day.
    """
    if isinstance(value, datetime):
        return _local(value, situation).date()
    if isinstance(value, date):
        return value
    text = _text(value)
    if _DATE.fullmatch(text):
        return date.fromisoformat(text)
    if _MOMENT.fullmatch(text):
        return _local(datetime.fromisoformat(text), situation).date()
    return parse_pattern(pattern or "yyyy-MM-dd").read(text).date()


def read_datetime(value: object, situation: Situation, pattern: str = "") -> datetime:
    """A moment on the person's clock, without zone, to the second. Errors as `read_date`."""
    if isinstance(value, datetime):
        return _local(value, situation)
    if isinstance(value, date):
        return datetime.combine(value, time())
    text = _text(value)
    if _DATE.fullmatch(text):
        return datetime.combine(date.fromisoformat(text), time())
    if _MOMENT.fullmatch(text) or not pattern:
        if not _MOMENT.fullmatch(text):
            raise ValueError(text)
        return _local(datetime.fromisoformat(text), situation)
    return parse_pattern(pattern).read(text)


def read_time(value: object, situation: Situation) -> time:
    """A time of day on the person's clock, without zone, to the second. Errors as `read_date`."""
    if isinstance(value, datetime):
        return _local(value, situation).time()
    if not isinstance(value, time):
        text = _text(value)
        if not _TIME.fullmatch(text):
            raise ValueError(text)
        value = time.fromisoformat(text)
    if value.tzinfo is None:
        return value.replace(microsecond=0)
    return _local(datetime.combine(situation.today, value), situation).time()


def date_text(value: date) -> str:
    """``YYYY-MM-DD``, as an HTML date input has it."""
    return value.isoformat()


def datetime_text(value: datetime) -> str:
    """``YYYY-MM-DDTHH:MM``, with seconds only when there are some, as an HTML input has it."""
    return value.isoformat(timespec="seconds" if value.second else "minutes")


def time_text(value: time) -> str:
    """``HH:MM``, with seconds only when there are some."""
    return value.isoformat(timespec="seconds" if value.second else "minutes")


def stored_datetime(value: datetime, form: TimeFormat, situation: Situation) -> str:
    """What a datetime field delivers for *value* on the person's clock.

    Raises:
        ValueError: the moment does not exist in UTC (before year 1, after 9999).
    """
    return _zoned(value, form, situation) if _has_zone(form) else datetime_text(value)


def stored_time(value: time, form: TimeFormat, situation: Situation) -> str:
    """What a time field delivers; its offset is today's. Errors as `stored_datetime`."""
    if not _has_zone(form):
        return time_text(value)
    return _zoned(datetime.combine(situation.today, value), form, situation).partition("T")[2]


def _has_zone(form: TimeFormat) -> bool:
    return form is not TimeFormat.NO_TIMEZONE


def _zoned(value: datetime, form: TimeFormat, situation: Situation) -> str:
    aware = value.replace(tzinfo=situation.zone)
    try:
        in_utc = aware.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(value) from error
    if form is TimeFormat.UTC_OFFSET:
        return datetime_text(aware)
    return datetime_text(in_utc.replace(tzinfo=None)) + "Z"


def _local(value: datetime, situation: Situation) -> datetime:
    if value.tzinfo is not None:
        try:
            value = value.astimezone(situation.zone).replace(tzinfo=None)
        except OverflowError as error:
            raise ValueError(value) from error
    return value.replace(microsecond=0)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(value)  # noqa: TRY004 - the caller knows one way to be wrong
    return value.strip()
