"""Typed variables, as clients of Camunda 7 send and read them."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from engine.errors import BadInput
from web.api.camunda7.values import (
    moment_text,
    parse_moment,
    read_value,
    read_variables,
    write_value,
)

EIGHT = datetime(2026, 1, 5, 8, tzinfo=UTC)


def read(value, kind=None, **info):
    typed = {"value": value, "type": kind, "valueInfo": info}
    return read_value({name: part for name, part in typed.items() if part is not None}, "x")


@pytest.mark.parametrize(
    ("kind", "sent", "value"),
    [
        ("Boolean", True, True),
        ("boolean", "true", True),
        ("Boolean", "False", False),
        ("Integer", 5, 5),
        ("integer", "5", 5),
        ("Integer", 5.0, 5),
        ("Short", -7, -7),
        ("Long", 2**62, 2**62),
        ("Double", 1, 1.0),
        ("Double", "1.5", 1.5),
        ("Number", 3, 3),
        ("String", "a", "a"),
        ("string", 5, "5"),
        ("Date", "2026-01-05T08:00:00.000+0000", EIGHT),
        ("Date", "2026-01-05T09:00:00.000+0100", EIGHT),
        ("Bytes", "YQ==", b"a"),
        ("Json", '{"a": [1, null]}', {"a": [1, None]}),
        ("json", {"a": 1}, {"a": 1}),
        ("Object", "[1, 2]", [1, 2]),
        ("Xml", "<a/>", "<a/>"),
        ("Null", None, None),
        ("Integer", None, None),
    ],
)
def test_a_typed_value_is_read(kind, sent, value):
    found = read(sent, kind)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("value", [True, 5, 2**40, 1.5, "a", None, {"a": 1}, [1, "b"]])
def test_without_a_type_a_value_is_what_json_says(value):
    assert read_value({"value": value}, "x") == value


@pytest.mark.parametrize(
    ("kind", "sent"),
    [
        ("Integer", "five"),
        ("Integer", 1.5),
        ("Integer", 2**31),
        ("Integer", True),
        ("Short", 40_000),
        ("Long", 2**63),
        ("Double", "x"),
        ("Double", True),
        ("Boolean", "yes"),
        ("Date", "5 January"),
        ("Date", "2026-01-05"),
        ("Date", "2026-13-05T08:00:00.000+0000"),
        ("Bytes", "no base64!"),
        ("Json", "{"),
        ("Json", "[" * 100_000),
        ("File", "YQ=="),
        ("Colour", "red"),
        ("", "red"),
        (5, "red"),
    ],
)
def test_what_is_not_of_its_type_is_refused_by_name(kind, sent):
    with pytest.raises(BadInput, match="'x'"):
        read(sent, kind)


def test_java_objects_are_refused():
    with pytest.raises(BadInput, match="application/json"):
        read("rO0ABXQ=", "Object", serializationDataFormat="application/x-java-serialized-object")


@pytest.mark.parametrize("given", ["text", [1], {"x": 5}, {"x": None}])
def test_variables_are_objects_by_name(given):
    with pytest.raises(BadInput):
        read_variables(given)


def test_no_variables_are_fine():
    assert read_variables(None) == {}


@pytest.mark.parametrize(
    ("value", "kind", "told"),
    [
        (None, "Null", None),
        (True, "Boolean", True),
        (5, "Integer", 5),
        (-(2**31), "Integer", -(2**31)),
        (2**31, "Long", 2**31),
        (2**63, "Json", str(2**63)),
        (1.5, "Double", 1.5),
        (float("nan"), "Double", "nan"),
        (Decimal("2.50"), "Double", 2.5),
        ("a", "String", "a"),
        (EIGHT, "Date", "2026-01-05T08:00:00.000+0000"),
        (datetime(2026, 1, 5, 8), "Date", "2026-01-05T08:00:00.000+0000"),  # noqa: DTZ001
        (date(2026, 1, 5), "Date", "2026-01-05T00:00:00.000+0000"),
        (time(8, 30), "String", "08:30:00"),
        (timedelta(hours=1), "String", "PT1H"),
        (b"a", "Bytes", "YQ=="),
        ([1, "ö"], "Json", '[1, "ö"]'),
        ({"a": {"when": date(2026, 1, 5)}}, "Json", '{"a": {"when": "2026-01-05"}}'),
    ],
)
def test_a_value_is_told_with_its_type(value, kind, told):
    assert write_value(value) == {"type": kind, "value": told, "valueInfo": {}}


def test_a_file_is_told_without_its_bytes():
    sent = read("YQ==", "File", filename="a.txt", mimeType="text/plain", encoding="UTF-8")
    assert write_value(sent) == {
        "type": "File",
        "value": None,
        "valueInfo": {"filename": "a.txt", "mimeType": "text/plain", "encoding": "UTF-8"},
    }


@pytest.mark.parametrize("value", [True, 5, 2**40, 1.5, "a", EIGHT, b"a", [1], {"a": 1}])
def test_what_is_told_can_be_sent_back(value):
    assert read_value(json.loads(json.dumps(write_value(value))), "x") == value


@pytest.mark.parametrize(
    "text", ["0001-01-01T00:00:00.000+0100", "9999-12-31T23:30:00.000-0100", "2026-01-05"]
)
def test_what_is_no_time_of_ours_is_a_wrong_value(text):
    with pytest.raises(ValueError, match=r"no date|all years"):
        parse_moment(text)


def test_a_time_keeps_its_milliseconds():
    text = "2026-01-05T08:00:00.123+0000"
    assert moment_text(parse_moment(text)) == text
    assert moment_text(None) is None
