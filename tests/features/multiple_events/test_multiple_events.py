import pytest

from engine.runtime.state import Status
from engine.runtime.step import OpenedSubscription


def test_the_first_of_several_events_goes_on_and_the_others_are_forgotten(run_diagram):
    run = run_diagram("catch_any.bpmn")
    run.message("first")
    assert (run.tasks, run.timers) == (["Task_A"], [])


@pytest.mark.parametrize("is_message_first", [True, False])
def test_a_parallel_multiple_event_needs_all_in_any_order(run_diagram, is_message_first):
    """BPMN 2.0 p. 243."""
    run = run_diagram("catch_all.bpmn")
    steps = [lambda: run.message("first", a=1), lambda: run.signal("second", b=2)]
    for step in steps if is_message_first else reversed(steps):
        assert run.tasks == []
        step()
    assert run.tasks == ["Task_A"]
    assert run.variables_seen == {"a": 1, "b": 2}
    run.complete("Task_A")
    assert run.is_finished


def test_one_of_its_events_does_not_happen_twice_for_the_other(run_diagram):
    run = run_diagram("catch_all.bpmn")
    run.message("first")
    assert [wait.name for wait in run.opened(OpenedSubscription)] == ["second"]


def test_after_a_gateway_it_decides_when_it_is_complete(run_diagram):
    run = run_diagram("catch_all_after_a_gateway.bpmn")
    run.message("first")
    run.message("other")
    assert run.tasks == ["Task_B"]
    run.complete("Task_B")
    assert run.is_finished


def test_every_event_of_a_boundary_event_adds_a_token(run_diagram):
    run = run_diagram("boundary_any.bpmn")
    run.message("first")
    run.signal("second")
    assert run.tasks == ["Task_A", "Task_H", "Task_H"]


def test_a_boundary_event_that_needs_all_waits_for_all_again(run_diagram):
    run = run_diagram("boundary_all.bpmn")
    for _ in range(2):
        run.signal("second")
        run.message("first")
    assert run.tasks == ["Task_A", "Task_H", "Task_H"]
    assert len(run.opened(OpenedSubscription)) == 2
    run.message("first")
    assert run.tasks == ["Task_A", "Task_H", "Task_H"]


def test_a_timer_of_it_happens_once(run_diagram):
    run = run_diagram("boundary_all_interrupting.bpmn")
    run.world.advance(hours=3)
    assert (run.tasks, run.timers) == (["Task_A"], [])
    run.message("first")
    assert run.tasks == ["Task_H"]


def test_an_event_sub_process_may_need_all(run_diagram):
    run = run_diagram("event_sub_process_all.bpmn")
    run.set(x=2)
    assert run.tasks == ["Task_A"]
    run.message("first")
    assert run.tasks == ["Task_H"]


@pytest.mark.parametrize("is_error", [True, False])
def test_an_event_sub_process_may_take_any(run_diagram, is_error):
    run = run_diagram("event_sub_process_any.bpmn")
    if is_error:
        run.throw_error("Task_A", "A")
    else:
        run.message("first")
    assert run.tasks == ["Task_H"]


def test_a_throw_event_throws_all_of_its_events(run_diagram):
    run = run_diagram("throw_all.bpmn")
    assert run.tasks == ["Task_A", "Task_B"]


def test_what_ends_the_scope_is_thrown_last(run_diagram):
    run = run_diagram("end_with_an_error.bpmn")
    assert run.tasks == ["Task_H"]
    assert [message.name for message in run.world.sent] == ["told"]


def test_what_comes_after_the_work_of_a_worker_is_thrown_when_that_is_done(run_diagram):
    run = run_diagram("throw_with_a_worker.bpmn")
    assert run.tasks == []
    run.complete("Throw")
    assert run.tasks == ["Task_A", "Task_B"]


def test_what_is_written_while_the_instance_fails_asks_no_condition(run_diagram):
    run = run_diagram("end_that_fails.bpmn")
    assert run.status is Status.FAILED
    assert run.tasks == []
