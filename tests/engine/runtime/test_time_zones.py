"""Timers by the wall clock of a time zone, over the nights when clocks are changed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bpmn.model import TimerKind
from engine.runtime.timers import Cycle, TimerInvalid, moment, timing

FRIDAY = datetime(2026, 3, 27, 12, tzinfo=UTC)
AUTUMN = datetime(2026, 10, 23, 12, tzinfo=UTC)


def _times(text: str, now: datetime, count: int = 4) -> list[str]:
    """Month, day and UTC time of the first occurrences."""
    found = timing(TimerKind.CYCLE, text, now)
    index, due = found.index, found.due
    dues = [due]
    while len(dues) < count:
        following = Cycle.decode(found.cycle).next_after(index, due)
        assert following is not None
        index, due = following
        dues.append(due)
    assert all(due.tzinfo is UTC for due in dues)
    return [f"{due:%m-%d %H:%M}" for due in dues]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-29T09:00:00[Europe/Berlin]", "2026-03-29T07:00:00+00:00"),
        ("2026-03-28T09:00:00[Europe/Berlin]", "2026-03-28T08:00:00+00:00"),
        ("2026-03-28T09:00:00+01:00[Europe/Berlin]", "2026-03-28T08:00:00+00:00"),
        ("2026-03-28T09:00:00", "2026-03-28T09:00:00+00:00"),
    ],
)
def test_a_named_zone_tells_which_wall_clock_a_date_means(text, expected):
    assert moment(text, FRIDAY).isoformat() == expected


def test_days_keep_the_wall_clock_when_clocks_are_put_forward():
    times = _times("R/2026-03-28T09:00:00[Europe/Berlin]/P1D", FRIDAY)
    assert times == ["03-28 08:00", "03-29 07:00", "03-30 07:00", "03-31 07:00"]


def test_hours_keep_the_elapsed_time():
    times = _times("R/2026-03-28T09:00:00[Europe/Berlin]/PT24H", FRIDAY)
    assert times == ["03-28 08:00", "03-29 08:00", "03-30 08:00", "03-31 08:00"]


def test_months_keep_the_wall_clock():
    times = _times("R4/2026-01-31T09:00:00[Europe/Berlin]/P1M", datetime(2026, 1, 1, tzinfo=UTC))
    assert times == ["01-31 08:00", "02-28 08:00", "03-31 07:00", "04-30 07:00"]


def test_without_a_zone_a_day_has_24_hours():
    times = _times("R/2026-03-28T09:00:00+01:00/P1D", FRIDAY)
    assert times == ["03-28 08:00", "03-29 08:00", "03-30 08:00", "03-31 08:00"]


@pytest.mark.parametrize("prefix", ["CRON_TZ", "TZ"])
def test_cron_by_a_zone_keeps_the_wall_clock(prefix):
    times = _times(f"{prefix}=Europe/Berlin 0 9 * * *", FRIDAY)
    assert times == ["03-28 08:00", "03-29 07:00", "03-30 07:00", "03-31 07:00"]


def test_an_hour_that_the_clock_leaves_out_comes_when_it_is_past():
    times = _times("CRON_TZ=Europe/Berlin 30 2 * * *", FRIDAY, 3)
    assert times == ["03-28 01:30", "03-29 01:00", "03-30 00:30"]


def test_a_fixed_hour_that_the_clock_shows_twice_comes_once():
    times = _times("CRON_TZ=Europe/Berlin 30 2 * * *", AUTUMN, 3)
    assert times == ["10-24 00:30", "10-25 00:30", "10-26 01:30"]


def test_every_half_hour_comes_in_both_of_the_hours():
    now = datetime(2026, 10, 24, 23, 45, tzinfo=UTC)
    times = _times("CRON_TZ=Europe/Berlin */30 * * * *", now, 6)
    assert times[:5] == ["10-25 00:00", "10-25 00:30", "10-25 01:00", "10-25 01:30", "10-25 02:00"]


def test_seconds_stand_first_with_a_zone_too():
    assert _times("TZ=Europe/Berlin 30 0 9 * * MON", FRIDAY, 2) == ["03-30 07:00", "04-06 07:00"]


@pytest.mark.parametrize(
    "text", ["CRON_TZ=Nowhere/City 0 9 * * *", "R/2026-03-28T09:00:00[Nowhere/City]/P1D"]
)
def test_a_zone_that_does_not_exist_is_told(text):
    with pytest.raises(TimerInvalid, match="Nowhere/City"):
        timing(TimerKind.CYCLE, text, FRIDAY)


def test_what_was_stored_before_zones_can_be_read():
    assert Cycle.decode("3|2026-01-05T08:00:00+00:00|P0M1DT0S|").zone == ""
