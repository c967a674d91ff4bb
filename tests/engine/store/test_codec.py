from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import BadInput
from engine.store import codec

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters(), max_size=20)
    | st.dates()
    | st.times()
    | st.timedeltas()
    | st.datetimes(timezones=st.just(UTC))
    | st.decimals(allow_nan=False)
    | st.binary(max_size=20)
)
KEYS = st.text(max_size=5) | st.just("$") | st.integers() | st.dates()
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_every_value_comes_back_as_it_went(value: object):
    assert codec.decode(codec.encode(value)) == value


@given(VALUES)
def test_stored_text_is_ascii(value: object):
    assert codec.encode(value).isascii()


@pytest.mark.parametrize(
    "value",
    [
        datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=2))),
        date(2026, 1, 1),
        time(12, 30),
        timedelta(days=-1, microseconds=5),
        Decimal("1.10"),
        b"\x00\xff",
        float("inf"),
        {"$": "datetime", "v": "no date"},
        {1: "one", "1": "text"},
        10**30,
    ],
)
def test_types_are_kept(value: object):
    back = codec.decode(codec.encode(value))
    assert back == value
    assert type(back) is type(value)


@pytest.mark.parametrize("value", [object(), {1, 2}, [object()], {"a": {"b": print}}])
def test_what_has_no_text_is_refused_by_its_type(value: object):
    with pytest.raises(BadInput, match="cannot be stored"):
        codec.encode(value)


def test_a_value_that_holds_itself_is_refused():
    value: list[object] = []
    value.append(value)
    with pytest.raises(BadInput, match="nested"):
        codec.encode(value)
