"""What holds for all dates, times and durations of FEEL, near and far."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpmn.expressions.faults import Fault
from bpmn.expressions.feel import operations, temporal
from bpmn.expressions.feel.moments import MAX_YEAR, Beyond, make_date, order_of
from bpmn.expressions.feel.values import Months, to_plain

YEARS = st.integers(-MAX_YEAR, MAX_YEAR)
MONTHS = st.integers(1, 12)
DAYS = st.integers(1, 28)
DATES = st.builds(make_date, YEARS, MONTHS, DAYS)
ZONES = st.sampled_from(["", "Z", "+01:00", "-02:45:55", "@Europe/Berlin", "@Etc/UTC"])
CLOCKS = st.builds(
    "{:02}:{:02}:{:02}{}".format,
    st.integers(0, 23),
    st.integers(0, 59),
    st.integers(0, 59),
    st.sampled_from(["", ".5", ".123456789", ".000000001"]),
)
SPANS = st.timedeltas(timedelta(days=-400_000), timedelta(days=400_000))


@given(DATES, CLOCKS, ZONES)
def test_what_is_written_reads_back_the_same(day, clock, zone):
    for text in (temporal.write(day), f"{clock}{zone}", f"{temporal.write(day)}T{clock}{zone}"):
        assert temporal.write(temporal.parse_any(text)) == text


@given(st.integers(-(10**9), 10**9), SPANS)
def test_durations_read_back_the_same(months, span):
    assert temporal.parse_duration(str(Months(months))) == Months(months)
    assert temporal.parse_duration(temporal.write(span)) == span


@given(st.integers(-300_000, 300_000), MONTHS, DAYS, SPANS)
def test_a_duration_added_is_the_difference(year, month, day, span):
    start = make_date(year, month, day)
    whole = timedelta(days=span.days)
    assert operations.subtract(operations.add(start, whole), start) == whole


@given(DATES, DATES)
def test_the_order_is_that_of_year_month_and_day(left, right):
    def parts(moment):
        text = temporal.write(moment)
        year, month, day = text[1:].split("-") if text[0] == "-" else text.split("-")
        return (-int(year) if text[0] == "-" else int(year), int(month), int(day))

    assert operations.less(left, right) is (parts(left) < parts(right))
    assert operations.equals(left, right) is (parts(left) == parts(right))


@given(st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1)), st.integers(-840, 840))  # noqa: DTZ001 - the zone comes next
def test_moments_with_offset_are_ordered_by_the_time_line(moment, minutes):
    zoned = moment.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    assert order_of(zoned) == order_of(zoned.astimezone(UTC))


def test_weekdays_go_on_beyond_the_year_9999():
    assert operations.subtract(make_date(10_000, 1, 1), date(9999, 12, 31)) == timedelta(days=1)
    assert make_date(10_000, 1, 1).near.isoweekday() == date(9999, 12, 31).isoweekday() + 1


def test_years_end_at_a_billion():
    assert operations.add(make_date(MAX_YEAR, 12, 31), timedelta(days=1)) is None
    assert operations.add(make_date(MAX_YEAR, 12, 31), Months(1)) is None
    with pytest.raises(ValueError, match="outside"):
        make_date(MAX_YEAR + 1, 1, 1)


def test_nanoseconds_are_dropped_and_far_years_refused_when_a_value_leaves():
    fine = temporal.parse_any("2024-01-01T10:00:00.123456789Z")
    assert isinstance(fine, Beyond)
    assert to_plain(fine) == datetime(2024, 1, 1, 10, 0, 0, 123456, tzinfo=UTC)
    with pytest.raises(Fault, match="no variable can hold"):
        to_plain(make_date(-1, 1, 1))
