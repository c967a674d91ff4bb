from __future__ import annotations

from datetime import timedelta

from engine.jobs.running import Runner
from tests.engine.world import World


def runner(world: World, name: str) -> Runner:
    return world.engine.runner(name, pause=timedelta(minutes=1))


def test_a_job_is_held_by_one_worker(world: World):
    world.run("background.bpmn")
    assert runner(world, "one").claim() is not None
    assert runner(world, "two").claim() is None


def test_a_crashed_worker_loses_its_job_when_the_lease_ends(world: World):
    world.run("background.bpmn")
    job = runner(world, "one").claim()
    world.clock.move(world.engine.settings.job_lease)
    taken = runner(world, "two").claim()
    assert job is not None
    assert taken is not None
    assert taken.id == job.id
    runner(world, "two").run(taken)
    runner(world, "one").run(job)
    assert world.tasks() == ["after"]


def test_a_failure_of_a_worker_that_lost_its_job_counts_nothing(world: World):
    world.run("work.bpmn")
    job = runner(world, "one").claim()
    world.clock.move(world.engine.settings.job_lease)
    runner(world, "two").claim()
    assert job is not None
    runner(world, "one").run(job)
    assert [row.retries for row in world.rows("job")] == [3]


def test_exclusive_jobs_of_one_instance_run_one_after_the_other(world: World):
    world.run("two_jobs.bpmn")
    first = runner(world, "one").claim()
    assert runner(world, "two").claim() is None
    assert first is not None
    runner(world, "one").run(first)
    assert runner(world, "two").claim() is not None


def test_a_failed_job_waits_longer_each_time(world: World):
    def fail(_item: object) -> None:
        raise OSError("down")

    world.with_handlers(charge=fail)
    world.run("work.bpmn")
    pauses = []
    for _ in range(2):
        world.clock.set(world.rows("job")[0].due_at)
        runner(world, "one").run_next()
        pauses.append(world.rows("job")[0].due_at - world.clock.now())
    assert pauses == [timedelta(minutes=1), timedelta(minutes=2)]


def test_the_diagram_says_how_long_a_failed_job_waits(world: World):
    def fail(_item: object) -> None:
        raise OSError("down")

    world.with_handlers(charge=fail)
    world.run("patient.bpmn")
    pauses = []
    for _ in range(3):
        world.clock.set(world.rows("job")[0].due_at)
        runner(world, "one").run_next()
        pauses.append(world.rows("job")[0].due_at - world.clock.now())
    assert pauses == [timedelta(minutes=5), timedelta(hours=1), timedelta(0)]
    assert [row.kind for row in world.rows("incident")] == ["failedJob"]
