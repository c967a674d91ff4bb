import pytest


@pytest.mark.parametrize(
    ("happen", "task"),
    [
        (lambda run: run.message("yes", who="anna"), "Task_A"),
        (lambda run: run.world.advance(hours=1), "Task_B"),
        (lambda run: run.signal("stop"), "Task_C"),
        (lambda run: run.message("call"), "Task_D"),
    ],
)
def test_the_first_event_decides_and_the_others_are_forgotten(run_diagram, happen, task):
    run = run_diagram("first_wins.bpmn")
    assert len(run.waits) == 4
    happen(run)
    assert run.tasks == [task]
    assert len(run.waits) == 1


def test_the_way_that_was_taken_is_in_the_history(run_diagram):
    run = run_diagram("first_wins.bpmn")
    run.signal("stop")
    (event,) = [h for h in run.history if h.node == "Gateway" and h.kind == "element-completed"]
    assert event.data == {"flows": ["Flow_Gateway_Stop"]}
    assert run.passed("Stop") == 1
