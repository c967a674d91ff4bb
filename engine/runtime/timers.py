"""Timers: ISO 8601 dates, durations and repetitions, and cron; pure, no clock is read.

Times are aware UTC; a time without zone is taken as UTC. With a name (``[Europe/Berlin]`` after a
date, ``CRON_TZ=Europe/Berlin`` before cron) days and months go by the wall clock there. Months and
years are calendar-correct: the n-th occurrence of ``R/2026-01-31T00:00:00Z/P1M`` is the start plus
n months.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from croniter import CroniterError, croniter

from bpmn.model import TimerKind
from engine.runtime.periods import Period

_REPEAT = re.compile(r"R(-?\d*)/(.+)", re.DOTALL)
_ZONE_NAME = re.compile(r"\[([^\]]+)\]$")
# A slash in brackets belongs to the name of a zone.
_SLASH = re.compile(r"/(?![^\[]*\])")
_CRON_ZONE = re.compile(r"(?:CRON_)?TZ=(\S+)\s+(.+)", re.DOTALL)
_FAR = 20  # Years in which a cron text must be due.


class TimerInvalid(ValueError):
    """A timer's value is no date, duration or repetition; the text says what it should be."""


@dataclass(frozen=True, slots=True)
class Cycle:
    """A repetition with its first occurrence fixed, so that the n-th is always the same.

    Attributes:
        repetitions: how often in all, ``None`` without end.
        start: when occurrence 0 is due; for cron, when it was armed.
        period: between occurrences, ``None`` for cron.
        cron: five to seven fields, empty for ISO 8601.
        end: no occurrence is after it.
        zone: name of the time zone by whose wall clock days, months and cron are counted.
    """

    repetitions: int | None
    start: datetime
    period: Period | None
    cron: str = ""
    end: datetime | None = None
    zone: str = ""

    def encode(self) -> str:
        """A text for the state; `decode` is its inverse."""
        times = "" if self.repetitions is None else str(self.repetitions)
        period = self.cron if self.period is None else self.period.isoformat()
        end = "" if self.end is None else self.end.isoformat()
        zone = f"|{self.zone}" if self.zone else ""
        return f"{times}|{self.start.isoformat()}|{period}|{end}{zone}"

    @classmethod
    def decode(cls, text: str) -> Cycle:
        """The inverse of `encode`."""
        times, start, rest, end, *zone = text.split("|")
        period = Period.parse(rest)
        return cls(
            int(times) if times else None,
            datetime.fromisoformat(start),
            period,
            rest if period is None else "",
            datetime.fromisoformat(end) if end else None,
            zone[0] if zone else "",
        )

    def occurrence(self, index: int) -> datetime | None:
        """When occurrence *index* (from 0) is due, ``None`` after the last; not for cron."""
        if self.period is None or (self.repetitions is not None and index >= self.repetitions):
            return None
        due = self.period.times(index).after(self.start, _zone(self.zone))
        return None if self.end is not None and due > self.end else due

    def first(self, now: datetime) -> tuple[int, datetime] | None:
        """Index and time of the first occurrence that is not before *now*."""
        return self._from(0, now)

    def next_after(self, fired: int, now: datetime) -> tuple[int, datetime] | None:
        """Index and time of what is due after occurrence *fired*; ``None`` after the last.

        Of an endless repetition, what was missed is skipped: a server that was down does not fire
        a backlog. A counted one fires each of its times.
        """
        if self.period is None or self.repetitions is None:
            return self._from(fired + 1, now + timedelta(microseconds=1))
        due = self.occurrence(fired + 1)
        return None if due is None else (fired + 1, due)

    def _from(self, index: int, now: datetime) -> tuple[int, datetime] | None:
        if self.period is None:
            return index, _cron_after(self.cron, now, self.zone)
        # Jump near: an old start must not cost a walk of all its occurrences.
        index = max(index, (now - self.start) // self.period.longest)
        due = self.occurrence(index)
        while due is not None and due < now:
            index += 1
            due = self.occurrence(index)
        return None if due is None else (index, due)


@dataclass(frozen=True, slots=True)
class Timing:
    """When a timer is due first; ``cycle`` is its encoded repetition, ``index`` where it begins."""

    due: datetime
    cycle: str = ""
    index: int = 0


def timing(kind: TimerKind, value: object, now: datetime) -> Timing:
    """When a timer that is armed *now* is due.

    Args:
        kind: which child the timer event definition has.
        value: what its expression gave: text, or a date, time or duration of the language.
        now: aware UTC.

    Raises:
        TimerInvalid: the value does not fit.
    """
    try:
        if kind is not TimerKind.CYCLE:
            return Timing(moment(value, now))
        cycle = parse_cycle(value, now)
        first = cycle.first(now)
    except (OverflowError, ValueError) as problem:
        if isinstance(problem, TimerInvalid):
            raise
        raise TimerInvalid(f"{value!r} leads to a date that no calendar has.") from problem
    if first is None:
        raise TimerInvalid(f"{value!r} has no occurrence from {now.isoformat()} on.")
    index, due = first
    return Timing(due, cycle.encode(), index)


def moment(value: object, now: datetime) -> datetime:
    """A date, or a duration from *now*, as aware UTC.

    Raises:
        TimerInvalid: it is neither.
    """
    if isinstance(value, datetime):
        return _utc(value)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    if isinstance(value, timedelta):
        return now + value
    text = _text(value)
    period = Period.parse(text)
    try:
        return _date(text) if period is None else period.after(now)
    except (OverflowError, ValueError) as problem:
        if isinstance(problem, TimerInvalid):
            raise
        raise TimerInvalid(f"{text!r} leads to a date that no calendar has.") from problem


def parse_cycle(value: object, now: datetime) -> Cycle:
    """A repetition: ``R3/PT10H``, ``R/2026-01-01T00:00:00Z/P1D``, ``R/P1D/END``, or cron.

    Raises:
        TimerInvalid: it is none of these.
    """
    if isinstance(value, timedelta):
        return Cycle(None, now + value, Period(0, value))
    text = _text(value)
    found = _REPEAT.fullmatch(text)
    if found is None:
        period = Period.parse(text)
        return _cron(text, now) if period is None else Cycle(1, period.after(now), period)
    times = None if found[1] in {"", "-1"} else int(found[1])
    first, *more = _SLASH.split(found[2])
    if not more:
        period = _positive(first)
        return Cycle(times, period.after(now), period)
    if len(more) > 1:
        raise TimerInvalid(f"{text!r} has too many parts; write R3/PT10H or R3/START/PT10H.")
    if first.startswith("P"):
        period = _positive(first)
        return Cycle(times, period.after(now), period, end=_date(more[0]))
    return Cycle(times, _date(first), _positive(more[0]), zone=_named_zone(first))


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()


def _positive(text: str) -> Period:
    period = Period.parse(text)
    if period is None or period.months < 0 or period.longest <= timedelta(0):
        raise TimerInvalid(f"{text!r} is no ISO 8601 period such as PT1H or P1D.")
    return period


def _date(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(_ZONE_NAME.sub("", text))
    except ValueError as problem:
        raise TimerInvalid(
            f"{text!r} is no ISO 8601 date such as 2026-12-24T18:00:00Z, and no duration."
        ) from problem
    if found.tzinfo is None:
        found = found.replace(tzinfo=_zone(_named_zone(text)))
    return _utc(found)


def _named_zone(text: str) -> str:
    """The zone's name at the end of a date as Java writes it: ``...+01:00[Europe/Berlin]``."""
    found = _ZONE_NAME.search(text)
    return "" if found is None else found[1]


def _zone(name: str) -> tzinfo:
    if not name:
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as problem:
        raise TimerInvalid(f"{name!r} is no time zone such as Europe/Berlin.") from problem


def _utc(value: datetime) -> datetime:
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _cron(text: str, now: datetime) -> Cycle:
    zoned = _CRON_ZONE.fullmatch(text)
    zone, text = (zoned[1], zoned[2]) if zoned else ("", text)
    is_named = text.startswith("@") and text[1:].isalpha()
    if not is_named and ("|" in text or not 5 <= len(text.split()) <= 7):
        raise TimerInvalid(f"{text!r} is no repetition; write R3/PT10H, R/PT1H or cron fields.")
    _cron_after(text, now, zone)
    return Cycle(None, now, None, cron=" ".join(text.split()), zone=zone)


def _cron_after(text: str, now: datetime, zone: str) -> datetime:
    """The next time of a cron text: five fields, or six and seven as Quartz, seconds first.

    Where clocks are put back, a fixed hour comes once, the first time that the clock shows it.
    """
    fields = text.split()
    has_seconds = len(fields) > 5
    local = now.astimezone(_zone(zone))
    try:
        walk = croniter(
            text, local, second_at_beginning=has_seconds, max_years_between_matches=_FAR
        )
        found: datetime = walk.get_next(datetime)
        while found.fold and not fields[has_seconds + 1].startswith("*"):
            found = walk.get_next(datetime)
    except (CroniterError, ValueError) as problem:
        raise TimerInvalid(f"{text!r} is no cron text that is ever due: {problem}.") from problem
    return found.astimezone(UTC)
