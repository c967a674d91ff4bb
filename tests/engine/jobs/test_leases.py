"""A worker that lives keeps its jobs, however long they take."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from engine.commands.run_job import Job
from engine.jobs.leases import Leases
from tests.engine.jobs.outage import Outage
from tests.engine.world import World
from tests.support.patience import until

LEASE = timedelta(minutes=1)
LIMIT = timedelta(hours=1)


def leases(world: World, lease: timedelta = LEASE) -> Leases:
    return Leases(world.engine._tools, lease=lease, limit=LIMIT)


def claimed(world: World) -> Job:
    world.run("background.bpmn")
    (job,) = world.engine.runner("one").claim()
    return job


def locked_until(world: World) -> datetime:
    found: datetime = world.rows("job")[0].locked_until
    return found


def test_a_job_that_is_held_is_renewed(world: World):
    job = claimed(world)
    held = leases(world)
    held.keep(job)
    world.clock.move(timedelta(seconds=50))
    held.renew()
    assert locked_until(world) == world.clock.now() + LEASE
    assert world.engine.runner("two").claim() == []


def test_a_job_that_was_claimed_a_moment_ago_is_not_renewed(world: World):
    job = claimed(world)
    held = leases(world)
    held.keep(job)
    before = locked_until(world)
    world.clock.move(timedelta(seconds=5))
    held.renew()
    assert locked_until(world) == before


def test_a_job_that_was_dropped_is_not_renewed(world: World):
    job = claimed(world)
    held = leases(world)
    held.keep(job)
    held.drop(job)
    before = locked_until(world)
    world.clock.move(timedelta(seconds=50))
    held.renew()
    assert locked_until(world) == before


def test_a_job_that_runs_too_long_is_given_up_with_a_word_in_the_log(
    world: World, caplog: pytest.LogCaptureFixture
):
    job = claimed(world)
    held = leases(world)
    held.keep(job)
    before = locked_until(world)
    world.clock.move(LIMIT + timedelta(seconds=1))
    held.renew()
    assert locked_until(world) == before
    assert "longer than LANEWAY_JOB_TIME_LIMIT" in caplog.text


def test_a_thread_renews_by_itself(world: World):
    job = claimed(world)
    held = leases(world, timedelta(milliseconds=100))
    held.keep(job)
    held.start()
    world.clock.move(timedelta(minutes=10))
    assert until(lambda: locked_until(world) > world.clock.now())
    held.stop()


def test_a_renewal_that_meets_an_outage_is_tried_again(
    world: World, caplog: pytest.LogCaptureFixture
):
    job = claimed(world)
    held = leases(world, timedelta(milliseconds=100))
    held.keep(job)
    world.clock.move(timedelta(minutes=10))
    outage = Outage(world, waits=1)
    outage.begin()
    held.start()
    assert until(lambda: "No lease could be renewed" in caplog.text)
    outage.wait(0)
    assert until(lambda: locked_until(world) > world.clock.now())
    held.stop()
