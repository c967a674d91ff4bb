import itertools

import pytest

from engine.runtime.state import ROOT


def test_inputs_are_local_and_each_sees_those_before_it(run_diagram):
    run = run_diagram("camunda7_mappings.bpmn", {"amount": 1})
    seen = {name: run.visible("Task_A", name) for name in ("amount", "twice", "list", "map")}
    assert seen == {"amount": 2, "twice": 4, "list": ["a", 2], "map": {"k": 4}}
    assert run.variables_seen == {"amount": 1}


def test_outputs_see_the_local_variables_and_are_written_outside(run_diagram):
    run = run_diagram("camunda7_mappings.bpmn", {"amount": 1})
    run.complete("Task_A", answer=10)
    assert run.variables_seen == {"amount": 1, "answer": 10, "result": 14}


def test_a_worker_with_output_mappings_gives_only_what_they_name(run_diagram):
    run = run_diagram("camunda8_mappings.bpmn", {"order": {"amount": 5}})
    assert run.visible("Task_A", "amount") == 5
    run.complete("Task_A", answer=10, noise=1)
    assert run.variables_seen == {"order": {"amount": 5, "result": 10}}


def test_a_worker_without_output_mappings_gives_everything(run_diagram):
    run = run_diagram("camunda8_mappings.bpmn", {"order": {"amount": 5}})
    run.complete("Task_A", answer=10)
    run.complete("Task_B", noise=1)
    assert run.variables_seen == {"order": {"amount": 5, "result": 10}, "noise": 1}


def test_an_output_that_fails_is_an_incident_and_its_retry_maps_again(run_diagram):
    run = run_diagram("failing_output.bpmn")
    run.complete("Task_A", answer=1)
    assert (run.tasks, run.incidents) == ([], ["property-unknown"])
    run.set(answer={"deep": 7})
    run.retry()
    assert run.tasks == ["Task_B"]
    assert run.variables_seen["result"] == 7


def test_an_output_of_a_sub_process_that_fails_keeps_the_sub_process(run_diagram):
    run = run_diagram("failing_sub_process_output.bpmn")
    run.complete("Task_A")
    assert run.incidents
    assert len(run.scopes) == 2
    run.set(answer=1)
    run.retry()
    assert run.tasks == ["Task_B"]
    assert run.variables_seen["result"] == 2


@pytest.mark.parametrize("order", list(itertools.permutations(["Task_A", "Task_B"])))
def test_no_write_of_a_parallel_branch_is_lost(run_diagram, order):
    run = run_diagram("parallel_writes.bpmn", {"items": []})
    for task in order:
        run.complete(task)
    assert sorted(run.variables_seen["items"]) == ["a", "b"]


def test_setting_variables_is_in_the_history(run_diagram):
    run = run_diagram("parallel_writes.bpmn", {"items": []})
    run.set(items=[1], more=2)
    assert run.history[-1].kind == "variables-set"
    assert run.history[-1].data == {"names": ["items", "more"]}
    assert run.variable(ROOT, "more") == 2


def test_keys_may_be_expressions_and_nothing_is_null(run_diagram):
    run = run_diagram("computed_keys.bpmn", {"currency": "EUR", "amount": 4})
    assert run.visible("Task_A", "prices") == {"EUR": 8, "note": "net", "open": None}


def test_events_that_are_started_or_thrown_have_outputs_too(run_diagram):
    run = run_diagram("outputs_of_events.bpmn")
    run.complete("Task_A")
    assert run.variables_seen == {"first": 1, "second": 2, "third": 3}


def test_a_start_event_of_camunda_8_keeps_only_what_it_maps(world):
    made = world("start_outputs_in_camunda_8.bpmn")
    run = made.start("process", {"nr": 1, "noise": 2}, node="Start", definition=0)
    assert run.variables_seen == {"order": 1}
    run.complete("Task_A")
    assert run.variables_seen == {"order": 1, "next": 2}
