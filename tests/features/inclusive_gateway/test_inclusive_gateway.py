import pytest


@pytest.mark.parametrize(
    ("amount", "tasks"), [(11, ["Task_A", "Task_B"]), (2, ["Task_A"]), (1, ["Task_C"])]
)
def test_the_split_takes_every_true_flow_else_the_default(run_diagram, amount, tasks):
    assert run_diagram("split_and_join.bpmn", {"amount": amount}).tasks == tasks


def test_the_join_waits_for_the_branches_that_were_taken_only(run_diagram):
    run = run_diagram("split_and_join.bpmn", {"amount": 11})
    run.complete("Task_B")
    assert run.tasks == ["Task_A"]
    run.complete("Task_A")
    assert run.tasks == ["Task_D"]


def test_the_join_fires_when_the_last_token_that_could_come_went_another_way(run_diagram):
    run = run_diagram("join_after_a_longer_way.bpmn", {"join": False})
    run.complete("Task_A")
    assert run.tasks == ["Task_B"]
    run.complete("Task_B")
    assert run.tasks == ["Task_C", "Task_D"]


def test_the_join_takes_the_token_that_came_the_longer_way(run_diagram):
    run = run_diagram("join_after_a_longer_way.bpmn", {"join": True})
    run.complete("Task_A")
    run.complete("Task_B")
    assert run.tasks == ["Task_D"]


def test_a_boundary_event_counts_as_a_way_to_the_join(run_diagram):
    run = run_diagram("join_behind_a_boundary_event.bpmn")
    run.complete("Task_A")
    assert run.tasks == ["Task_B"]
    run.message("m")
    assert run.tasks == ["Task_C"]


def test_the_join_fires_when_the_activity_with_the_boundary_event_ends(run_diagram):
    run = run_diagram("join_behind_a_boundary_event.bpmn")
    run.complete("Task_A")
    run.complete("Task_B")
    assert run.tasks == ["Task_C"]


def test_the_join_waits_in_every_pass_of_a_loop(run_diagram):
    run = run_diagram("join_in_a_loop.bpmn", {"both": True, "n": 0})
    for turn in (1, 2, 3):
        run.complete("Task_A")
        assert run.tasks == ["Task_B"]
        run.complete("Task_B", n=turn)
    assert run.is_finished


def test_the_join_waits_for_a_token_inside_a_sub_process(run_diagram):
    run = run_diagram("join_after_a_sub_process.bpmn")
    run.complete("Task_A")
    assert run.tasks == ["Sub_Task"]
    run.complete("Sub_Task")
    assert run.tasks == ["Task_C"]


def test_a_token_that_can_also_come_by_a_filled_flow_does_not_hold_the_join(run_diagram):
    """The standard's last clause (BPMN 2.0 p. 292): such a token starts the join anew."""
    run = run_diagram("one_token_reaches_both_flows.bpmn", {"join": False})
    run.complete("Task_A")
    assert run.tasks == ["Task_B", "Task_C"]
    run.complete("Task_B")
    assert run.tasks == ["Task_C", "Task_C"]
