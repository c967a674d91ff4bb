import pytest

from engine.runtime.state import Status


def test_it_takes_the_place_of_everything_else_and_its_scope_completes_with_it(run_diagram):
    """BPMN 2.0 p. 176."""
    run = run_diagram("message.bpmn")
    run.message("stop")
    assert run.tasks == ["Task_H"]
    run.complete("Task_H")
    assert run.tasks == ["Task_B"]
    run.complete("Task_B")
    assert run.is_finished


def test_it_listens_no_more_once_its_scope_ended(run_diagram):
    run = run_diagram("message.bpmn")
    run.complete("Task_A")
    assert run.tasks == ["Task_B"]
    assert len(run.waits) == 1


def test_a_signal_starts_it(run_diagram):
    run = run_diagram("signal.bpmn")
    run.signal("alarm")
    assert run.tasks == ["Task_H"]


def test_a_timer_starts_it_counted_from_the_begin_of_its_scope(run_diagram):
    run = run_diagram("timer.bpmn")
    run.world.advance(minutes=59)
    assert run.tasks == ["Task_A"]
    run.world.advance(minutes=1)
    assert run.tasks == ["Task_H"]


def test_an_error_starts_it_with_code_and_message(run_diagram):
    run = run_diagram("error.bpmn")
    run.throw_error("Task_A", "A", "no money")
    assert run.tasks == ["Task_H"]
    assert run.variables_seen == {"code": "A", "text": "no money"}


def test_what_its_event_brought_are_variables(run_diagram):
    run = run_diagram("message.bpmn")
    run.message("stop", reason="enough")
    assert run.visible("Task_H", "reason") == "enough"


def test_it_guards_the_process_as_it_guards_a_sub_process(run_diagram):
    run = run_diagram("at_the_process.bpmn")
    run.message("stop")
    assert run.tasks == ["Task_H"]
    run.complete("Task_H")
    assert run.is_finished


def test_no_other_event_sub_process_of_the_scope_starts_any_more(run_diagram):
    run = run_diagram("at_the_process.bpmn")
    run.message("hint")
    run.message("stop")
    assert run.tasks == ["Task_H"]
    assert len(run.waits) == 1


def test_boundary_events_of_the_activity_stay(run_diagram):
    run = run_diagram("with_boundary_events.bpmn")
    run.message("stop")
    assert len(run.waits) == 2
    run.world.advance(hours=1)
    assert run.tasks == ["Task_L"]


@pytest.mark.parametrize(("code", "task"), [("A", "Task_a"), ("B", "Task_any"), ("C", "Task_any")])
def test_the_code_comes_before_every_code_and_the_inside_before_the_boundary(
    run_diagram, code, task
):
    run = run_diagram("error_before_boundary.bpmn")
    run.throw_error("Task_A", code)
    assert run.tasks == [task]


@pytest.mark.parametrize("code", ["A", "B"])
def test_an_error_of_an_interrupting_handler_goes_outward(run_diagram, code):
    run = run_diagram("error_in_a_handler.bpmn")
    run.throw_error("Task_A", "A")
    run.throw_error("Task_H", code)
    assert run.tasks == ["Task_out"]


def test_a_handler_does_not_catch_what_its_own_end_throws(run_diagram):
    run = run_diagram("error_in_a_handler.bpmn")
    run.throw_error("Task_A", "A")
    run.complete("Task_H")
    assert run.tasks == ["Task_out"]


def test_a_signal_from_inside_the_scope_ends_who_throws_it(run_diagram):
    run = run_diagram("signal_from_inside.bpmn")
    assert run.tasks == ["Task_H"]
    assert run.passed("Throw") == 0


def test_a_join_that_waits_is_forgotten_with_its_incident(run_diagram):
    run = run_diagram("starved_join.bpmn")
    run.complete("Task_A")
    assert run.incidents == ["join-starved"]
    run.message("stop")
    assert (run.tasks, run.incidents) == (["Task_H"], [])
    run.complete("Task_H")
    assert run.is_finished


def test_a_trigger_that_cannot_be_worked_out_holds_the_process_until_it_is_mended(run_diagram):
    run = run_diagram("failing_timer.bpmn")
    assert (run.tasks, run.incidents) == ([], ["variable-unknown"])
    run.set(wait="PT1H")
    run.retry()
    assert run.tasks == ["Task_A"]
    run.world.advance(hours=1)
    assert run.tasks == ["Task_H"]


def test_cancelling_the_instance_leaves_nothing(run_diagram):
    run = run_diagram("with_boundary_events.bpmn")
    run.message("stop")
    run.cancel()
    assert run.status is Status.TERMINATED
    assert (run.scopes, run.waits) == ({}, {})


def test_what_its_event_brought_may_fail_to_be_mapped(run_diagram):
    run = run_diagram("failing_output.bpmn")
    run.message("stop")
    assert (run.tasks, run.incidents) == ([], ["variable-unknown"])
    run.set(missing=7)
    run.retry()
    assert run.tasks == ["Task_H"]


def test_an_error_of_the_activitys_own_mapping_is_not_one_from_inside(run_diagram):
    assert run_diagram("own_mapping_fails.bpmn").tasks == ["Task_out"]
