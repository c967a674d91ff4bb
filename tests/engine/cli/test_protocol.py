"""Lines of the driver's protocol: what is taken, and how values are written."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from engine.cli.drive.protocol import MAX_LINE, Request, read_request, write_reply
from engine.errors import BadInput


def test_values_without_a_json_word_become_text():
    values = {
        "moment": datetime(2026, 1, 5, 8, tzinfo=UTC),
        "day": date(2026, 1, 5),
        "hour": time(8, 30),
        "pause": timedelta(days=2),
        "exact": Decimal("0.5"),
        "whole": Decimal(3),
        "bytes": b"\x00\x01",
    }
    assert json.loads(write_reply(values)) == {
        "moment": "2026-01-05T08:00:00+00:00",
        "day": "2026-01-05",
        "hour": "08:30:00",
        "pause": "P2D",
        "exact": 0.5,
        "whole": 3,
        "bytes": "AAE=",
    }


def test_half_a_character_can_be_written():
    assert json.loads(write_reply({"text": "\ud800"})) == {"text": "\ud800"}


def test_a_line_that_is_too_long_is_refused():
    with pytest.raises(BadInput, match="longer than"):
        read_request("x" * (MAX_LINE + 1))


@pytest.mark.parametrize(
    ("method", "value"),
    [
        ("text", 1),
        ("texts", "a"),
        ("texts", [1]),
        ("number", "1"),
        ("number", True),
        ("moment", "x"),
    ],
)
def test_an_unsuitable_argument_is_named(method, value):
    request = Request("op", {"name": value})
    arguments = ("name", 1) if method == "number" else ("name",)
    with pytest.raises(BadInput, match="'name'"):
        getattr(request, method)(*arguments)


def test_what_may_be_missing_has_a_default():
    request = Request("op", {"none": None})
    assert request.optional_text("none") is None
    assert request.number("none", 3) == 3
    assert request.variables("none") == {}
