"""What is sent to a broker: timers when they are due, what was lost, and what waited its turn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from engine.jobs.sweeping import BATCH, RESEND, Sweeper, send_next
from engine.services.sending import DueJob
from tests.engine.jobs.outage import Outage
from tests.engine.world import ADMIN, World
from tests.support.patience import until

SECOND = timedelta(seconds=1)


class Refused(Exception):
    """The broker is down."""


class Broker:
    """Takes jobs, unless it is down."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.is_down = False
        self.refused = 0

    def publish(self, job: DueJob) -> None:
        if self.is_down:
            self.refused += 1
            raise Refused
        self.taken.append(job.id)


@pytest.fixture
def broker() -> Broker:
    return Broker()


@pytest.fixture
def sweep(world: World, broker: Broker) -> Callable[[], list[str]]:
    """Sweep once; the ids that were sent."""
    sweeper = sweeper_of(world, broker, poll=0)

    def once() -> list[str]:
        before = len(broker.taken)
        assert sweeper.sweep() == len(broker.taken) - before
        return broker.taken[before:]

    return once


def sweeper_of(world: World, broker: Broker, *, poll: float) -> Sweeper:
    tools = world.engine.runner("sweeper").tools
    return Sweeper(tools, broker.publish, (Refused,), poll=poll)


def job_ids(world: World) -> list[str]:
    return [row.id for row in sorted(world.rows("job"), key=lambda row: row.key)]


def test_what_its_own_process_sends_is_not_sent_again(world: World, sweep: Callable[[], list[str]]):
    world.run("background.bpmn")
    assert sweep() == []


def test_a_timer_is_sent_once_when_it_is_due(world: World, sweep: Callable[[], list[str]]):
    world.run("timers.bpmn")
    assert sweep() == []
    world.clock.set(world.rows("job")[0].due_at)
    assert sweep() == job_ids(world)
    assert sweep() == []


def test_timers_are_sent_in_due_order_also_a_backlog(world: World, sweep: Callable[[], list[str]]):
    world.deploy("timers.bpmn")
    starts = []
    for minutes in (0, -30, 15):
        world.clock.move(timedelta(minutes=minutes))
        starts.append((world.clock.now(), world.start("timers")))
    world.clock.move(timedelta(hours=9))
    of = {row.id: row.instance_id for row in world.rows("job")}
    assert [of[job] for job in sweep()] == [instance for _, instance in sorted(starts)]


def test_what_a_broker_lost_is_sent_again_and_then_less_and_less_often(
    world: World, sweep: Callable[[], list[str]]
):
    world.run("background.bpmn")
    pauses = []
    for _ in range(3):
        waited = timedelta(0)
        while not sweep():
            world.clock.move(SECOND)
            waited += SECOND
        pauses.append(waited)
    assert pauses == [RESEND, RESEND * 2, RESEND * 4]


def test_a_job_that_runs_is_not_sent_again(world: World, sweep: Callable[[], list[str]]):
    world.run("background.bpmn")
    world.clock.move(RESEND * 10)
    world.engine.runner("one").claim()
    assert sweep() == []


def test_the_job_of_a_worker_that_died_is_sent_as_soon_as_its_lease_ended(
    world: World, sweep: Callable[[], list[str]]
):
    world.run("background.bpmn")
    world.engine.runner("one").claim()
    world.clock.move(world.engine.settings.job_lease)
    assert sweep() == job_ids(world)
    assert sweep() == []


def test_a_failed_job_is_sent_when_its_pause_is_over(world: World, sweep: Callable[[], list[str]]):
    world.with_handlers(charge=lambda _item: 1 / 0)
    world.run("patient.bpmn")
    world.engine.runner("one").run_next()
    assert sweep() == []
    world.clock.move(timedelta(minutes=5))
    assert sweep() == job_ids(world)


def test_a_job_that_a_person_retries_is_sent(world: World, sweep: Callable[[], list[str]]):
    world.with_handlers(charge=lambda _item: 1 / 0)
    world.run("work.bpmn")
    world.engine.run_due_jobs()
    world.clock.move(RESEND * 1_000)
    assert sweep() == []
    (incident,) = world.rows("incident")
    world.engine.retry_incident(incident.id, actor=ADMIN)
    assert sweep() == job_ids(world)


def test_what_is_resumed_is_sent_at_once(world: World, sweep: Callable[[], list[str]]):
    instance = world.run("background.bpmn")
    world.engine.suspend_instance(instance, actor=ADMIN)
    assert sweep() == []
    world.engine.resume_instance(instance, actor=ADMIN)
    assert sweep() == job_ids(world)


def test_what_came_too_early_for_its_instance_is_sent_when_its_turn_has_come(
    world: World, sweep: Callable[[], list[str]]
):
    world.with_handlers(charge=lambda _item: None)
    world.run("many.bpmn", times=3)
    first, second, third = job_ids(world)
    one = world.engine.runner("one")
    job = one.claim_this(first)
    assert job is not None
    assert one.claim_this(second) is one.claim_this(third) is None
    assert sweep() == []
    sent: list[DueJob] = []
    one.tools.sender.send = sent.extend
    replace(one, closing=send_next).run(job)
    assert [job.id for job in sent] == [second]
    job = one.claim_this(second)
    assert job is not None
    one.run(job)
    assert sweep() == [third]


def test_a_broker_that_refuses_gets_them_when_it_is_back(
    world: World, broker: Broker, sweep: Callable[[], list[str]]
):
    world.run("timers.bpmn")
    world.clock.move(timedelta(hours=2))
    broker.is_down = True
    with pytest.raises(Refused):
        sweep()
    broker.is_down = False
    assert sweep() == job_ids(world)


def test_one_sweep_takes_a_batch(world: World, sweep: Callable[[], list[str]]):
    world.deploy("timers.bpmn")
    for _ in range(3):
        world.start("timers")
    world.clock.move(timedelta(hours=2))
    assert BATCH >= 3
    assert len(sweep()) == 3


def test_a_sweeper_is_woken_by_what_is_committed(world: World, broker: Broker):
    world.with_handlers(charge=lambda _item: 1 / 0)
    world.run("work.bpmn")
    world.engine.run_due_jobs()
    (incident,) = world.rows("incident")
    running = sweeper_of(world, broker, poll=600)
    running.start()
    world.engine.retry_incident(incident.id, actor=ADMIN)
    until(lambda: broker.taken)
    running.stop()
    assert broker.taken == job_ids(world)


def test_a_sweeper_outlives_outages_of_the_database_and_of_the_broker(
    world: World, broker: Broker, caplog: pytest.LogCaptureFixture
):
    world.run("timers.bpmn")
    world.clock.move(timedelta(hours=2))
    outage = Outage(world, waits=1)
    outage.begin()
    broker.is_down = True
    running = sweeper_of(world, broker, poll=0.02)
    running.start()
    until(lambda: "The database did not answer" in caplog.text)
    outage.wait(0)
    until(lambda: broker.refused > 2)
    broker.is_down = False
    until(lambda: broker.taken)
    running.stop()
    assert broker.taken == job_ids(world)
