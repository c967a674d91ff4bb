"""Dates and times beyond Python's own: years outside of 1 to 9999, and nanoseconds.

The calendar repeats itself every 400 years, weekdays included. So a far date is a near one with
a number of such cycles, and everything but its year can be read off the near one.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

CYCLE_YEARS = 400
CYCLE = timedelta(days=146_097)
MAX_YEAR = 999_999_999
"""DMN 1.5, 10.3.2.3.4: years from -999,999,999 to 999,999,999."""

_FIRST = 2000
_DAY = timedelta(days=1)
_MICRO = timedelta(microseconds=1)
_CYCLE_MICRO = CYCLE // _MICRO


@dataclass(frozen=True, slots=True)
class Beyond:
    """A date, time or date and time that Python's types cannot hold.

    Attributes:
        near: the same moment in the years 1 to 9999, with microseconds.
        cycles: how many times 400 years it is later than *near*; negative for earlier.
        nanos: 0 to 999 nanoseconds on top of the microseconds.
    """

    near: date | time
    cycles: int
    nanos: int

    @property
    def year(self) -> int:
        """The year; only of dates."""
        assert isinstance(self.near, date)
        return self.near.year + CYCLE_YEARS * self.cycles


Moment = date | time | Beyond


class FineDuration(timedelta):
    """A duration as it was written with nanoseconds; calculations drop them.

    Attributes:
        nanos: 0 to 999, away from zero on top of the microseconds.
    """

    nanos: int

    @classmethod
    def of(cls, duration: timedelta, nanos: int) -> FineDuration:
        """Put nanoseconds on top of a duration."""
        made = cls(duration.days, duration.seconds, duration.microseconds)
        made.nanos = nanos
        return made


def near_of(value: object) -> object:
    """Give the Python value behind a moment; everything else stays as it is."""
    return value.near if type(value) is Beyond else value


def year_of(moment: date | Beyond) -> int:
    """Give the year, in -999,999,999 to 999,999,999."""
    return moment.year


def split(moment: Moment) -> tuple[date | time, int, int]:
    """Give the near moment, the cycles and the nanoseconds."""
    if isinstance(moment, Beyond):
        return moment.near, moment.cycles, moment.nanos
    return moment, 0, 0


def unite(near: date | time, cycles: int, nanos: int) -> Moment | None:
    """Make one value of the parts; ``None`` outside of DMN's years."""
    if isinstance(near, date):
        year = near.year + CYCLE_YEARS * cycles
        if abs(year) > MAX_YEAR:
            return None
        if 1 <= year <= 9999:
            near, cycles = near.replace(year=year), 0
        else:
            cycles, place = divmod(year - _FIRST, CYCLE_YEARS)
            near = near.replace(year=_FIRST + place)
    return Beyond(near, cycles, nanos) if cycles or nanos else near


def make_date(year: int, month: int, day: int) -> date | Beyond:
    """Make a date.

    Raises:
        ValueError: there is no such date.
    """
    cycles, place = divmod(year - _FIRST, CYCLE_YEARS)
    made = unite(date(_FIRST + place, month, day), cycles, 0)
    if made is None:
        raise ValueError("the year is outside of -999999999 to 999999999")
    assert isinstance(made, (date, Beyond))
    return made


def combine(day: Moment, clock: Moment) -> Moment | None:
    """Make a date and time of a date's day and a time; ``None`` outside of DMN's years."""
    near, cycles, _ = split(day)
    hour, _, nanos = split(clock)
    assert isinstance(near, date)
    assert isinstance(hour, time)
    return unite(datetime.combine(near, hour), cycles, nanos)


def date_part(moment: Moment) -> Moment | None:
    """Give the date of a date and time."""
    near, cycles, _ = split(moment)
    return unite(near.date() if isinstance(near, datetime) else near, cycles, 0)


def time_part(moment: Moment) -> Moment | None:
    """Give the time of a date and time, with its zone."""
    near, _, nanos = split(moment)
    return unite(near.timetz() if isinstance(near, datetime) else near, 0, nanos)


def add_months(moment: date | Beyond, months: int) -> Moment | None:
    """Move by months; the 31st becomes the last day of a shorter month."""
    near, _, nanos = split(moment)
    assert isinstance(near, date)
    year, month = divmod(moment.year * 12 + near.month - 1 + months, 12)
    cycles, place = divmod(year - _FIRST, CYCLE_YEARS)
    day = min(near.day, calendar.monthrange(_FIRST + place, month + 1)[1])
    return unite(near.replace(year=_FIRST + place, month=month + 1, day=day), cycles, nanos)


def add_duration(moment: Moment, duration: timedelta) -> Moment | None:
    """Move by a days and time duration; a time wraps around midnight.

    A date moves as if it were midnight UTC, and stays a date (DMN 1.5, table 57).
    """
    near, cycles, nanos = split(moment)
    if isinstance(near, time):
        moved = (datetime.combine(date(_FIRST, 1, 2), near) + duration % _DAY).timetz()
        return unite(moved, 0, nanos)
    turns, rest = divmod(duration, CYCLE)
    start = near if isinstance(near, datetime) else datetime.combine(near, time.min)
    # Moved into the years where the rest of a cycle always fits.
    shift, place = divmod(start.year - _FIRST, CYCLE_YEARS)
    end = _later(start.replace(year=_FIRST + place), rest)
    return unite(end if isinstance(near, datetime) else end.date(), cycles + turns + shift, nanos)


def _later(start: datetime, duration: timedelta) -> datetime:
    """Move along the time line: an hour is an hour, also where a zone changes its offset."""
    if isinstance(start.tzinfo, ZoneInfo):
        return (start.astimezone(UTC) + duration).astimezone(start.tzinfo)
    return start + duration


def difference(left: Moment, right: Moment) -> timedelta | None:
    """Subtract two dates, or two times; ``None`` when one has an offset and the other has not."""
    (a, more, _), (b, less, _) = split(left), split(right)
    if has_offset(a) != has_offset(b):
        return None
    try:
        return _comparable(a) - _comparable(b) + (more - less) * CYCLE
    except OverflowError:
        return None


def _comparable(near: date | time) -> datetime:
    if isinstance(near, datetime):
        # Python subtracts two moments of the same zone as if it had one offset.
        return near.astimezone(UTC) if isinstance(near.tzinfo, ZoneInfo) else near
    if isinstance(near, time):
        return datetime.combine(date(_FIRST, 1, 2), near)
    # A date alone counts as midnight UTC (DMN 1.5, 10.3.2.3.5).
    return datetime.combine(near, time.min, UTC)


def has_offset(near: date | time) -> bool:
    """Tell whether a moment is fixed on the time line; a date alone is, at midnight UTC."""
    return not isinstance(near, (datetime, time)) or near.utcoffset() is not None


def order_of(moment: Moment) -> int:
    """Give nanoseconds that order moments with offset, or without; never mix the two."""
    near, cycles, nanos = split(moment)
    found = _comparable(near)
    start = datetime(_FIRST, 1, 1, tzinfo=UTC if found.utcoffset() is not None else None)
    if found.utcoffset() is None:
        found = found.replace(tzinfo=None)
    return ((found - start) // _MICRO + cycles * _CYCLE_MICRO) * 1000 + nanos
