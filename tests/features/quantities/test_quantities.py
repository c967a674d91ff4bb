"""Start and completion quantity (BPMN 2.0 p. 151)."""

from __future__ import annotations


def test_an_activity_makes_as_many_tokens_as_its_completion_quantity(run_diagram):
    run = run_diagram("pairs.bpmn")
    assert run.passed("make") == 1
    assert run.tasks == ["pack", "pack"]


def test_an_activity_begins_when_its_start_quantity_has_come(run_diagram):
    run = run_diagram("pairs.bpmn")
    for task in ("pack", "ship", "pack", "ship"):
        run.complete(task)
    assert run.passed("pack") == 2
    assert run.is_finished


def test_tokens_that_are_too_few_are_told_when_no_more_can_come(run_diagram):
    run = run_diagram("too_few.bpmn")
    run.complete("pack")
    assert run.incidents == ["join-starved"]
