from engine.runtime.step import OpenedIncident


def test_it_runs_beside_the_scope_each_time_anew(run_diagram):
    """BPMN 2.0 p. 176."""
    run = run_diagram("message_not_interrupting.bpmn")
    run.message("hint")
    run.message("hint")
    assert run.tasks == ["Task_A", "Task_H", "Task_H"]


def test_the_scope_waits_for_what_runs_beside(run_diagram):
    run = run_diagram("message_not_interrupting.bpmn")
    run.message("hint")
    run.complete("Task_A")
    assert run.tasks == ["Task_H"]
    run.message("hint")
    run.complete("Task_H")
    run.complete("Task_H")
    assert run.tasks == ["Task_B"]
    assert len(run.waits) == 1


def test_a_timer_with_a_cycle_starts_it_as_often_as_the_cycle_says(run_diagram):
    run = run_diagram("timer_cycle.bpmn")
    run.world.advance(hours=2)
    assert run.tasks.count("Task_H") == 2
    run.world.advance(hours=10)
    assert run.tasks.count("Task_H") == 3
    assert run.timers == []


def test_a_timer_ends_with_the_scope(run_diagram):
    run = run_diagram("timer_cycle.bpmn")
    run.world.advance(hours=1)
    run.complete("Task_A")
    run.complete("Task_H")
    assert (run.tasks, run.timers) == (["Task_B"], [])


def test_terminate_in_it_ends_only_itself(run_diagram):
    run = run_diagram("terminate_inside.bpmn")
    run.message("hint")
    assert run.tasks == ["Task_A"]
    run.complete("Task_A")
    assert run.tasks == ["Task_B"]


def test_terminate_in_the_scope_ends_it_too(run_diagram):
    run = run_diagram("terminate_beside.bpmn")
    run.message("hint")
    run.complete("Task_A")
    assert run.tasks == ["Task_B"]
    assert len(run.waits) == 1


def test_an_error_of_it_may_start_another_one_of_the_scope(run_diagram):
    run = run_diagram("error_beside_a_handler.bpmn")
    run.message("hint")
    run.complete("Task_H")
    assert run.tasks == ["Task_B"]
    run.complete("Task_B")
    assert run.is_finished


def test_a_timer_that_cannot_be_set_again_leaves_what_it_guards_alone(run_diagram):
    run = run_diagram("repriced.bpmn", {"urgency": 1})
    run.set(urgency="high")
    run.world.advance(hours=1)
    assert (run.tasks, run.incidents, run.timers) == (["Task_A"], ["value-not-a-number"], [])
    # No token stands for the process itself: its retry ended everything else.
    assert [incident.token for incident in run.opened(OpenedIncident)] == [0]
    run.complete("Task_A")
    assert run.is_finished
