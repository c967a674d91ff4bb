"""Messages that come early are kept for their time to live."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine import tables
from engine.commands.complete_task import complete_task
from engine.commands.publish import publish_message
from engine.core import Message
from engine.errors import Forbidden, MessageAlreadyPublished
from engine.runtime.state import Status
from tests.engine.world import ADMIN, CLARA, World
from tests.support.patience import PATIENCE, until

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


def thrown(world, instance):
    """What the history of the thrower says of its message."""
    return [kind for kind in world.events(instance) if kind.startswith("message-")]


def test_a_thrown_message_lives_as_long_as_its_diagram_says(world):
    world.deploy("early.bpmn", "publishing.bpmn")
    (waiting,) = order(world)
    instance = world.start("publishing", nr=1.0, ttl="PT1H", own=None)
    assert (thrown(world, instance), world.tasks()) == (["message-published"], ["Prepare", "after"])
    world.complete("Prepare")
    assert world.status(waiting) is Status.COMPLETED


def test_a_thrown_message_that_lived_its_time_is_received_no_more(world):
    world.deploy("early.bpmn", "publishing.bpmn")
    (waiting,) = order(world)
    world.start("publishing", nr="1", ttl="PT1H", own=None)
    world.clock.move(HOUR)
    world.complete("Prepare")
    assert world.status(waiting) is Status.ACTIVE


def test_a_thrown_message_with_an_id_is_published_once_in_its_lifetime(world):
    world.deploy("early.bpmn", "publishing.bpmn")
    first, second = (world.start("publishing", nr="1", ttl="PT1H", own="p-1") for _ in range(2))
    assert thrown(world, first) == ["message-published"]
    assert thrown(world, second) == ["message-not-published"]
    world.clock.move(HOUR)
    third = world.start("publishing", nr="1", ttl="PT1H", own="p-1")
    assert thrown(world, third) == ["message-published"]


@pytest.mark.parametrize("ttl", ["soon", "-PT1H"])
def test_a_lifetime_that_is_none_is_an_incident_at_the_thrower(world, ttl):
    world.run("publishing.bpmn", nr="1", ttl=ttl, own=None)
    assert [row.kind for row in world.rows("incident")] == ["time-to-live-invalid"]


# ---- at the very same moment, on PostgreSQL -----------------------------------------------------


class Held:
    """A verb in a thread of its own, which stops before its transaction is committed."""

    def __init__(self, world, verb):
        self.is_done, self._may_go_on = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, args=(world, verb))
        self._thread.start()

    def _run(self, world, verb):
        def held(tx):
            verb(tx)
            self.is_done.set()
            self._may_go_on.wait(PATIENCE)

        world.engine._do(ADMIN, held)

    def go_on(self):
        self._may_go_on.set()
        self._thread.join(PATIENCE)


def waits_for_a_lock(world):
    """Whether some transaction waits for another one that holds the message's name."""
    asked = sa.text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    with world.engine.database.reading() as connection:
        return connection.scalar(asked) > 0


@pytest.fixture
def racing(postgres_url):
    """An engine on PostgreSQL: SQLite has one writer at a time, so there is no such race."""
    made = World(postgres_url, Path(__file__).parent)
    with made.engine.database.writing() as connection:
        connection.execute(sa.insert(tables.tenant), {"id": "default", "name": "Default"})
    made.deploy("early.bpmn")
    order(made)
    yield made
    made.engine.close()


def begin_to_wait(world):
    task = world.task("Prepare")
    return lambda tx: complete_task(tx, task)


def publish_payment(tx):
    publish_message(tx, Message("payment", "1", time_to_live=HOUR))


@pytest.mark.postgres
@pytest.mark.parametrize("is_published_first", [True, False])
def test_a_message_published_while_somebody_begins_to_wait_is_received(racing, is_published_first):
    (instance,) = [row.id for row in racing.rows("process_instance")]
    acts = [publish_payment, begin_to_wait(racing)]
    first, second = acts if is_published_first else reversed(acts)
    one = Held(racing, first)
    assert one.is_done.wait(PATIENCE)
    other = Held(racing, second)
    until(lambda: waits_for_a_lock(racing))
    assert not other.is_done.is_set()
    one.go_on()
    other.go_on()
    assert racing.status(instance) is Status.COMPLETED
    assert racing.engine.verify_history() == []
