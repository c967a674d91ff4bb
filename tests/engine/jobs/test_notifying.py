"""Changes reach other processes of one PostgreSQL database; here two engines stand for two."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
import sqlalchemy as sa

from engine.core import Engine
from engine.jobs.executor import Executor
from engine.services.changes import Change, ChangeKind, Subscription
from engine.services.notifying import LONGEST_PAYLOAD, _payloads, _read
from tests.engine.world import ADMIN, World
from tests.support.patience import PATIENCE, until

pytestmark = pytest.mark.postgres


@pytest.fixture
def world(world_on_postgres: World) -> Iterator[World]:
    """A world that tells others, as it is outside of tests."""
    quiet = world_on_postgres.engine
    world_on_postgres.engine = Engine.open(world_on_postgres.url, clock=world_on_postgres.clock)
    yield world_on_postgres
    world_on_postgres.engine.close()
    world_on_postgres.engine = quiet


@pytest.fixture
def other(world: World) -> Iterator[Engine]:
    """Another process."""
    made = Engine.open(world.url, clock=world.clock)
    yield made
    made.close()


@contextmanager
def ears(world: World, engine: Engine) -> Iterator[Subscription]:
    """Listen, and wait until the database knows."""
    with engine.listen() as changes:
        until(lambda: listeners(world))
        yield changes


def listeners(world: World) -> int:
    asked = sa.text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND query = 'LISTEN laneway'"
    )
    with world.engine.database.reading() as connection:
        return int(connection.execute(asked).scalar_one())


def hears(changes: Subscription, kind: ChangeKind) -> bool:
    """Whether a change of *kind* comes."""
    while True:
        change = changes.wait(PATIENCE)
        if change is None or change.kind is kind:
            return change is not None


def test_a_commit_of_another_process_is_heard(world: World, other: Engine):
    world.deploy("background.bpmn")
    with ears(world, other) as changes:
        world.start("background")
        assert hears(changes, ChangeKind.JOBS)
        world.engine.run_due_jobs()
        assert hears(changes, ChangeKind.TASKS)


def test_what_this_process_did_is_heard_once(world: World, other: Engine):
    world.deploy("background.bpmn")
    with world.engine.listen() as here, ears(world, other) as there:
        instance = world.start("background")
        assert hears(there, ChangeKind.JOBS)
        assert here.wait(0) == Change(ChangeKind.JOBS, "default", instance)
        assert here.wait(0) is None


def test_a_timer_that_is_due_later_wakes_nobody_elsewhere(world: World, other: Engine):
    world.deploy("timers.bpmn", "background.bpmn")
    with ears(world, other) as changes:
        world.start("timers")
        world.start("background")
        heard: set[ChangeKind] = set()
        while not heard >= {ChangeKind.TASKS, ChangeKind.JOBS}:
            change = changes.wait(PATIENCE)
            assert change is not None
            heard.add(change.kind)
    assert ChangeKind.TIMERS not in heard


def test_the_executor_of_another_process_is_woken(world: World, other: Engine):
    world.deploy("background.bpmn")
    running = Executor(other.runner("other"), threads=1, poll=600)
    running.start()
    until(lambda: listeners(world))
    try:
        with world.engine.listen() as changes:
            world.start("background")
            while not world.tasks():
                assert changes.wait(PATIENCE) is not None
    finally:
        running.stop()


def test_the_connection_is_made_again_when_it_was_cut(world: World, other: Engine):
    world.deploy("background.bpmn")
    with ears(world, other) as changes:
        world.start("background")
        assert hears(changes, ChangeKind.JOBS)
        assert cut(world) > 0

        def is_heard() -> bool:
            world.start("background")
            change = changes.wait(0.2)
            return change is not None

        assert until(is_heard)


def cut(world: World) -> int:
    """End all sessions that listen or notify; how many there were."""
    asked = sa.text(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE "
        "datname = current_database() AND (query LIKE 'LISTEN%' OR query LIKE '%pg_notify%') "
        "AND pid != pg_backend_pid()"
    )
    with world.engine.database.reading() as connection:
        return int(connection.execute(asked).scalar_one())


def test_a_process_that_ends_at_once_has_told_it(world: World, other: Engine):
    world.deploy("background.bpmn")
    with ears(world, other) as changes:
        short = Engine.open(world.url, clock=world.clock)
        short.start("background", actor=ADMIN)
        short.close()
        assert hears(changes, ChangeKind.JOBS)


def test_nothing_listens_when_the_last_listener_has_left(world: World, other: Engine):
    with ears(world, other), ears(world, other):
        pass
    until(lambda: not listeners(world))


def test_what_nobody_can_read_is_left_out(world: World, other: Engine):
    parameters = world.engine.database.parameters()
    with ears(world, other) as changes, psycopg.connect(**parameters, autocommit=True) as session:
        for payload in ("no JSON", "[1]", '[["of-the-future", "default", ""]]'):
            session.execute("SELECT pg_notify('laneway', %s)", [payload])
        session.execute('SELECT pg_notify(\'laneway\', \'[["tasks", "default", "i"]]\')')
        assert changes.wait(PATIENCE) == Change(ChangeKind.TASKS, "default", "i")


def test_many_changes_are_cut_to_what_the_database_takes():
    changes = {Change(ChangeKind.TASKS, "default" * 9, f"{n:036}") for n in range(1_000)}
    payloads = list(_payloads(changes))
    assert max(map(len, payloads)) <= LONGEST_PAYLOAD + 100
    assert len(payloads) > 10
    assert {change for payload in payloads for change in _read(payload)} == changes
