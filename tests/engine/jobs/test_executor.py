from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from engine.jobs.executor import Executor
from engine.services.changes import ChangeKind
from engine.services.handlers import WorkItem
from tests.engine.world import World
from tests.support.patience import PATIENCE


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
