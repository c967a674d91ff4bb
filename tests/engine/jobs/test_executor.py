from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine.commands.run_job import Job
from engine.jobs.executor import Executor
from engine.jobs.running import Runner
from engine.services.changes import ChangeKind
from engine.services.handlers import WorkItem
from tests.engine.world import World
from tests.support.patience import PATIENCE, until

LONG = timedelta(hours=1)


def executor(world: World) -> Executor:
    # A poll that no test waits for: what wakes the executor is the change itself.
    return Executor(world.engine.runner("test"), threads=3, poll=60)


def wait_for_tasks(world: World, count: int, act: Callable[[], object]) -> bool:
    """Whether *count* tasks were opened after *act*."""
    with world.engine.listen() as changes:
        act()
        while len(world.tasks()) < count:
            if changes.wait(PATIENCE) is None:
                return False
    return True


def test_the_executor_runs_jobs_as_they_come(world: World):
    world.deploy("background.bpmn")
    running = executor(world)
    running.start()
    try:
        assert wait_for_tasks(world, 5, lambda: [world.start("background") for _ in range(5)])
    finally:
        running.stop()
    assert world.rows("job") == []


def test_the_executor_runs_what_was_due_before_it_started(world: World):
    world.deploy("background.bpmn")
    world.start("background")
    running = executor(world)
    assert wait_for_tasks(world, 1, running.start)
    running.stop()


def test_stopping_waits_for_the_job_that_runs(world: World):
    begun, go_on = threading.Event(), threading.Event()

    def charge(_item: WorkItem) -> None:
        begun.set()
        go_on.wait(PATIENCE)

    world.with_handlers(charge=charge)
    world.run("work.bpmn")
    running = executor(world)
    running.start()
    assert begun.wait(PATIENCE)
    stopping = threading.Thread(target=running.stop)
    stopping.start()
    go_on.set()
    stopping.join(PATIENCE)
    assert world.tasks() == ["after"]


def test_the_executor_outlives_a_database_that_does_not_answer(
    world: World, caplog: pytest.LogCaptureFixture
):
    world.deploy("background.bpmn")
    failed = threading.Event()
    running = Executor(world.engine.runner("test"), threads=1, poll=0.05)

    def heard(_record: logging.LogRecord) -> bool:
        failed.set()
        return True

    logger = logging.getLogger("laneway.jobs")
    logger.addFilter(heard)
    try:
        rename(world, "job", "gone")
        running.start()
        assert failed.wait(PATIENCE)
        rename(world, "gone", "job")
        assert wait_for_tasks(world, 1, lambda: world.start("background"))
    finally:
        logger.removeFilter(heard)
        running.stop()
    assert "did not answer" in caplog.text


def rename(world: World, table: str, name: str) -> None:
    with world.engine.database.writing() as connection:
        connection.execute(sa.text(f"ALTER TABLE {table} RENAME TO {name}"))


def test_listeners_hear_what_was_committed(world: World):
    world.deploy("background.bpmn")
    with world.engine.listen() as changes:
        instance = world.start("background")
        heard = changes.wait(PATIENCE)
    assert heard is not None
    assert (heard.kind, heard.instance_id) == (ChangeKind.JOBS, instance)


def test_many_steps_are_claimed_together_and_each_is_run_once(world: World):
    world.deploy("background.bpmn")
    instances = [world.start("background") for _ in range(40)]
    running = executor(world)
    assert wait_for_tasks(world, 40, running.start)
    running.stop()
    assert sorted(row.instance_id for row in world.rows("task")) == sorted(instances)
    assert world.rows("job") == []


def test_exclusive_jobs_of_an_instance_follow_each_other_at_once(world: World):
    calls: list[str] = []
    world.with_handlers(charge=lambda item: calls.append(item.key))
    world.run("many.bpmn", times=6)
    running = executor(world)
    running.start()
    until(lambda: len(calls) == 6)
    running.stop()
    assert len(set(calls)) == 6
    assert world.open_rows() == {}


class Slow(Runner):
    """A runner whose jobs wait until they may go on."""

    begun, go_on = threading.Event(), threading.Event()

    def run(self, job: Job) -> None:
        self.begun.set()
        assert self.go_on.wait(PATIENCE)
        super().run(job)


def test_stopping_gives_back_what_was_not_begun(world: World):
    Slow.begun, Slow.go_on = threading.Event(), threading.Event()
    world.deploy("background.bpmn")
    for _ in range(5):
        world.start("background")
    given = world.engine.runner("test")
    slow = Slow(*(getattr(given, field.name) for field in fields(given)))
    running = Executor(slow, threads=1, poll=60)
    running.start()
    assert Slow.begun.wait(PATIENCE)
    stopping = threading.Thread(target=running.stop)
    stopping.start()
    until(lambda: running._pool._shutdown)
    Slow.go_on.set()
    stopping.join(PATIENCE)
    assert world.tasks() == ["after"]
    assert [(row.locked_by, row.lost_leases) for row in world.rows("job")] == [(None, 0)] * 4
    world.engine.run_due_jobs()
    assert world.tasks() == ["after"] * 5


def test_the_lease_of_a_long_job_is_renewed_while_it_runs(world: World):
    begun, go_on = threading.Event(), threading.Event()

    def charge(_item: WorkItem) -> None:
        begun.set()
        assert go_on.wait(PATIENCE)

    world.with_handlers(charge=charge)
    world.run("work.bpmn")
    lease = timedelta(seconds=0.2)
    running = Executor(
        replace(world.engine.runner("test"), lease=lease), threads=1, poll=60, limit=LONG
    )
    running.start()
    assert begun.wait(PATIENCE)
    world.clock.move(timedelta(minutes=30))
    until(lambda: world.rows("job")[0].locked_until > world.clock.now())
    assert world.engine.runner("other").claim() == []
    go_on.set()
    until(world.tasks)
    running.stop()
    assert world.tasks() == ["after"]


def test_the_job_of_a_worker_that_died_is_found_without_being_told(world: World):
    world.run("background.bpmn")
    assert world.engine.runner("dead").claim()
    running = Executor(world.engine.runner("test"), threads=1, poll=0.05)
    running.start()
    world.clock.move(world.engine.settings.job_lease)
    until(world.tasks)
    running.stop()
    assert world.tasks() == ["after"]


def test_a_job_that_cannot_be_recorded_is_told_in_the_log_and_frees_its_thread(
    world: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    def broken(*_arguments: object) -> None:
        raise RuntimeError("a bug of ours")

    world.deploy("background.bpmn")
    running = Executor(world.engine.runner("test"), threads=1, poll=0.05)
    with monkeypatch.context() as patch:
        patch.setattr("engine.jobs.running.run_step_of", broken)
        patch.setattr("engine.jobs.running.fail_job", broken)
        running.start()
        world.start("background")
        until(lambda: "could not be recorded" in caplog.text)
    world.start("background")
    until(world.tasks)
    running.stop()
    assert [row.locked_by for row in world.rows("job")] == ["test"]
