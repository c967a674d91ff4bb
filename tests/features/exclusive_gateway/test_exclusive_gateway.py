import pytest


@pytest.mark.parametrize(
    ("amount", "taken"), [(11, "Task_A"), (10, "Task_B"), (6, "Task_B"), (5, "Task_C")]
)
def test_the_first_true_flow_in_drawn_order_is_taken_else_the_default(run_diagram, amount, taken):
    run = run_diagram("choice.bpmn", {"amount": amount})
    assert run.tasks == [taken]
    run.complete(taken)
    assert run.is_finished


def test_no_true_flow_and_no_default_is_an_incident(run_diagram):
    run = run_diagram("no_default.bpmn", {"amount": 1})
    assert run.incidents == ["no-flow-selected"]
    run.set(amount=6)
    run.retry()
    assert run.tasks == ["Task_B"]


def test_a_merge_passes_every_token(run_diagram):
    assert run_diagram("merging_a_fork.bpmn").tasks == ["Task_A", "Task_A"]


def test_a_loop_of_ten_thousand_turns_ends(run_diagram):
    run = run_diagram("loop.bpmn", {"n": 0, "turns": 10_000})
    assert run.is_finished
    assert run.variables_seen["n"] == 10_000
