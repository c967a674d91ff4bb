from __future__ import annotations

import pytest

from bpmn.decisions import DecisionNotFound, Need, needs


def test_input_data_is_needed_with_its_type_and_choices(decisions):
    model = decisions("graph.dmn").model
    assert needs(model, "letter") == (
        Need("grade", "grade", "tGrade", ("A", "B", "C")),
        Need("the person", "the person", "tPerson"),
    )
    assert needs(model, "grades_back")[0].is_list


def test_a_table_of_camunda_needs_the_variables_that_its_columns_name(decisions):
    model = decisions("carrier_camunda7.dmn").model
    found = {need.name: (need.label, need.type_ref) for need in needs(model, "carrier")}
    assert found == {
        "weight": ("weight", "integer"),
        "day": ("day", "date"),
        "isExpress": ("Express", "boolean"),
    }


def test_a_service_needs_its_inputs_and_a_knowledge_model_its_parameters(decisions):
    model = decisions("graph.dmn").model
    assert [need.name for need in needs(model, "letters")] == ["grade", "Greeting"]
    assert [need.name for need in needs(model, "factorial")] == ["n"]


def test_an_unknown_decision_is_refused_with_those_that_there_are(decisions):
    graph = decisions("graph.dmn")
    for ask in (lambda: needs(graph.model, "nothing"), lambda: graph.decide("nothing")):
        with pytest.raises(DecisionNotFound, match="It has: greeting, letter"):
            ask()
