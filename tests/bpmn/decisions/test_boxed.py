from __future__ import annotations

import pytest


@pytest.fixture
def boxed(decisions):
    return decisions("boxed.dmn")


@pytest.mark.parametrize(
    ("decision", "value"),
    [
        ("context", 13),
        ("list", [1, 3]),
        ("relation", [{"city": "Oslo", "people": 700000}, {"city": "Bergen", "people": None}]),
        ("conditional", "many"),
        ("filter", [3]),
        ("for", [1, 3, 5]),
        ("some", True),
        ("every", False),
        ("function", [125, None]),
        ("unknown_parameter", None),
    ],
)
def test_every_kind_of_boxed_expression_has_its_value(boxed, decision, value):
    assert boxed.decide(decision, numbers=[1, 2, 3]) == value


def test_an_iteration_over_nothing_is_empty(boxed):
    assert boxed.decide("for", numbers=[]) == []
    assert boxed.decide("some", numbers=[]) is False
    assert boxed.decide("every", numbers=[]) is True
