from __future__ import annotations

from datetime import timedelta

import pytest

from engine.core import Breakdown, LockedTask, Topic
from engine.errors import BadInput, Conflict, Forbidden, NotActive, NotFound
from tests.engine.world import ADMIN, CLARA, World

SHIPPING = Topic("shipping", timedelta(minutes=1))


def fetch(world: World, worker: str = "w1", topic: Topic = SHIPPING) -> list[LockedTask]:
    return world.engine.fetch_and_lock(worker, [topic], actor=ADMIN, max_tasks=10)


def test_a_fetched_task_brings_its_variables(world: World):
    world.run("external.bpmn", street="Elm", nr=5)
    (task,) = fetch(world)
    assert (task.element_id, task.variables) == ("ship", {"street": "Elm", "nr": 5})


def test_a_worker_may_ask_for_some_variables_only(world: World):
    world.run("external.bpmn", street="Elm", nr=5)
    (task,) = fetch(world, topic=Topic("shipping", variables=("nr", "missing")))
    assert task.variables == {"nr": 5}


def test_a_locked_task_is_not_given_to_others_until_the_lock_ends(world: World):
    world.run("external.bpmn")
    fetch(world)
    assert fetch(world, "w2") == []
    world.clock.move(timedelta(minutes=1))
    assert len(fetch(world, "w2")) == 1


def test_completing_goes_on_with_the_result(world: World):
    instance = world.run("external.bpmn")
    (task,) = fetch(world)
    world.engine.complete_external(task.id, worker_id="w1", actor=ADMIN, variables={"code": "X"})
    assert world.tasks() == ["after"]
    assert world.variables(instance) == {"code": "X"}
    assert "external_task" not in world.open_rows()


def test_a_bpmn_error_takes_the_boundary_event(world: World):
    world.run("external.bpmn")
    (task,) = fetch(world)
    world.engine.throw_external(task.id, worker_id="w1", actor=ADMIN, code="LOST")
    assert world.tasks() == ["search"]


def test_another_worker_cannot_touch_the_task(world: World):
    world.run("external.bpmn")
    (task,) = fetch(world)
    before = world.everything()
    with pytest.raises(Conflict, match="held by w1"):
        world.engine.complete_external(task.id, worker_id="w2", actor=ADMIN)
    with pytest.raises(Conflict):
        world.engine.fail_external(task.id, worker_id="w2", actor=ADMIN, breakdown=Breakdown("no"))
    assert world.everything() == before


def test_a_failed_task_is_fetched_again_after_its_pause(world: World):
    world.run("external.bpmn")
    (task,) = fetch(world)
    breakdown = Breakdown("down", retries=2, retry_timeout=timedelta(minutes=5))
    world.engine.fail_external(task.id, worker_id="w1", actor=ADMIN, breakdown=breakdown)
    assert fetch(world) == []
    world.clock.move(timedelta(minutes=5))
    assert [again.retries for again in fetch(world)] == [2]


def test_the_last_failure_opens_an_incident_that_a_person_retries(world: World):
    world.run("external.bpmn")
    (task,) = fetch(world)
    breakdown = Breakdown("down", retries=0)
    world.engine.fail_external(task.id, worker_id="w1", actor=ADMIN, breakdown=breakdown)
    (incident,) = world.rows("incident")
    assert (incident.kind, incident.message) == ("failedExternalTask", "down")
    assert fetch(world) == []
    world.engine.retry_incident(incident.id, actor=ADMIN)
    assert not world.rows("incident")
    assert len(fetch(world)) == 1


def test_cancelling_takes_the_incident_of_a_failed_task_along(world: World):
    instance = world.run("external.bpmn")
    (task,) = fetch(world)
    world.engine.fail_external(task.id, worker_id="w1", actor=ADMIN, breakdown=Breakdown("down"))
    world.engine.cancel_instance(instance, actor=ADMIN)
    assert world.open_rows() == {}


def test_a_lock_can_be_extended_and_taken_away(world: World):
    world.run("external.bpmn")
    (task,) = fetch(world)
    world.engine.extend_lock(task.id, worker_id="w1", actor=ADMIN, duration=timedelta(minutes=10))
    world.clock.move(timedelta(minutes=5))
    assert fetch(world, "w2") == []
    world.engine.unlock(task.id, actor=ADMIN)
    assert len(fetch(world, "w2")) == 1


def test_tasks_of_a_suspended_instance_wait(world: World):
    instance = world.run("external.bpmn")
    (task,) = fetch(world)
    world.engine.suspend_instance(instance, actor=ADMIN)
    with pytest.raises(NotActive):
        world.engine.complete_external(task.id, worker_id="w1", actor=ADMIN)
    world.clock.move(timedelta(hours=1))
    assert fetch(world) == []


def test_a_task_that_is_done_is_not_found(world: World):
    world.run("external.bpmn")
    (task,) = fetch(world)
    world.engine.complete_external(task.id, worker_id="w1", actor=ADMIN)
    with pytest.raises(NotFound):
        world.engine.complete_external(task.id, worker_id="w1", actor=ADMIN)


@pytest.mark.parametrize(
    ("worker", "most", "lock"), [("", 1, 60), ("w", 0, 60), ("w", 1001, 60), ("w", 1, 0)]
)
def test_senseless_requests_are_refused(world: World, worker: str, most: int, lock: int):
    topic = Topic("shipping", timedelta(seconds=lock))
    with pytest.raises(BadInput):
        world.engine.fetch_and_lock(worker, [topic], actor=ADMIN, max_tasks=most)


def test_only_admins_work_on_external_tasks(world: World):
    with pytest.raises(Forbidden):
        world.engine.fetch_and_lock("w", [SHIPPING], actor=CLARA)


def test_a_failure_that_the_diagram_takes_for_an_error_ends_the_task(world: World):
    world.run("refusing.bpmn")
    for message, open_tasks in (("timeout", []), ("refused", ["Ask"])):
        (task,) = fetch(world, topic=Topic("charge"))
        breakdown = Breakdown(message, retries=2)
        world.engine.fail_external(task.id, actor=ADMIN, worker_id="w1", breakdown=breakdown)
        assert world.tasks() == open_tasks
    assert world.rows("external_task") == []
