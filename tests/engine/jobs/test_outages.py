"""The database goes away in the middle of a job: no attempt is lost, and no result."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine.jobs.outages import OUTAGE, Patience
from engine.jobs.running import Runner
from engine.services.handlers import WorkItem
from tests.engine.jobs.outage import Outage
from tests.engine.world import World

LIMIT = timedelta(seconds=10)


def runner(world: World, outage: Outage, *, limit: timedelta = LIMIT) -> Runner:
    patience = Patience(limit, outage.wait)
    return dataclasses.replace(world.engine.runner("one"), patience=patience)


def calls_then(outage: Outage, act: Callable[[], None] = lambda: None) -> list[WorkItem]:
    """Register a handler that begins the outage and does *act*; the calls that it gets."""
    calls: list[WorkItem] = []

    def charge(item: WorkItem) -> None:
        calls.append(item)
        outage.begin()
        act()

    outage.world.with_handlers(charge=charge)
    return calls


def test_a_result_is_recorded_when_the_database_answers_again(world: World):
    outage = Outage(world, waits=4)
    calls = calls_then(outage)
    world.run("work.bpmn")
    assert runner(world, outage).run_next()
    assert world.tasks() == ["after"]
    assert len(calls) == 1
    assert outage.paused == [0.05, 0.1, 0.2, 0.4]


def fail() -> None:
    raise OSError("the ERP is down")


def test_a_failure_is_recorded_when_the_database_answers_again(world: World):
    outage = Outage(world, waits=2)
    calls_then(outage, fail)
    world.run("work.bpmn")
    assert runner(world, outage).run_next()
    assert [(row.retries, row.error_message) for row in world.rows("job")] == [
        (2, "OSError: the ERP is down")
    ]


def test_a_step_is_taken_when_the_database_answers_again(world: World):
    outage = Outage(world, waits=2)
    world.run("background.bpmn")
    one = runner(world, outage)
    (job,) = one.claim()
    outage.begin()
    one.run(job)
    assert world.tasks() == ["after"]


def test_an_outage_that_lasts_leaves_the_job_to_its_lease_at_no_attempts_cost(world: World):
    outage = Outage(world, waits=1_000)
    calls = calls_then(outage)
    world.run("work.bpmn")
    with pytest.raises(OUTAGE):
        runner(world, outage).run_next()
    outage.is_on = False
    (job,) = world.rows("job")
    assert (job.retries, job.failures, job.error_message) == (3, 0, None)
    world.clock.move(world.engine.settings.job_lease)
    outage.left = 1
    assert runner(world, outage).run_next()
    assert world.tasks() == ["after"]
    assert [call.key for call in calls] == [job.id] * 2


def test_an_outage_of_the_handlers_own_database_is_its_failure(world: World):
    def charge(_item: WorkItem) -> None:
        raise sa.exc.OperationalError("SELECT 1", None, OSError("the data warehouse"))

    world.with_handlers(charge=charge)
    world.run("work.bpmn")
    world.engine.runner("one").run_next()
    assert [row.retries for row in world.rows("job")] == [2]


def test_the_outage_of_a_moment_is_not_borne_for_ever(world: World):
    outage = Outage(world, waits=1_000)
    calls_then(outage)
    world.run("work.bpmn")
    with pytest.raises(OUTAGE):
        runner(world, outage, limit=timedelta(seconds=5)).run_next()
    assert 5 <= sum(outage.paused) < 8


@pytest.mark.parametrize("text", ["a\0b", "half \ud800 a sign", "long" * 100_000])
def test_a_failure_is_recorded_whatever_its_text(world: World, text: str):
    def charge(_item: WorkItem) -> None:
        raise ValueError(text)

    world.with_handlers(charge=charge)
    world.run("work.bpmn")
    world.engine.run_due_jobs()
    (incident,) = world.rows("incident")
    assert incident.message.startswith("ValueError: ")
    assert len(incident.message) < 5_000
