"""Messages that come early are kept for their time to live."""

from datetime import timedelta

import pytest

from engine.core import Message
from engine.errors import Forbidden, MessageAlreadyPublished
from engine.runtime.state import Status
from tests.engine.world import ADMIN, CLARA

HOUR = timedelta(hours=1)


def publish(world, name, key="", **more):
    return world.engine.publish_message(Message(name, key, **more), actor=ADMIN)


def order(world, nr="1", *, key="", ttl=timedelta(0)):
    return publish(world, "order", key, variables={"nr": nr}, time_to_live=ttl)


def test_a_message_is_kept_until_somebody_waits_for_it(world):
    world.deploy("early.bpmn")
    (instance,) = order(world)
    assert publish(world, "payment", "1", variables={"paid": 5}, time_to_live=HOUR) == ()
    world.complete("Prepare")
    assert world.status(instance) is Status.COMPLETED


def test_a_message_that_lived_its_time_is_received_no_more(world):
    world.deploy("early.bpmn")
    (instance,) = order(world)
    publish(world, "payment", "1", time_to_live=HOUR)
    world.clock.move(HOUR)
    world.complete("Prepare")
    assert world.status(instance) is Status.ACTIVE


@pytest.mark.parametrize(("key", "ttl"), [("2", HOUR), ("1", timedelta(0))])
def test_another_key_or_no_lifetime_leaves_the_instance_waiting(world, key, ttl):
    world.deploy("early.bpmn")
    (instance,) = order(world)
    publish(world, "payment", key, time_to_live=ttl)
    world.complete("Prepare")
    assert world.status(instance) is Status.ACTIVE


def test_a_process_receives_a_message_once(world):
    world.deploy("early.bpmn")
    (first,) = order(world)
    (second,) = order(world)
    world.complete("Prepare")
    assert publish(world, "payment", "1", time_to_live=HOUR) == (first,)
    world.complete("Prepare")
    assert (world.status(first), world.status(second)) == (Status.COMPLETED, Status.ACTIVE)


def test_a_message_id_is_published_once_in_its_lifetime(world):
    world.deploy("early.bpmn")
    publish(world, "payment", "1", time_to_live=HOUR, message_id="m1")
    with pytest.raises(MessageAlreadyPublished):
        publish(world, "payment", "1", time_to_live=HOUR, message_id="m1")
    world.clock.move(HOUR)
    publish(world, "payment", "1", time_to_live=HOUR, message_id="m1")


def test_one_instance_a_key_runs_and_the_next_message_starts_the_next(world):
    world.deploy("early.bpmn")
    (first,) = order(world, "1", key="customer", ttl=HOUR)
    assert order(world, "2", key="customer", ttl=HOUR) == ()
    world.complete("Prepare")
    assert publish(world, "payment", "1") == (first,)
    assert world.tasks() == ["Prepare"]
    assert [row.value for row in world.rows("variable")] == ['"2"']


def test_an_empty_correlation_key_is_an_incident_and_can_be_retried(world):
    world.deploy("early.bpmn")
    publish(world, "order")
    world.complete("Prepare")
    assert [row.kind for row in world.rows("incident")] == ["correlation-key-missing"]


def test_only_administrators_publish(world):
    with pytest.raises(Forbidden):
        world.engine.publish_message(Message("order"), actor=CLARA)
