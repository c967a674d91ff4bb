"""Complex gateways: a condition on the tokens that came, and a reset (BPMN 2.0 p. 295, 439)."""

from __future__ import annotations

import pytest


def complete(run, *nodes):
    for node in nodes:
        run.complete(node)


def test_it_goes_on_once_when_its_condition_holds(run_diagram):
    run = run_diagram("two_of_three.bpmn")
    run.complete("c")
    assert run.tasks == ["a", "b"]
    run.complete("a")
    assert run.tasks == ["b", "next"]


def test_what_comes_later_is_used_up_by_the_reset(run_diagram):
    run = run_diagram("two_of_three.bpmn")
    complete(run, "c", "a", "next")
    assert not run.is_finished
    run.complete("b")
    assert run.passed("next") == 1
    assert run.is_finished


def test_flows_with_a_condition_may_be_taken_by_the_reset(run_diagram):
    """BPMN 2.0 p. 439: conditions may ask whether the gateway waits for start."""
    run = run_diagram("latecomers.bpmn")
    run.complete("b")
    assert run.tasks == ["a", "c", "next"]
    run.complete("a")
    assert run.tasks == ["c", "next"]
    run.complete("c")
    assert run.tasks == ["next", "too_late"]


def test_a_condition_may_ask_for_the_tokens_of_one_flow(run_diagram):
    run = run_diagram("by_flow.bpmn")
    run.complete("b")
    assert run.tasks == ["a"]
    run.complete("a")
    assert run.tasks == ["next"]
    run.complete("next")
    assert run.is_finished


def test_a_reset_does_not_wait_for_a_flow_that_nothing_can_come_by(run_diagram):
    run = run_diagram("by_flow.bpmn")
    run.complete("a")
    assert run.tasks == ["b", "next"]
    complete(run, "next", "b")
    assert run.is_finished


@pytest.mark.parametrize(
    ("amount", "tasks"), [(0, ["other"]), (5, ["small"]), (500, ["large", "small"])]
)
def test_it_splits_by_every_flow_that_is_true_or_the_default(run_diagram, amount, tasks):
    assert run_diagram("split.bpmn", {"amount": amount}).tasks == tasks


def test_without_a_condition_it_waits_for_every_flow(run_diagram):
    run = run_diagram("without_condition.bpmn")
    run.complete("a")
    assert run.tasks == ["b"]
    run.complete("b")
    assert run.tasks == ["next"]


def test_what_comes_twice_by_one_flow_starts_it_again_after_the_reset(run_diagram):
    run = run_diagram("twice.bpmn")
    assert run.tasks == ["b", "next"]
    run.complete("b")
    assert run.tasks == ["next", "next"]
    complete(run, "next", "next")
    assert run.is_finished
