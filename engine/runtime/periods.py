"""ISO 8601 durations, correct by the calendar: a month is a month, not thirty days."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

# Digits are limited, so that no text makes a number that no calendar has room for.
_WHOLE = r"\d{1,9}"
_NUMBER = rf"{_WHOLE}(?:[.,]\d{{1,9}})?"
_DURATION = re.compile(
    rf"([+-])?P(?=.)(?:({_WHOLE})Y)?(?:({_WHOLE})M)?(?:({_NUMBER})W)?(?:({_NUMBER})D)?"
    rf"(?:T(?=.)(?:({_NUMBER})H)?(?:({_NUMBER})M)?(?:({_NUMBER})S)?)?"
)
_LONGEST_MONTH = 31


@dataclass(frozen=True, slots=True)
class Period:
    """A duration of months, days and exact time, each possibly negative.

    A day is one of the calendar: where clocks are put forward it has 23 hours.
    """

    months: int
    exact: timedelta
    days: int = 0

    @classmethod
    def parse(cls, text: str) -> Period | None:
        """Read ``P1Y2M``, ``P3D``, ``PT1H30M``, ``-PT5M``; ``None`` when it is no such text."""
        found = _DURATION.fullmatch(text.strip())
        if found is None:
            return None
        sign, *parts = found.groups()
        years, months, weeks, days, hours, minutes, seconds = (
            float((part or "0").replace(",", ".")) for part in parts
        )
        whole = int(weeks * 7 + days)
        part = weeks * 7 + days - whole
        exact = timedelta(days=part, hours=hours, minutes=minutes, seconds=seconds)
        period = cls(int(years) * 12 + int(months), exact, whole)
        return period.times(-1) if sign == "-" else period

    def times(self, count: int) -> Period:
        """*count* of it in a row."""
        return Period(self.months * count, self.exact * count, self.days * count)

    def after(self, start: datetime, zone: tzinfo = UTC) -> datetime:
        """*start* plus this, in UTC; a day that the month lacks becomes its last.

        Months and days go by the clock on the wall of *zone*, hours and less by elapsed time. A
        wall clock that is put forward over the hour shows that hour nowhere: then it is later.

        Raises:
            OverflowError, ValueError: the year would be out of range.
        """
        wall = start.astimezone(zone)
        if self.months:
            year, month = divmod(wall.year * 12 + wall.month - 1 + self.months, 12)
            day = min(wall.day, monthrange(year, month + 1)[1])
            wall = wall.replace(year=year, month=month + 1, day=day)
        # Python adds to the wall clock of an aware time.
        return (wall + timedelta(days=self.days)).astimezone(UTC) + self.exact

    @property
    def longest(self) -> timedelta:
        """An upper bound, whatever months it meets."""
        return timedelta(days=self.months * _LONGEST_MONTH + self.days) + self.exact

    def isoformat(self) -> str:
        """A text that `parse` reads back."""
        micro = self.exact // timedelta(microseconds=1)
        sign = "-" if self.months < 0 or self.days < 0 or micro < 0 else ""
        seconds, rest = divmod(abs(micro), 1_000_000)
        fraction = f".{rest:06}" if rest else ""
        return f"{sign}P{abs(self.months)}M{abs(self.days)}DT{seconds}{fraction}S"
