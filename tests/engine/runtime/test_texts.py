"""Names, codes and keys as text: equal values have equal texts."""

from decimal import Decimal

import pytest

from engine.runtime.correlating import matches, text_of
from engine.runtime.texts import plain_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (-0.0, "0"),
        (Decimal("0.000"), "0"),
        (1, "1"),
        (1.0, "1"),
        (Decimal("1.00"), "1"),
        (Decimal("1E+3"), "1000"),
        (1e21, "1000000000000000000000"),
        (0.1, "0.1"),
        (Decimal("-1.50"), "-1.5"),
        (Decimal("1.234567890123456789012345678901234"), "1.234567890123456789012345678901234"),
        (Decimal("1E+500000"), "1E+500000"),
        (float("inf"), "Infinity"),
        ("01", "01"),
    ],
)
def test_a_value_has_one_text(value: object, text: str):
    assert plain_text(value) == text


def test_a_key_of_one_property_is_its_value_and_of_several_all_of_them():
    assert text_of({"client": 1.0}) == "1"
    assert text_of({"year": 2, "client": "a"}) == '{"client": "a", "year": "2"}'
    assert text_of({"client": "a", "year": None}) == ""


@pytest.mark.parametrize(
    ("awaited", "carried", "belongs"),
    [
        ("", "a", True),
        ("a", "a", True),
        ("a", "", False),
        ('{"a": "1"}', '{"a": "1", "b": "2"}', True),
        ('{"a": "1", "b": "3"}', '{"a": "1", "b": "2"}', False),
        ('{"a": "1"}', "{a", False),
        ('{"a": 1}', '{"a": 1, "b": 2}', False),
    ],
)
def test_a_message_belongs_to_who_agrees_with_all_that_it_knows(awaited, carried, belongs):
    assert matches(awaited, carried) is belongs
