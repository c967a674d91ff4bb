from __future__ import annotations

from decimal import Decimal

import pytest

PERSON = {"first name": "Ada", "birthday": "1990-12-10", "children": []}


@pytest.fixture
def graph(decisions):
    return decisions("graph.dmn")


def test_a_decision_sees_the_values_of_those_that_it_requires(graph):
    found = graph.explain("letter", **{"the person": PERSON, "grade": "A"})
    assert found.value == {"loud": "HELLO ADA!", "body": "HELLO ADA! A"}
    assert [(d.id, d.value) for d in found.decisions] == [
        ("greeting", "Hello Ada"),
        ("letter", found.value),
    ]
    assert found.decisions[1].inputs == {"grade": "A", "Greeting": "Hello Ada"}


def test_a_decision_is_found_by_id_or_by_name(graph):
    assert graph.decide("Grade back", grade="B") == graph.decide("grade_back", grade="B") == "B"


def test_a_decision_does_not_see_what_it_does_not_require(graph):
    assert graph.decide("unrequired", grade="B") is None


def test_a_text_is_read_as_the_declared_date(graph):
    assert graph.decide("birthday", **{"the person": PERSON}) == 1990


@pytest.mark.parametrize(
    ("decision", "given", "value"),
    [
        ("grade_back", {"grade": ["A"]}, "A"),
        ("grades_back", {"grades": "A"}, ["A"]),
        ("grades_back", {"grades": ["A", "B", "C"]}, ["A", "B", "C"]),
        ("few_back", {"few": ["A", "B"]}, ["A", "B"]),
    ],
)
def test_a_value_is_converted_to_its_type(graph, decision, given, value):
    assert graph.decide(decision, **given) == value


@pytest.mark.parametrize(
    ("decision", "given", "reason"),
    [
        ("grade_back", {"grade": "D"}, "the input 'grade': 'D' is not allowed"),
        ("grade_back", {"grade": 1}, "expected a string, but got a number"),
        ("grades_back", {"grades": ["A", "D"]}, "'D' is not allowed"),
        ("few_back", {"few": ["A", "B", "C"]}, "is not allowed; allowed is count(?) < 3"),
        ("grade_back", {}, "the input 'grade' is missing"),
        ("birthday", {"the person": {"first name": "Ada"}}, "the entry 'birthday' is missing"),
    ],
)
def test_a_value_that_does_not_fit_its_type_is_null_with_the_reason(graph, decision, given, reason):
    found = graph.explain(decision, **given)
    assert found.value is None
    assert reason in found.remarks[0].reason


def test_a_knowledge_model_may_call_itself(graph):
    assert graph.decide("factorial", n=20) == Decimal(2432902008176640000)


def test_calls_without_end_stop(graph):
    found = graph.explain("factorial", n=1000)
    assert found.value is None
    assert "deep" in found.remarks[-1].reason


def test_a_service_takes_its_inputs_first_then_its_input_decisions(graph):
    assert graph.decide("by_service") == "DEAR! B"


def test_a_service_can_be_evaluated_by_itself(graph):
    assert graph.decide("letters", grade="C", Greeting="hi") == {"loud": "HI!", "body": "HI! C"}


def test_the_reason_for_null_names_the_expression_and_the_place_in_it(graph):
    found = graph.explain("greeting", **{"the person": None})
    (remark,) = [remark for remark in found.remarks if remark.position is not None]
    assert remark.place.element_id == "greeting_text"
    assert remark.place.text == '"Hello " + the person.first name'
