from __future__ import annotations

import pytest

from bpmn.decisions import load, needs
from tests.bpmn.decisions.conftest import read

SECOND = {"net price": 10}


@pytest.mark.parametrize(
    "inputs",
    [
        {"base": {"basket": {"net price": 3}}},
        {"base.basket": {"net price": 3}},
        {"basket": {"net price": 3}},
    ],
)
def test_an_imported_file_is_seen_under_its_name(decisions, inputs):
    shop = decisions("shop.dmn", "shop_types.dmn")
    assert shop.decide("offer", **inputs, **{"second basket": SECOND}) == 11


def test_the_types_of_an_imported_file_are_checked(decisions):
    shop = decisions("shop.dmn", "shop_types.dmn")
    found = shop.explain("offer", basket={"net price": 3}, **{"second basket": {"x": 1}})
    assert "the entry 'net price' is missing" in found.remarks[0].reason


def test_an_import_that_is_not_there_is_told_with_what_it_breaks():
    loaded = load(read("shop.dmn"), [b"<nothing/>"])
    assert not loaded.is_deployable
    codes = [problem.code for problem in loaded.problems]
    assert set(codes) == {"import-missing", "type-unknown", "requirement-missing"}
    assert loaded.problems[0].line == 3


def test_a_decision_tells_what_it_needs(decisions):
    shop = decisions("shop.dmn", "shop_types.dmn")
    assert [need.name for need in needs(shop.model, "offer")] == ["second basket", "base.basket"]


def test_a_file_imported_on_two_ways_has_inputs_of_its_own_on_each(decisions):
    both = decisions("both.dmn", "north.dmn", "south.dmn", "greeter.dmn")
    inputs = {"N": {"base": {"who": "Ann"}}, "S": {"base": {"who": "Bo"}}}
    assert [need.name for need in needs(both.model, "letter")] == ["N.base.who", "S.base.who"]
    assert both.decide("letter", **inputs) == "Hello Ann of the north; Hello Bo of the south"
