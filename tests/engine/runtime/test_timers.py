from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpmn.model import TimerKind
from engine.runtime.periods import Period
from engine.runtime.timers import Cycle, TimerInvalid, moment, parse_cycle, timing

NOW = datetime(2026, 1, 31, 8, tzinfo=UTC)
SECONDS = st.integers(0, 3_000_000_000)
MOMENTS = SECONDS.map(lambda seconds: datetime(1990, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds))


def at(*parts):
    return datetime(*parts, tzinfo=UTC)


def occurrences(text, now, count):
    """The first *count* due times when every timer fires on time."""
    first = timing(TimerKind.CYCLE, text, now)
    found, index, due = [first.due], first.index, first.due
    while len(found) < count:
        following = Cycle.decode(first.cycle).next_after(index, due)
        if following is None:
            break
        index, due = following
        found.append(due)
    return found


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("PT1H", at(2026, 1, 31, 9)),
        ("P1M", at(2026, 2, 28, 8)),
        ("P1Y1M", at(2027, 2, 28, 8)),
        ("P2W", at(2026, 2, 14, 8)),
        ("PT1.5S", at(2026, 1, 31, 8, 0, 1, 500_000)),
        ("-PT1H", at(2026, 1, 31, 7)),
        (timedelta(days=1), at(2026, 2, 1, 8)),
        ("2026-03-01T12:00:00+02:00", at(2026, 3, 1, 10)),
        ("2026-03-01T12:00:00", at(2026, 3, 1, 12)),
        ("2026-03-01T12:00:00Z[Europe/Berlin]", at(2026, 3, 1, 12)),
        ("2026-03-01", at(2026, 3, 1)),
        (date(2026, 3, 1), at(2026, 3, 1)),
        (at(2026, 3, 1), at(2026, 3, 1)),
    ],
)
def test_a_date_or_duration_gives_a_moment_in_utc(value, expected):
    assert moment(value, NOW) == expected


@pytest.mark.parametrize(
    "value", ["", None, "soon", "P", "PT", "P1X", "1H", 7, "P99999Y", "PT9999999999H", "R3/PT1H"]
)
def test_what_is_no_time_says_so(value):
    with pytest.raises(TimerInvalid):
        timing(TimerKind.DURATION, value, NOW)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("R3/PT10H", [at(2026, 1, 31, 18), at(2026, 2, 1, 4), at(2026, 2, 1, 14)]),
        ("R2/2026-02-01T00:00:00Z/P1D", [at(2026, 2, 1), at(2026, 2, 2)]),
        ("R/2026-01-31T00:00:00Z/P1M", [at(2026, 2, 28), at(2026, 3, 31), at(2026, 4, 30)]),
        ("R/PT12H/2026-02-01T09:00:00Z", [at(2026, 1, 31, 20), at(2026, 2, 1, 8)]),
        ("PT1H", [at(2026, 1, 31, 9)]),
        ("0 9 * * *", [at(2026, 1, 31, 9), at(2026, 2, 1, 9), at(2026, 2, 2, 9)]),
        ("30 0 9 ? * MON", [at(2026, 2, 2, 9, 0, 30), at(2026, 2, 9, 9, 0, 30)]),
        ("@hourly", [at(2026, 1, 31, 9), at(2026, 1, 31, 10)]),
    ],
)
def test_a_repetition_gives_its_times(text, expected):
    assert occurrences(text, NOW, 3)[: len(expected)] == expected
    if text.startswith(("R3", "R2", "R/PT12H", "PT")):
        assert occurrences(text, NOW, 9) == expected


@pytest.mark.parametrize(
    "text", ["R3/", "R3/PT0S", "R/-PT1H", "R1/a/b/c", "R2/PT1H/soon", "* * *", "61 * * * *", "x|y"]
)
def test_what_is_no_repetition_says_so(text):
    with pytest.raises(TimerInvalid):
        timing(TimerKind.CYCLE, text, NOW)


def test_an_old_start_fires_no_backlog():
    found = occurrences("R/2020-01-01T00:00:00Z/P1D", NOW, 2)
    assert found == [at(2026, 2, 1), at(2026, 2, 2)]


def test_a_repetition_that_is_over_says_so():
    with pytest.raises(TimerInvalid, match="no occurrence"):
        timing(TimerKind.CYCLE, "R3/2020-01-01T00:00:00Z/P1D", NOW)


def test_an_endless_repetition_skips_what_was_missed():
    first = timing(TimerKind.CYCLE, "R/PT1H", NOW)
    late = NOW + timedelta(hours=5, minutes=30)
    following = Cycle.decode(first.cycle).next_after(first.index, late)
    assert following is not None
    assert following[1] == NOW + timedelta(hours=6)


def test_a_counted_repetition_keeps_each_of_its_times():
    first = timing(TimerKind.CYCLE, "R3/PT1H", NOW)
    late = NOW + timedelta(hours=5, minutes=30)
    assert Cycle.decode(first.cycle).next_after(first.index, late) == (1, NOW + timedelta(hours=2))


@given(st.integers(-400, 400), st.timedeltas(timedelta(days=-400), timedelta(days=400)))
def test_a_period_is_read_back_as_it_was_written(months, exact):
    if months * exact.total_seconds() < 0:
        months = -months
    period = Period(months, exact)
    assert Period.parse(period.isoformat()) == period


@given(
    st.one_of(st.none(), st.integers(1, 50)),
    MOMENTS,
    st.sampled_from(["PT1H", "P1D", "P1M", "P1Y", "P1M3DT5S"]),
    MOMENTS,
)
def test_the_next_due_time_strictly_grows_and_survives_encoding(times, start, period, now):
    text = f"R{times or ''}/{start.isoformat()}/{period}"
    cycle = parse_cycle(text, now)
    assert Cycle.decode(cycle.encode()) == cycle
    first = cycle.first(now)
    if first is None:
        assert times is not None
        return
    index, due = first
    assert due >= now
    for late in (timedelta(0), timedelta(days=40)):
        following = cycle.next_after(index, due + late)
        if following is None:
            assert times is not None
            return
        assert following[0] > index
        assert following[1] > due
        index, due = following
