import pytest


@pytest.mark.parametrize(("turns", "ran"), [(0, 1), (1, 1), (3, 3), (10_000, 10_000)])
def test_the_condition_is_asked_after_each_turn(run_diagram, turns, ran):
    run = run_diagram("test_after.bpmn", {"n": 0, "turns": turns})
    assert run.is_finished
    assert run.variables_seen["n"] == ran


@pytest.mark.parametrize(("turns", "ran"), [(0, 0), (3, 3), (9, 4)])
def test_before_each_turn_when_the_diagram_says_so_and_never_beyond_the_maximum(
    run_diagram, turns, ran
):
    run = run_diagram("test_before.bpmn", {"n": 0, "turns": turns})
    assert run.is_finished
    assert run.variables_seen["n"] == ran


def test_each_turn_waits_for_its_person(run_diagram):
    run = run_diagram("with_a_person.bpmn")
    run.complete("Task_A", again=True)
    assert run.tasks == ["Task_A"]
    run.complete("Task_A", again=False)
    assert run.is_finished
