"""Clocks jump: forwards after a sleep, backwards when they are set, by an hour twice a year."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine.jobs.executor import Executor
from tests.engine.world import ADMIN, World
from tests.support.patience import until

HOUR = timedelta(hours=1)


def starts(world: World) -> list[datetime]:
    return sorted(row.started_at for row in world.rows("process_instance"))


def test_a_jump_forward_fires_a_backlog_in_due_order_and_an_endless_cycle_once(world: World):
    world.deploy("hourly.bpmn", "timers.bpmn")
    late = world.start("timers")
    world.clock.move(-HOUR / 2)
    early = world.start("timers")
    world.clock.move(timedelta(days=2))
    assert world.engine.run_due_jobs(limit=3) == 3
    reminders = [row for row in world.rows("task") if row.element_id == "reminder"]
    order = [row.instance_id for row in sorted(reminders, key=lambda row: row.key)]
    assert order == [early, late]
    assert len([row for row in world.rows("task") if row.element_id == "look"]) == 1


def test_a_jump_backward_fires_nothing_twice(world: World):
    world.deploy("hourly.bpmn")
    world.clock.move(HOUR)
    assert world.engine.run_due_jobs() == 1
    world.clock.move(-2 * HOUR)
    assert world.engine.run_due_jobs() == 0
    world.clock.move(2 * HOUR)
    assert world.engine.run_due_jobs() == 0
    world.clock.move(HOUR)
    assert world.engine.run_due_jobs() == 1
    assert world.engine.verify_history() == []


def test_a_jump_backward_takes_no_job_from_a_worker_that_lives(world: World):
    world.run("background.bpmn")
    (job,) = world.engine.runner("one").claim()
    world.clock.move(-HOUR)
    assert world.engine.runner("two").claim() == []
    world.engine.runner("one").run(job)
    assert world.tasks() == ["after"]


def test_a_jump_forward_ends_leases_and_the_result_of_the_first_worker_counts(world: World):
    world.with_handlers(charge=lambda item: {"by": item.attempts_left})
    instance = world.run("work.bpmn")
    one, two = world.engine.runner("one"), world.engine.runner("two")
    (first,) = one.claim()
    world.clock.move(HOUR)
    (second,) = two.claim()
    one.run(first)
    two.run(second)
    assert world.tasks() == ["after"]
    assert world.variables(instance) == {"by": 2}
    assert world.events(instance).count("element-completed") == 2


def test_the_executor_notices_a_jump_forward(world: World):
    world.deploy("timers.bpmn")
    running = Executor(world.engine.runner("test"), threads=1, poll=0.05)
    running.start()
    world.start("timers")
    world.clock.move(timedelta(days=1))
    until(lambda: "reminder" in world.tasks())
    running.stop()


@pytest.mark.parametrize(
    ("noon_before", "nights"),
    [
        # Put forward: half past two is left out, the first moment after it counts.
        (datetime(2026, 3, 27, 12, tzinfo=UTC), ["28 01:30", "29 01:00", "30 00:30"]),
        # Put back: half past two comes twice, and only the first time counts.
        (datetime(2026, 10, 23, 12, tzinfo=UTC), ["24 00:30", "25 00:30", "26 01:30"]),
    ],
)
def test_a_nightly_start_goes_by_the_wall_clock_of_its_zone(
    world: World, noon_before: datetime, nights: list[str]
):
    world.clock.set(noon_before)
    world.deploy("daily.bpmn")
    world.engine.run_due_jobs(until=noon_before + timedelta(days=3))
    assert [f"{moment:%d %H:%M}" for moment in starts(world)] == nights


def test_a_timer_that_was_armed_before_the_jump_keeps_its_moment(world: World):
    world.clock.set(datetime(2026, 3, 28, 23, 30, tzinfo=UTC))
    instance = world.run("timers.bpmn")
    assert world.engine.run_due_jobs(until=world.clock.now() + HOUR) == 1
    assert world.tasks() == ["reminder", "wait"]
    world.engine.cancel_instance(instance, actor=ADMIN)
