"""Signals that are thrown asynchronously: one job for each receiver (Camunda 7)."""

from __future__ import annotations

from datetime import timedelta

from engine.runtime.state import Status
from tests.engine.world import ADMIN, World


def jobs(world: World) -> list[tuple[str, str]]:
    return [(row.kind, row.element_id) for row in world.rows("job")]


def test_each_receiver_gets_it_by_a_job_of_its_own(world: World):
    instance = world.run("alarm.bpmn", level=5)
    assert world.tasks() == ["thrown", "watch"]
    assert sorted(jobs(world)) == [("signal", "Begin"), ("signal", "heard")]
    assert world.engine.run_due_jobs() == 2
    assert world.tasks() == ["come", "seen", "thrown", "watch"]
    assert jobs(world) == []
    (started,) = [row for row in world.rows("process_instance") if row.id != instance]
    assert started.business_key == "b-1"
    assert world.variables(started.id) == {"level": 5}


def test_a_receiver_that_listens_no_more_gets_nothing(world: World):
    world.run("alarm.bpmn", level=5)
    world.complete("watch")
    assert jobs(world) == [("signal", "Begin")]
    assert world.engine.run_due_jobs() == 1
    assert world.tasks() == ["come", "thrown"]


def test_a_receiver_that_fails_is_tried_as_often_as_the_thrower_says(world: World):
    world.run("alarm.bpmn")
    due = world.clock.now() + timedelta(minutes=5)
    assert world.engine.run_due_jobs(until=due) == 3
    assert world.tasks() == ["seen", "thrown", "watch"]
    (incident,) = world.rows("incident")
    assert incident.kind == "variable-unknown"
    assert jobs(world) == []


def test_cancelling_a_receiver_leaves_no_job_of_its_signal(world: World):
    instance = world.run("alarm.bpmn", level=5)
    world.engine.cancel_instance(instance, actor=ADMIN)
    assert world.status(instance) is Status.TERMINATED
    assert jobs(world) == [("signal", "Begin")]


def test_a_new_version_does_not_take_back_a_signal_that_is_on_its_way(world: World):
    world.run("alarm.bpmn", level=5)
    file = world.file("alarm.bpmn")
    changed = type(file)(file.name, file.data.replace(b'id="come"', b'id="come" name="Come"'))
    world.engine.deploy([changed], actor=ADMIN)
    world.engine.run_due_jobs()
    assert "come" in world.tasks()
