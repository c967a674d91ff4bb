"""A vendor's name where nobody reads it does nothing, and that is said."""

from pathlib import Path

from bpmn.loading import load
from bpmn.validation import Fate, report, validate
from bpmn.validation.fates import VENDOR
from bpmn.validation.places import PLACES

DIAGRAM = load((Path(__file__).parent / "places.bpmn").read_bytes())


def test_a_name_without_effect_is_a_warning():
    found = {
        (p.element_id, p.message.split("'")[1])
        for p in validate(DIAGRAM)
        if p.code == "name-without-effect"
    }
    assert found == {
        ("Start", "camunda:inputParameter"),
        ("Abstract", "camunda:assignee"),
        ("Wait", "camunda:async"),
        ("Wait", "camunda:in"),
        ("Wait", "camunda:out"),
        ("Many", "camunda:failedJobRetryTimeCycle"),
        ("Flow_Start_Abstract", "camunda:taskListener"),
    }


def test_the_report_keeps_it():
    entries = {entry.name: entry for entry in report(DIAGRAM)}
    assert entries["camunda:assignee"].fate is Fate.KEPT
    assert "no effect here" in entries["camunda:assignee"].sentence
    assert entries["camunda:outputParameter"].fate is Fate.RUNS


def test_every_name_with_a_place_has_a_fate():
    assert PLACES.keys() <= VENDOR.keys()
