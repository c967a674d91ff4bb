from datetime import timedelta

import pytest

from engine.errors import Forbidden, MismatchingCorrelation
from tests.engine.world import ADMIN, CLARA, World


def test_each_start_event_begins_an_instance_of_its_own(world: World):
    world.deploy("message_and_timer.bpmn")
    world.start("process")
    world.engine.correlate_message("order", actor=ADMIN)
    world.clock.move(timedelta(hours=24))
    world.engine.run_due_jobs()
    assert world.tasks() == ["Task_A", "Task_B", "Task_C"]


@pytest.mark.parametrize("by_signal", [True, False])
def test_any_of_several_events_starts_it(world: World, by_signal: bool):
    world.deploy("any_event.bpmn")
    if by_signal:
        world.engine.broadcast_signal("go", actor=ADMIN)
    else:
        world.engine.correlate_message("order", actor=ADMIN)
    assert world.tasks() == ["Task_A"]


def test_a_start_that_needs_all_of_its_events_waits_for_the_rest(world: World):
    """BPMN 2.0 p. 243."""
    world.deploy("all_events.bpmn")
    instance = world.engine.correlate_message("order", actor=ADMIN, variables={"number": 7})
    assert world.tasks() == []
    world.engine.broadcast_signal("go", actor=ADMIN)
    assert world.tasks() == ["Task_A"]
    assert world.variables(instance) == {"number": 7}


def test_started_by_hand_it_waits_for_none_of_its_events(world: World):
    world.deploy("all_events.bpmn")
    world.engine.start("process", actor=ADMIN)
    assert world.tasks() == ["Task_A"]


def test_an_instantiating_gateway_begins_at_the_event_that_came(world: World):
    """BPMN 2.0 p. 298."""
    world.deploy("gateway_exclusive.bpmn")
    world.engine.correlate_message("order", actor=ADMIN)
    assert world.tasks() == ["Task_A"]
    world.engine.broadcast_signal("go", actor=ADMIN)
    assert world.tasks() == ["Task_A", "Task_B"]
    assert len(world.rows("process_instance")) == 2


@pytest.mark.parametrize(
    ("first", "then", "task"), [("order", "payment", "Task_A"), ("payment", "order", "Task_B")]
)
def test_a_parallel_instantiating_gateway_waits_for_the_rest(
    world: World, first: str, then: str, task: str
):
    world.deploy("gateway_parallel.bpmn")
    instance = world.engine.correlate_message(first, actor=ADMIN)
    assert world.tasks() == [task]
    assert world.engine.correlate_message(then, actor=ADMIN) == instance
    assert world.tasks() == ["Task_A", "Task_B"]


def test_a_receive_task_that_instantiates_has_its_message_already(world: World):
    """BPMN 2.0 p. 161."""
    world.deploy("receive_task.bpmn")
    world.engine.correlate_message("order", actor=ADMIN)
    assert world.tasks() == ["Task_A"]


def test_a_waiting_instance_takes_a_message_before_a_start_event(world: World):
    world.deploy("guarded.bpmn")
    instance = world.engine.correlate_message("order", actor=ADMIN)
    assert world.engine.correlate_message("order", actor=ADMIN) == instance
    assert world.tasks() == ["Task_H"]


def test_a_newer_version_takes_the_start_events_over(world: World):
    world.deploy("gateway_exclusive.bpmn")
    world.deploy("receive_task.bpmn")
    assert [row.name for row in world.rows("subscription")] == ["order"]


def test_a_condition_begins_an_instance_when_it_is_asked_and_true(world: World):
    world.deploy("conditional.bpmn")
    assert world.engine.evaluate_conditions({"stock": 9}, actor=ADMIN) == []
    assert world.engine.evaluate_conditions({"price": 1}, actor=ADMIN) == []
    assert world.engine.evaluate_conditions({"stock": 3}, actor=ADMIN, process_id="other") == []
    (instance,) = world.engine.evaluate_conditions(
        {"stock": 3}, actor=ADMIN, process_id="process", business_key="S-1"
    )
    assert world.tasks() == ["Task_A"]
    assert world.variables(instance) == {"stock": 3}
    assert world.engine.instance(instance, actor=ADMIN).row.business_key == "S-1"


def test_a_start_condition_that_fails_is_told_in_the_history(world: World):
    world.deploy("conditional.bpmn")
    assert world.engine.evaluate_conditions({"stock": "many"}, actor=ADMIN) == []
    (told,) = [row for row in world.rows("history") if row.kind == "condition-failed"]
    assert told.element_id == "Start"


def test_only_admins_ask_conditions(world: World):
    world.deploy("conditional.bpmn")
    with pytest.raises(Forbidden):
        world.engine.evaluate_conditions({"stock": 3}, actor=CLARA)


def test_a_message_that_two_starts_of_a_process_wait_for_has_no_one_receiver(world: World):
    world.deploy("receive_task.bpmn", "other_receiver.bpmn")
    with pytest.raises(MismatchingCorrelation):
        world.engine.correlate_message("order", actor=ADMIN)
