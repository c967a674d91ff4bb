from datetime import timedelta

from tests.features.world import MONDAY


def test_an_interrupting_event_ends_everything_in_its_activity(run_diagram):
    run = run_diagram("interrupting.bpmn")
    assert run.tasks == ["Task_A", "Task_B"]
    run.message("stop", reason="late")
    assert run.tasks == ["Task_D"]
    assert len(run.waits) == 1
    assert len(run.scopes) == 1
    assert run.variables_seen == {"reason": "late"}


def test_what_an_interrupting_timer_was_for_is_over_when_the_activity_ends(run_diagram):
    run = run_diagram("interrupting.bpmn")
    run.complete("Task_A")
    run.complete("Task_B")
    assert run.tasks == ["Task_C"]
    assert len(run.waits) == 1


def test_an_event_that_does_not_interrupt_happens_every_time(run_diagram):
    run = run_diagram("not_interrupting.bpmn")
    run.message("ask")
    run.message("ask")
    run.signal("hint")
    run.signal("hint")
    assert run.tasks == ["Task_A", "Task_C", "Task_C", "Task_D", "Task_D"]


def test_what_it_started_survives_the_end_of_its_activity(run_diagram):
    run = run_diagram("not_interrupting.bpmn")
    run.message("ask")
    run.complete("Task_A")
    assert run.tasks == ["Task_B", "Task_C"]
    run.complete("Task_B")
    run.complete("Task_C")
    assert run.is_finished


def test_a_repeating_timer_fires_until_its_repetitions_are_used(run_diagram):
    run = run_diagram("repeating_timer.bpmn")
    run.world.advance(hours=10)
    assert run.tasks == ["Escalate_Task", "Remind_Task", "Remind_Task", "Remind_Task", "Task_A"]
    assert run.timers == []


def test_timers_fire_in_due_order(run_diagram):
    run = run_diagram("repeating_timer.bpmn")
    run.world.advance(hours=2)
    order = [h.node for h in run.history if h.kind == "element-completed"]
    assert order == ["Start", "Remind", "Escalate", "Remind"]


def test_a_late_server_does_not_shift_a_repeating_timer(run_diagram):
    run = run_diagram("repeating_timer.bpmn")
    run.world.advance(minutes=61)
    assert min(timer.due for timer in run.timers if timer.node.id == "Remind") == (
        MONDAY + timedelta(hours=2)
    )


def test_the_events_of_a_loop_sit_on_the_whole_loop(run_diagram):
    run = run_diagram("on_a_loop.bpmn")
    assert run.tasks == ["Task_A"] * 3
    run.complete("Task_A")
    run.message("stop")
    assert run.tasks == ["Task_C"]
    assert len(run.scopes) == 1


def test_output_mappings_choose_what_a_boundary_event_brings(run_diagram):
    run = run_diagram("payload_to_variables.bpmn", {"key": "k"})
    run.message("stop", reason="late", noise=1)
    assert run.variables_seen == {"key": "k", "why": "late"}


def test_what_was_cancelled_and_by_what_is_in_the_history(run_diagram):
    run = run_diagram("interrupting.bpmn")
    run.message("stop")
    cancelled = [(h.node, dict(h.data)) for h in run.history if h.kind == "element-cancelled"]
    assert cancelled == [("Task_B", {}), ("Task_A", {}), ("Inner", {}), ("Sub", {"by": "Stop"})]
