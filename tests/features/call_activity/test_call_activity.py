from engine.runtime.effects import Ended
from engine.runtime.state import Status


def called(run):
    return run.world.instances[-1]


def test_a_plain_call_passes_everything_both_ways(run_diagram):
    run = run_diagram("plain.bpmn", {"amount": 1})
    assert called(run).variables_seen == {"amount": 1}
    called(run).complete("Task_A", answer="yes")
    assert run.tasks == ["Task_B"]
    assert run.variables_seen == {"amount": 1, "answer": "yes"}


def test_only_what_is_mapped_crosses(run_diagram):
    run = run_diagram("mapped.bpmn", {"amount": 10, "nr": "n-1", "secret": "x"})
    assert called(run).variables_seen == {"sum": 10, "twice": 20}
    assert called(run).instance.business_key == "n-1"
    called(run).complete("Task_A", answer="yes", noise=1)
    assert run.variables_seen == {
        "amount": 10,
        "nr": "n-1",
        "secret": "x",
        "result": "yes",
        "more": 11,
    }


def test_an_error_of_the_called_process_is_caught_at_the_call(run_diagram):
    run = run_diagram("mapped.bpmn", {"amount": 10, "nr": "n-1"})
    called(run).complete("Task_A", answer="no")
    assert run.tasks == ["Task_C"]
    assert run.variables_seen == {"amount": 10, "nr": "n-1", "result": "no", "more": 11}
    assert called(run).status is Status.FAILED
    assert called(run).incidents == []


def test_cancelling_a_call_cancels_the_called_process(run_diagram):
    run = run_diagram("in_a_sub_process.bpmn")
    child = called(run)
    assert child.tasks == ["Task_A"]
    run.message("stop")
    assert run.tasks == ["Task_B"]
    assert child.status is Status.TERMINATED
    assert (child.scopes, child.waits) == ({}, {})


def test_a_call_that_is_cancelled_in_the_step_that_made_it_never_was(run_diagram):
    run = run_diagram("terminated_at_once.bpmn")
    assert run.is_finished
    assert [type(effect) for effect in run.effects] == [Ended]


def test_local_mappings_stay_within_the_call(run_diagram):
    run = run_diagram("local_mappings.bpmn", {"amount": 10})
    assert called(run).variables_seen == {"near": 11, "far": None}
    called(run).complete("Task_A", answer=4)
    assert run.variables_seen == {"amount": 10, "kept": 5}


def test_all_local_variables_are_those_of_the_call_itself(run_diagram):
    run = run_diagram("all_local.bpmn", {"amount": 10})
    assert called(run).variables_seen == {"own": 11}


def test_a_call_without_variables_of_its_own_passes_none_of_those_around_it(run_diagram):
    run = run_diagram("all_local_of_nothing.bpmn", {"amount": 10})
    assert called(run).variables_seen == {}


def test_all_that_comes_back_may_stay_local_to_the_call(run_diagram):
    run = run_diagram("out_all_local.bpmn", {"amount": 10})
    called(run).complete("Task_A", answer=4)
    assert run.tasks == ["Task_B"]
    assert run.variables_seen == {"amount": 10, "reply": 4, "kept": 5}


def test_output_mappings_see_what_the_called_process_ended_with(run_diagram):
    """Camunda 8: what is not propagated is still there for the mappings of the call."""
    run = run_diagram("only_by_output_mapping.bpmn")
    called(run).complete("Task_A", answer=4, secret="x")
    called(run).complete("Task_A", answer=5)
    assert run.tasks == ["Task_B"]
    assert run.variables_seen == {"replies": [4, 5]}
