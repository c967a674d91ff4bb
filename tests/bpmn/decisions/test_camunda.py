from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bpmn.decisions import (
    ResultMapping,
    ResultNotPlain,
    ResultNotSingle,
    load,
    map_result,
    plain_result,
)
from tests.bpmn.decisions.drawing import draw, literal

EARLY = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)


@pytest.fixture
def carrier(decisions):
    return decisions("carrier_camunda7.dmn")


@pytest.fixture
def loan(decisions):
    return decisions("loan_camunda8.dmn")


def test_camunda_7_hands_the_outputs_of_a_required_decision_on_by_their_names(carrier):
    found = carrier.decide("carrier", weight="3", day=None, isExpress=True)
    assert found == [{"carrierName": "Bike", "price": 5}]


def test_camunda_7_converts_to_the_types_of_columns(carrier):
    assert carrier.decide("weightClass", weight="12", day="2026-05-01T10:00:00") == "heavy"
    assert carrier.decide("weightClass", weight=12.7, day=EARLY) == "heavy"


def test_a_value_that_camunda_7_cannot_convert_is_null_with_the_reason(carrier):
    found = carrier.explain("weightClass", weight="heavy", day=None)
    assert found.value is None
    assert "expected a number, but got the string 'heavy'" in found.remarks[0].reason


def test_a_cell_sees_the_input_under_the_name_that_the_column_gives_it(carrier):
    found = carrier.decide("carrier", weight=30, day=EARLY, isExpress=False)
    assert found == [{"carrierName": "Truck", "price": 12}]


def test_cells_may_be_written_in_juel(carrier):
    found = carrier.decide("carrier", weight=30, day=EARLY, isExpress=True)
    assert found == [{"carrierName": "HEAVY", "price": 30}]


def test_an_expression_in_juel_needs_no_delimiters(carrier):
    assert carrier.decide("note", weight=1) == 2


def test_version_tag_and_time_to_live_are_kept(carrier, loan):
    decision = carrier.model.definitions.decisions[0]
    assert (decision.version_tag, decision.history_time_to_live) == ("v2", "P30D")
    assert loan.model.definitions.decisions[0].version_tag == "2026-01"


@pytest.mark.parametrize(
    ("decision", "mapping", "value"),
    [
        ("total", ResultMapping.SINGLE_ENTRY, 3.5),
        ("total", ResultMapping.RESULT_LIST, [{"fee": 3.5}]),
        ("carrier", ResultMapping.SINGLE_RESULT, {"carrierName": "Bike", "price": 5}),
        ("carrier", ResultMapping.RESULT_LIST, [{"carrierName": "Bike", "price": 5}]),
        ("weightClass", ResultMapping.SINGLE_ENTRY, "light"),
        ("weightClass", ResultMapping.COLLECT_ENTRIES, ["light"]),
        ("note", ResultMapping.SINGLE_RESULT, {"text": 4}),
    ],
)
def test_a_result_is_mapped_as_in_camunda_7(carrier, decision, mapping, value):
    found = carrier.explain(decision, weight=3, day=None, isExpress=True)
    assert map_result(found, mapping) == value


def test_a_result_without_a_match_maps_to_nothing(carrier):
    found = carrier.explain("total", weight=0)
    assert map_result(found, ResultMapping.SINGLE_ENTRY) is None
    assert map_result(found, ResultMapping.COLLECT_ENTRIES) == []


@pytest.mark.parametrize("mapping", [ResultMapping.SINGLE_ENTRY, ResultMapping.SINGLE_RESULT])
def test_a_mapping_to_one_value_refuses_several(carrier, mapping):
    found = carrier.explain("carrier", weight=3, day=None, isExpress=False)
    with pytest.raises(ResultNotSingle, match="2 rules"):
        map_result(found, mapping)


def test_camunda_8_sees_a_required_decision_by_its_id(loan):
    assert loan.decide("approval", age=30, amount=500) == {"risk": "low", "ok": True}
    assert loan.decide("approval", age=20, amount=500) == {"risk": "high", "ok": False}


def test_camunda_8_does_not_convert_inputs(loan):
    assert loan.decide("riskLevel", age="30") is None


@pytest.mark.parametrize(("text", "value"), [("[1 / 4, 2.0]", [0.25, 2]), ("null", None)])
def test_a_result_becomes_plain_values(decisions, text, value):
    found = decisions.of(load(draw(literal(text))).model).explain("decision")
    assert plain_result(found) == value
    assert map_result(found, ResultMapping.SINGLE_ENTRY) == value


def test_a_function_is_no_process_variable(decisions):
    found = decisions.of(load(draw(literal("function(a) a"))).model).explain("decision")
    with pytest.raises(ResultNotPlain, match="function"):
        plain_result(found)
