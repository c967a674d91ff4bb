"""How long a failed job waits: as the diagram says, else longer each time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.commands.run_job import Job
from engine.core import Engine
from engine.jobs.pauses import Pauses
from engine.runtime.state import WaitKind
from engine.settings import Settings
from tests.engine.world import ADMIN, MONDAY, World

SECOND = timedelta(seconds=1)
GROWING = Pauses(10 * SECOND, timedelta(minutes=5), chance=lambda: 1.0)


def job(*, cycle: str = "", failures: int = 0) -> Job:
    return Job(
        id="j",
        tenant_id="default",
        instance_id="i",
        definition_id="d",
        scope=0,
        token=1,
        wait=2,
        element_id="charge",
        kind=WaitKind.WORK,
        due_at=MONDAY,
        retries=3,
        handler="charge",
        arguments="{}",
        repeat="",
        fired=0,
        revision=1,
        retry_cycle=cycle,
        failures=failures,
    )


def pauses(cycle: str, times: int = 4) -> list[float]:
    """Seconds before each of the next attempts."""
    return [
        GROWING.before(job(cycle=cycle, failures=n), 9, MONDAY).total_seconds()
        for n in range(times)
    ]


def test_a_pause_doubles_up_to_the_longest():
    assert pauses("", 8) == [10, 20, 40, 80, 160, 300, 300, 300]


def test_it_never_overflows():
    assert GROWING.before(job(failures=10_000), 1, MONDAY) == timedelta(minutes=5)
    slow = Pauses(timedelta(days=1), timedelta(days=1), chance=lambda: 0.5)
    assert slow.before(job(failures=10_000), 1, MONDAY) == timedelta(hours=18)


@pytest.mark.parametrize(("chance", "seconds"), [(0.0, 20), (0.5, 30), (1.0, 40)])
def test_between_half_and_all_of_it_is_waited_by_chance(chance: float, seconds: int):
    chosen = Pauses(10 * SECOND, timedelta(minutes=5), chance=lambda: chance)
    assert chosen.before(job(failures=2), 1, MONDAY) == seconds * SECOND


@pytest.mark.parametrize(
    ("cycle", "wanted"),
    [
        ("R3/PT10S", [10, 10, 10, 10]),
        ("R3/PT1M", [60, 60, 60, 60]),
        ("PT10S,PT1M,PT5M", [10, 60, 300, 300]),
        (" PT10S , PT1M ", [10, 60, 60, 60]),
        ("PT30S", [30, 30, 30, 30]),
        ("R5/2026-01-01T00:00:00Z/PT7S", [7, 7, 7, 7]),
        ("PT0S", [0, 0, 0, 0]),
        ("P1D", [86_400] * 4),
    ],
)
def test_the_diagram_counts_first_and_is_taken_as_it_stands(cycle: str, wanted: list[float]):
    assert pauses(cycle) == wanted


@pytest.mark.parametrize("cycle", ["soon", "R3/never", "R3/", "PX", "P99999999999Y"])
def test_what_cannot_be_read_grows(cycle: str):
    assert pauses(cycle, 2) == [10, 20]


def test_a_slip_of_the_pen_does_not_hide_a_failure_for_years():
    assert pauses("P900Y", 1) == [timedelta(days=30).total_seconds()]


def test_no_attempt_left_no_pause():
    assert GROWING.before(job(cycle="PT1M"), 0, MONDAY) == timedelta(0)


def test_a_cycle_may_be_an_expression(world: World):
    world.with_handlers(charge=lambda _item: 1 / 0)
    world.run("cycle.bpmn", cycle="R2/PT7M")
    (waiting,) = world.rows("job")
    assert (waiting.retries, waiting.retry_cycle) == (2, "R2/PT7M")
    world.engine.run_due_jobs()
    assert [row.due_at for row in world.rows("job")] == [MONDAY + timedelta(minutes=7)]


def test_the_settings_say_how_many_attempts_a_job_has(world: World):
    file = world.file("work.bpmn")
    engine = Engine.open(world.url, clock=world.clock, settings=Settings(job_retries=5))
    engine.deploy([file], actor=ADMIN)
    engine.start("work", actor=ADMIN)
    engine.close()
    assert [row.retries for row in world.rows("job")] == [5]
