"""What a task that calls a decision must say."""

from __future__ import annotations

import pytest

from bpmn.loading import load
from bpmn.validation import validate
from tests.bpmn.loading.drawn import process_file


def codes(attributes: str) -> set[str]:
    body = (
        '<startEvent id="a"/><sequenceFlow id="f" sourceRef="a" targetRef="x"/>'
        f'<businessRuleTask id="x" camunda:decisionRef="rate" {attributes}/>'
    )
    found = validate(load(process_file(body, vendor="camunda")))
    return {problem.code for problem in found if problem.code.startswith("decision-")}


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        ('camunda:decisionRefBinding="newest"', "decision-binding"),
        ('camunda:decisionRefBinding="version"', "decision-binding"),
        ('camunda:decisionRefBinding="versionTag"', "decision-binding"),
        ('camunda:mapDecisionResult="first"', "decision-mapping-unknown"),
    ],
)
def test_what_is_unclear_is_refused(attributes, code):
    assert codes(attributes) == {code}


@pytest.mark.parametrize(
    "attributes",
    [
        "",
        'camunda:decisionRefBinding="version" camunda:decisionRefVersion="${n}"',
        'camunda:decisionRefBinding="versionTag" camunda:decisionRefVersionTag="spring"',
        'camunda:mapDecisionResult="singleEntry" camunda:resultVariable="r"',
    ],
)
def test_what_is_clear_is_not(attributes):
    assert codes(attributes) == set()
