import itertools

import pytest


def test_the_join_waits_for_every_branch(run_diagram):
    run = run_diagram("fork_and_join.bpmn")
    run.complete("Task_A")
    assert run.tasks == ["Task_B"]
    run.complete("Task_B")
    assert run.tasks == ["Task_C"]


@pytest.mark.parametrize(
    "order", list(itertools.permutations(["Task_A1", "Task_A2", "Task_B1", "Task_B2"]))
)
def test_the_join_takes_one_token_of_each_flow_in_any_order(run_diagram, order):
    run = run_diagram("two_tokens_per_flow.bpmn")
    fired = []
    for task in order:
        run.complete(task)
        fired.append(run.tasks.count("Task_C"))
    pairs = [
        min(
            sum(task.startswith("Task_A") for task in order[: n + 1]),
            sum(task.startswith("Task_B") for task in order[: n + 1]),
        )
        for n in range(4)
    ]
    assert fired == pairs


def test_a_join_that_can_never_complete_is_an_incident_not_silence(run_diagram):
    run = run_diagram("starved_join.bpmn", {"amount": 1})
    run.complete("Task_B")
    (incident,) = run.waits.values()
    assert incident.kind == "join-starved"
    assert "Flow_Task_A_Join" in incident.message
    assert "Flow_Task_B_Join" not in incident.message
    assert not run.is_finished
    run.cancel()
    assert (run.waits, run.scopes) == ({}, {})
