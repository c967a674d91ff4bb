import pytest

from engine.errors import NotStartable


def test_without_start_event_every_node_that_nothing_leads_to_starts(run_diagram):
    run = run_diagram("no_start_event.bpmn")
    assert run.tasks == ["Task_A", "Task_B"]
    run.complete("Task_B")
    run.complete("Task_A")
    assert run.is_finished


def test_starting_by_hand_uses_the_none_start_event(run_diagram):
    assert run_diagram("none_and_message_start.bpmn").tasks == ["Task_A"]


def test_a_message_starts_at_its_own_start_event(run_diagram):
    assert run_diagram("none_and_message_start.bpmn", node="Start_order").tasks == ["Task_B"]


def test_several_event_starts_cannot_be_started_by_hand(run_diagram):
    with pytest.raises(NotStartable, match="Say which one"):
        run_diagram("two_message_starts.bpmn")


def test_a_start_that_does_not_exist_is_refused(run_diagram):
    with pytest.raises(NotStartable, match="Start_gift"):
        run_diagram("two_message_starts.bpmn", node="Start_gift")


def test_the_initiator_is_a_variable_where_the_diagram_asks_for_it(run_diagram):
    run = run_diagram("initiator.bpmn", initiator="anna")
    assert run.variables_seen["requester"] == "anna"
    assert next(iter(run.waits.values())).assignee == "anna"


def test_a_receive_task_that_instantiates_has_its_message_already(run_diagram):
    assert run_diagram("receive_task_that_instantiates.bpmn", node="Receive").tasks == ["Task_A"]
