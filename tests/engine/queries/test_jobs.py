"""What operators see of jobs: their state, who holds them, and what failed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from engine.actor import Actor
from engine.errors import Forbidden, NotFound
from engine.queries.jobs import JobFilter, JobRow, JobState
from tests.engine.world import ADMIN, FOREIGN_ADMIN, World

JOBS = Path(__file__).parents[1] / "jobs"


@pytest.fixture
def world(world: World) -> Iterator[World]:
    """The same, with the diagrams of the job tests."""
    world.folder = JOBS
    return world


def states(world: World) -> list[str]:
    return [row.state.value for row in world.engine.jobs(actor=ADMIN).items]


def of(world: World, **wanted: object) -> list[JobRow]:
    return list(world.engine.jobs(JobFilter(**wanted), actor=ADMIN).items)  # type: ignore[arg-type]


def test_a_job_says_what_it_waits_for(world: World):
    world.run("timers.bpmn")
    assert states(world) == ["scheduled"]
    world.clock.move(timedelta(hours=1))
    assert states(world) == ["due"]
    world.engine.runner("one").claim()
    assert states(world) == ["running"]
    world.clock.move(world.engine.settings.job_lease)
    assert states(world) == ["due"]


def test_dead_and_suspended_jobs_are_told_apart(world: World):
    world.with_handlers(charge=lambda _item: 1 / 0)
    instance = world.run("work.bpmn")
    world.engine.run_due_jobs()
    assert states(world) == ["dead"]
    world.engine.suspend_instance(instance, actor=ADMIN)
    assert states(world) == ["suspended"]


def test_jobs_are_found_by_state_handler_worker_kind_and_place(world: World):
    world.deploy("background.bpmn", "work.bpmn", "timers.bpmn")
    for name in ("background", "work", "timers"):
        world.start(name)
    assert [row.kind for row in of(world, state=JobState.SCHEDULED)] == ["timer"]
    assert {row.kind for row in of(world, state=JobState.DUE)} == {"async", "work"}
    assert [row.handler for row in of(world, handler="charge")] == ["charge"]
    (found,) = of(world, kind="async")
    assert of(world, instance_id=str(found.instance_id)) == [found]
    assert of(world, definition_id=found.definition_id) == [found]
    assert of(world, worker="one") == []
    world.engine.runner("one").claim(slots=9)
    assert {row.kind for row in of(world, worker="one")} == {"async", "work"}


def test_they_are_paged_in_due_order(world: World):
    world.deploy("background.bpmn")
    for _ in range(3):
        world.start("background")
        world.clock.move(timedelta(seconds=1))
    first = world.engine.jobs(actor=ADMIN, size=2)
    assert first.total is not None
    assert (first.total.value, first.next) == (3, 2)
    last = world.engine.jobs(actor=ADMIN, size=2, page=2)
    due = [row.due_at for row in (*first.items, *last.items)]
    assert due == sorted(due)
    assert len(due) == 3


def test_one_job_shows_its_arguments_and_the_stack(world: World):
    world.with_handlers(charge=lambda _item: 1 / 0)
    world.run("patient.bpmn")
    world.engine.runner("one").run_next()
    (row,) = of(world)
    found = world.engine.job(row.id, actor=ADMIN)
    assert found.row == row
    assert (row.failures, row.retries) == (1, 2)
    assert "ZeroDivisionError" in found.error_details
    assert (found.retry_cycle, found.arguments, found.is_exclusive) == ("PT5M,PT1H", {}, True)


def test_it_is_told_who_holds_how_many(world: World):
    world.deploy("background.bpmn")
    for _ in range(3):
        world.start("background")
    world.engine.runner("one").claim(slots=2)
    world.engine.runner("two").claim()
    until = world.clock.now() + world.engine.settings.job_lease
    found = world.engine.job_workers(actor=ADMIN)
    assert [(worker.name, worker.jobs, worker.until) for worker in found] == [
        ("one", 2, until),
        ("two", 1, until),
    ]
    world.clock.move(world.engine.settings.job_lease)
    assert world.engine.job_workers(actor=ADMIN) == []


def test_jobs_are_for_the_admins_of_their_organisation(world: World):
    world.run("background.bpmn")
    (row,) = of(world)
    assert world.engine.jobs(actor=FOREIGN_ADMIN).items == ()
    assert world.engine.job_workers(actor=FOREIGN_ADMIN) == []
    with pytest.raises(NotFound):
        world.engine.job(row.id, actor=FOREIGN_ADMIN)
    with pytest.raises(NotFound):
        world.engine.job("nothing", actor=ADMIN)
    for ask in (world.engine.jobs, world.engine.job_workers):
        with pytest.raises(Forbidden):
            ask(actor=Actor("paul"))
    with pytest.raises(Forbidden):
        world.engine.job(row.id, actor=Actor("paul"))
