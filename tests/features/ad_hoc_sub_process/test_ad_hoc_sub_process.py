"""Ad-hoc sub-processes: what needs nobody runs by itself, people choose the rest (p. 180)."""

from __future__ import annotations

import pytest

from engine.errors import NotStartable
from engine.runtime.skipping import NotSkippable
from engine.runtime.step import (
    AdHocChoice,
    Complete,
    OpenedExternal,
    OpenedIncident,
    OpenedSubscription,
    OpenedTask,
    SetVariables,
    Skip,
    StartActivity,
)


def choose(run, activity):
    task = run.opened(OpenedTask, "party")[0]
    run.act(StartActivity(task.scope, activity))


def waiting(run):
    tokens = [token for scope in run.scopes.values() for token in scope.tokens.values()]
    known = {"one", "two", "three"}
    return sorted(t.node for t in tokens if t.node in known and t.child is None)


def go_on(run, node):
    for scope in list(run.scopes.values()):
        for token in scope.tokens.values():
            if token.node == node and token.child is None:
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


# ---- Camunda 8 ----------------------------------------------------------------------------------


def told(run):
    scope = next(s for s in run.scopes.values() if s.node == "party" and s.kind == "a")
    return run.variables(scope.id)


def test_in_camunda_8_nothing_starts_that_nobody_chose(run_diagram):
    run = run_diagram("collecting.bpmn", {"wanted": []})
    assert run.tasks == ["party"]
    assert told(run)["results"] == []
    assert [each["elementId"] for each in told(run)["adHocSubProcessElements"]] == ["cook", "shop"]
    choose(run, "shop")
    assert run.tasks == ["party", "shop"]


def test_each_flow_keeps_its_variables_and_gives_its_output(run_diagram):
    run = run_diagram("collecting.bpmn", {"wanted": ["cook", "shop", "shop"], "result": None})
    run.complete("shop", result="bread", noise=1)
    assert told(run)["results"] == []
    run.complete("pay")
    assert told(run)["results"] == ["bread"]
    run.complete("cook", own="soup")
    run.complete("shop", result="wine")
    run.complete("pay")
    assert run.tasks == ["after"]
    assert run.variables_seen == {
        "wanted": ["cook", "shop", "shop"],
        "result": "wine",
        "results": ["bread", "bread", "wine"],
    }


def test_an_output_that_cannot_be_collected_is_an_incident_until_it_can(run_diagram):
    run = run_diagram("collecting.bpmn", {"wanted": ["cook"]})
    scope = next(s for s in run.scopes.values() if s.node == "party" and s.kind == "a")
    run.act(SetVariables(scope.id, {"results": "none"}, local=True))
    run.complete("cook")
    assert run.incidents == ["ad-hoc-output-invalid"]
    run.act(SetVariables(scope.id, {"results": []}, local=True))
    run.retry()
    assert run.tasks == ["after"]


def test_an_output_that_cannot_be_collected_cannot_be_skipped(run_diagram):
    run = run_diagram("collecting.bpmn", {"wanted": ["cook", "shop"]})
    scope = next(s for s in run.scopes.values() if s.node == "party" and s.kind == "a")
    run.act(SetVariables(scope.id, {"results": "none"}, local=True))
    run.complete("cook")
    incident = run.opened(OpenedIncident)[0]
    with pytest.raises(NotSkippable, match="party"):
        run.act(Skip(incident.scope, incident.token))
    assert (run.incidents, run.tasks) == (["ad-hoc-output-invalid"], ["party", "shop"])
    run.act(SetVariables(scope.id, {"results": []}, local=True))
    run.retry()
    assert run.tasks == ["party", "shop"]


def test_the_condition_sees_what_was_collected_and_cancels_the_rest(run_diagram):
    run = run_diagram("collecting_until.bpmn", {"wanted": ["cook", "shop", "shop"]})
    run.complete("shop", result=1)
    assert run.tasks == ["cook", "party", "shop"]
    run.complete("shop", result=2)
    assert run.tasks == ["after"]
    assert run.variables_seen["results"] == [1, 2]


def test_an_error_in_a_flow_goes_to_the_event_sub_process_of_its_sub_process(run_diagram):
    run = run_diagram("collecting_guarded.bpmn", {"wanted": ["cook", "shop"]})
    run.throw_error("shop", "burnt")
    assert run.tasks == ["mend"]
    run.complete("mend")
    assert run.tasks == ["after"]


def test_what_a_flow_completed_can_be_undone(run_diagram):
    run = run_diagram("collecting_undone.bpmn", {"wanted": ["cook"]})
    run.complete("cook", own=1)
    assert run.tasks == ["uncook"]
    assert run.visible("uncook", "own") == 1
    run.complete("uncook")
    assert run.tasks == ["after"]


def worker(run):
    found = [wait for wait in run.opened(OpenedExternal) if wait.topic == "agent"]
    return found[0] if found else None


def answer(run, *start, **facts):
    wait = worker(run)
    choice = AdHocChoice(tuple((activity, {"for": activity}) for activity in start), **facts)
    run.act(Complete(wait.scope, wait.token, {}, choice=choice))


def test_a_worker_chooses_and_is_asked_again_when_a_flow_ends(run_diagram):
    run = run_diagram("worker.bpmn")
    answer(run, "cook", "shop")
    assert (run.tasks, worker(run)) == (["cook", "shop"], None)
    assert run.visible("cook", "for") == "cook"
    run.complete("shop")
    first = worker(run)
    run.complete("cook")
    assert worker(run).wait != first.wait
    answer(run, is_complete=True)
    assert run.tasks == ["after"]
    assert run.variables_seen == {"results": ["shop", "cook"]}


@pytest.mark.parametrize(("cancels", "tasks"), [(True, ["after"]), (False, ["cook"])])
def test_a_worker_completes_it_with_or_without_what_is_active(run_diagram, cancels, tasks):
    run = run_diagram("worker.bpmn")
    answer(run, "cook", "shop")
    run.complete("shop")
    answer(run, is_complete=True, cancels_rest=cancels)
    assert run.tasks == tasks


def test_a_worker_that_starts_nothing_leaves_it_to_people(run_diagram):
    run = run_diagram("worker.bpmn")
    answer(run)
    assert run.tasks == ["party"]
    choose(run, "shop")
    run.complete("shop")
    assert (run.tasks, worker(run) is not None) == ([], True)


def test_a_worker_cannot_start_what_is_not_there(run_diagram):
    run = run_diagram("worker.bpmn")
    for start, facts in ((["party"], {}), (["cook"], {"is_complete": True})):
        with pytest.raises(NotStartable):
            answer(run, *start, **facts)


def test_a_worker_that_failed_for_good_is_asked_again_by_a_retry(run_diagram):
    run = run_diagram("worker.bpmn")
    run.fail("party")
    run.retry()
    answer(run, "cook")
    assert run.tasks == ["cook"]
