import pytest

from engine.runtime.effects import Ended
from engine.runtime.state import Status


def test_only_the_most_specific_handler_catches(run_diagram):
    run = run_diagram("most_specific_handler.bpmn")
    run.complete("Task_A")
    assert run.tasks == ["Task_only_a"]


def test_a_handler_without_code_catches_every_other_error(run_diagram):
    run = run_diagram("most_specific_handler.bpmn")
    run.complete("Task_B")
    assert run.tasks == ["Task_any"]


def test_an_error_goes_outward_past_handlers_of_other_codes(run_diagram):
    run = run_diagram("across_two_scopes.bpmn")
    run.complete("Task_A")
    assert run.tasks == ["Task_C", "Task_side"]


def test_an_uncaught_error_fails_the_instance_and_nothing_goes_on(run_diagram):
    run = run_diagram("uncaught.bpmn")
    run.complete("Task_A")
    assert run.status is Status.FAILED
    assert run.incidents == ["uncaught-error"]
    assert (run.tasks, run.scopes) == ([], {})
    assert isinstance(run.effects[-1], Ended)
    assert run.effects[-1].error == "A"


@pytest.mark.parametrize("code", ["A", "B"])
def test_an_error_of_a_worker_is_caught_by_its_code(run_diagram, code):
    run = run_diagram("code_and_message_variable.bpmn")
    run.throw_error("Charge", code, "no money")
    if code == "A":
        assert run.tasks == ["Task_A"]
        assert run.variables_seen == {"code": "A", "text": "no money"}
    else:
        assert run.status is Status.FAILED


def test_an_error_of_a_mapping_is_thrown_from_its_event(run_diagram):
    run = run_diagram("thrown_by_a_mapping.bpmn")
    run.message("m")
    assert run.tasks == ["Task_A"]


def test_an_error_of_one_item_ends_the_whole_loop(run_diagram):
    run = run_diagram("thrown_by_an_item.bpmn")
    run.complete("Task_A")
    assert run.tasks == ["Task_B"]
    assert len(run.scopes) == 1


def test_a_handler_that_cannot_be_evaluated_is_an_incident_and_the_error_stays_uncaught(
    run_diagram,
):
    run = run_diagram("handler_that_fails.bpmn")
    run.throw_error("Charge", "A")
    assert len(run.incidents) == 1
    assert run.status is Status.ACTIVE
    run.set(order={"code": "A"})
    run.retry()
    run.throw_error("Charge", "A")
    assert run.tasks == ["Task_A"]


def test_an_error_without_code_is_caught_by_no_code(run_diagram):
    run = run_diagram("without_code.bpmn")
    (incident,) = run.waits.values()
    assert "the error 'without code'" in incident.message
    assert run.effects[-1].error == ""


def test_a_thrown_error_has_the_message_that_its_definition_says(run_diagram):
    run = run_diagram("with_message.bpmn", {"where": "the dock"})
    assert run.variables_seen == {"where": "the dock", "code": "boom", "told": "broke at the dock"}
