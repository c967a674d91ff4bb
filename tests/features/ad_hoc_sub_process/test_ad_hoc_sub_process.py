"""Ad-hoc sub-processes: what needs nobody runs by itself, people choose the rest (p. 180)."""

from __future__ import annotations

import pytest

from engine.errors import NotStartable
from engine.runtime.step import Complete, OpenedSubscription, OpenedTask, StartActivity


def choose(run, activity):
    task = run.opened(OpenedTask, "party")[0]
    run.act(StartActivity(task.scope, activity))


def waiting(run):
    tokens = [token.node for scope in run.scopes.values() for token in scope.tokens.values()]
    return sorted(node for node in tokens if node in {"one", "two", "three"})


def go_on(run, node):
    for scope in list(run.scopes.values()):
        for token in scope.tokens.values():
            if token.node == node:
                run.act(Complete(scope.id, token.id))
                return


def test_what_needs_nobody_is_performed_once_each(run_diagram):
    run = run_diagram("automatic.bpmn")
    assert run.log == ["one", "two"]
    assert run.tasks == ["after"]


def test_sequential_ordering_starts_one_after_the_other(run_diagram):
    run = run_diagram("sequential_waits.bpmn")
    assert waiting(run) == ["one"]
    go_on(run, "one")
    assert waiting(run) == ["two"]
    go_on(run, "two")
    assert run.tasks == ["after"]


def test_people_start_what_they_choose_and_inner_flows_follow(run_diagram):
    run = run_diagram("people.bpmn")
    assert run.tasks == ["party"]
    choose(run, "cook")
    assert run.tasks == ["cook", "party"]
    run.complete("cook")
    assert run.tasks == ["eat", "party"]


def test_without_a_condition_it_is_complete_when_each_was_performed(run_diagram):
    run = run_diagram("people.bpmn")
    choose(run, "shop")
    choose(run, "cook")
    for task in ("shop", "cook"):
        run.complete(task)
    assert run.tasks == ["eat", "party"]
    run.complete("eat")
    assert run.tasks == ["after"]


def test_an_activity_may_be_started_again(run_diagram):
    run = run_diagram("people.bpmn")
    choose(run, "shop")
    choose(run, "shop")
    assert run.tasks == ["party", "shop", "shop"]


def test_in_sequence_nothing_starts_beside_what_is_active(run_diagram):
    run = run_diagram("people_in_sequence.bpmn")
    choose(run, "cook")
    with pytest.raises(NotStartable, match="shop"):
        choose(run, "shop")
    run.complete("cook")
    choose(run, "shop")
    run.complete("shop")
    assert run.tasks == ["after"]


def test_only_what_nothing_leads_to_can_be_started(run_diagram):
    run = run_diagram("people.bpmn")
    with pytest.raises(NotStartable, match="eat"):
        choose(run, "eat")


def test_the_condition_is_asked_after_each_activity_and_cancels_the_rest(run_diagram):
    run = run_diagram("condition.bpmn", {"fed": False})
    choose(run, "shop")
    choose(run, "cook")
    run.complete("shop")
    assert run.tasks == ["cook", "party"]
    choose(run, "shop")
    run.complete("cook", fed=True)
    assert run.tasks == ["after"]


def test_without_cancelling_the_rest_it_waits_for_what_is_active(run_diagram):
    run = run_diagram("condition_lets_finish.bpmn", {"fed": False})
    choose(run, "shop")
    choose(run, "cook")
    run.complete("cook", fed=True)
    assert run.tasks == ["shop"]
    run.complete("shop")
    assert run.tasks == ["after"]


def test_completing_the_task_of_the_sub_process_ends_it(run_diagram):
    run = run_diagram("condition.bpmn", {"fed": False})
    choose(run, "shop")
    run.complete("party")
    assert run.tasks == ["after"]
    run.complete("after")
    assert run.is_finished


def test_an_expression_chooses_what_starts_in_camunda_8(run_diagram):
    run = run_diagram("chosen.bpmn", {"wanted": ["one", "three"]})
    assert waiting(run) == ["one", "three"]
    go_on(run, "one")
    go_on(run, "three")
    assert run.tasks == ["after"]


def test_an_expression_that_chooses_what_is_not_there_is_an_incident(run_diagram):
    run = run_diagram("chosen.bpmn", {"wanted": ["four"]})
    assert run.incidents == ["ad-hoc-activity-missing"]
    assert run.opened(OpenedSubscription) == []


def test_when_nothing_is_active_and_the_condition_is_false_people_go_on(run_diagram):
    run = run_diagram("automatic_until.bpmn", {"fed": False})
    assert run.tasks == ["party"]
    choose(run, "music")
    assert run.passed("music") == 2
    run.set(fed=True)
    choose(run, "music")
    assert run.tasks == ["after"]
