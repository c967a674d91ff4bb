"""What can be compensated is kept in rows, and gone when it is over."""

from __future__ import annotations

from engine.runtime.state import Status
from tests.engine.world import ADMIN, World


def test_compensation_sees_what_was_stored_steps_before(world: World):
    instance = world.run("trip.bpmn", names=["Ada", "Bob"])
    for task in ("seat", "seat", "decide"):
        world.complete(task)
    seen = []
    while world.tasks() == ["free_seat"]:
        task = world.task("free_seat")
        seen.append(world.engine.task_variables(task, actor=ADMIN)["name"])
        world.complete("free_seat")
    assert seen == ["Bob", "Ada"]
    assert world.status(instance) is Status.COMPLETED
    assert world.open_rows() == {}


def test_cancelling_an_instance_that_could_be_compensated_leaves_nothing(world: World):
    instance = world.run("trip.bpmn", names=["Ada", "Bob"])
    world.complete("seat")
    world.complete("seat")
    world.engine.cancel_instance(instance, actor=ADMIN)
    assert world.open_rows() == {}
