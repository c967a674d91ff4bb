"""Business rule tasks call DMN decisions (BPMN 2.0 p. 162), in the ways of each modeler."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpmn.decisions import load
from engine.runtime.decisions import DecisionReference, DeployedDecision
from engine.runtime.run import Settings
from engine.runtime.step import OpenedIncident
from tests.features.world import Instance, World

HERE = Path(__file__).parent


class Shelf:
    """The decisions of rate.dmn, as versions 1 and 2."""

    def __init__(self) -> None:
        self.model = load((HERE / "rate.dmn").read_bytes()).model
        self.asked: list[DecisionReference] = []

    def find(self, wanted: DecisionReference) -> DeployedDecision | None:
        self.asked.append(wanted)
        known = {decision.id: decision for decision in self.model.definitions.decisions}
        if wanted.decision not in known or wanted.version not in {"", "1", "2"}:
            return None
        drawn = known[wanted.decision]
        version = int(wanted.version or 2)
        return DeployedDecision(drawn.id, 1, drawn.id, drawn.name, version, self.model)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def run(shelf: Shelf):
    def start(name: str, **variables: object) -> Instance:
        world = World(Settings(decisions=shelf))
        world.deploy(HERE / name)
        return world.start(variables=variables)

    return start


def told(instance: Instance, node: str) -> dict:
    return next(
        dict(h.data) for h in instance.history if h.kind == "decision-evaluated" and h.node == node
    )


def test_camunda7_maps_the_result_as_the_task_says(run):
    seen = run("camunda7.bpmn", weight=4).variables_seen
    assert seen["price"] == 5
    assert seen["terms"] == {"days": 3, "proof": False}
    assert seen["carriers"] == ["bike", "van"]
    assert seen["list"] == [{"carrier": "bike"}, {"carrier": "van"}]


def test_camunda7_keeps_the_local_result_for_output_mappings(run):
    seen = run("camunda7_local.bpmn", parcel={"weight": 30}).variables_seen
    assert seen == {"parcel": {"weight": 30}, "cost": 60}


def test_a_result_that_is_not_single_is_an_incident(run):
    instance = run("camunda7_single.bpmn", weight=4)
    assert instance.incidents == ["decision-result-invalid"]
    assert "offer" not in instance.variables_seen


def test_a_decision_that_does_not_match_gives_null(run):
    assert run("camunda7_single.bpmn", weight=5000).variables_seen["offer"] is None


def test_the_version_is_an_expression(run, shelf: Shelf):
    instance = run("camunda7_version.bpmn", weight=4, which="rate", number=1)
    assert shelf.asked == [DecisionReference("rate", "version", "1")]
    assert told(instance, "Price")["version"] == 1


def test_a_missing_decision_is_an_incident_that_a_retry_heals(run, shelf: Shelf):
    instance = run("camunda7_version.bpmn", weight=4, which="rate", number=7)
    (incident,) = instance.opened(OpenedIncident)
    assert incident.kind == "decision-not-found"
    assert "'rate' with version '7'" in incident.message
    instance.set(number=2)
    instance.retry()
    assert instance.tasks == ["Look"]


def test_camunda8_puts_the_value_into_the_result_variable(run):
    seen = run("camunda8.bpmn", weight=4, which="offers").variables_seen
    assert seen["price"] == 5
    assert seen["terms"] == {"days": 3, "proof": False}


def test_camunda8_with_output_mappings_keeps_the_result_local(run):
    seen = run("camunda8.bpmn", weight=4, which="offers").variables_seen
    assert seen["first"] == "bike"
    assert "carriers" not in seen


def test_spiffworkflow_makes_a_variable_of_each_output(run):
    seen = run("spiff.bpmn", weight=30).variables_seen
    assert (seen["price"], seen["days"], seen["proof"]) == (60, 1, True)


def test_a_violated_hit_policy_is_an_incident_that_names_decision_rules_and_values(run):
    (incident,) = run("camunda7.bpmn", weight=2000).opened(OpenedIncident)
    assert incident.kind == "decision-failed"
    assert "'rate' version 2" in incident.message
    assert "Weight = 2000" in incident.message
    assert "2 and 3" in incident.message or "2, 3" in incident.message
    assert incident.data["decision"] == "rate"


def test_the_history_holds_the_trace_with_required_decisions(run):
    trace = told(run("camunda7.bpmn", weight=30), "Terms")
    rate, terms = trace["decisions"]
    assert rate["rules"] == [{"id": "rate_heavy", "number": 2, "outputs": {"price": 60}}]
    assert terms["inputs"] == [{"label": "Price", "value": 60}]
    assert trace["value"] == {"days": 1, "proof": True}


def test_the_trace_of_a_large_value_is_cut(run):
    parcel = {"label": "x" * 10**6, "items": [{"name": "y" * 200}] * 10**5}
    instance = run("camunda7_version.bpmn", parcel=parcel, which="echo", number=1)
    assert instance.variables_seen["price"] == parcel
    trace = told(instance, "Price")
    assert trace["value"]["items"][0] == {"name": "y" * 200}
    assert len(str(trace)) < 50_000


@pytest.mark.parametrize(
    "expression",
    [
        "decisionResult.getSingleResult().price",
        "decisionResult.singleResult.price",
        "decisionResult.firstResult['price']",
        "decisionResult.collectEntries('price')[0]",
    ],
)
def test_camunda7_output_mappings_read_the_result_by_its_methods(run, tmp_path, expression):
    drawn = (HERE / "camunda7_local.bpmn").read_text()
    diagram = tmp_path / "methods.bpmn"
    diagram.write_text(drawn.replace("decisionResult[0].price", expression))
    assert run(diagram, parcel={"weight": 30}).variables_seen["cost"] == 60


def test_a_single_result_of_several_rules_is_an_incident_that_names_what_to_use(run, tmp_path):
    drawn = (HERE / "camunda7_local.bpmn").read_text()
    drawn = drawn.replace("decisionResult[0].price", "decisionResult.singleEntry")
    diagram = tmp_path / "several.bpmn"
    diagram.write_text(drawn.replace('decisionRef="rate"', 'decisionRef="offers"'))
    instance = run(diagram, parcel={"weight": 4})
    assert instance.incidents == ["expression-failed"]
