"""The server ends connections: what nobody had confirmed yet is done again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine import tables
from engine.actor import SYSTEM, Actor
from engine.commands.transaction import Transaction
from engine.runtime.state import Status
from tests.engine.world import ADMIN, World

pytestmark = pytest.mark.postgres


@pytest.fixture
def world(postgres_url: str) -> Iterator[World]:
    made = World(postgres_url, Path(__file__).parent)
    with made.engine.database.writing() as connection:
        connection.execute(sa.insert(tables.tenant), [{"id": "default", "name": "Default"}])
    yield made
    made.engine.close()


def end_connections(world: World) -> None:
    """Have the server end every other connection to the world's database."""
    pool = sa.create_engine(world.engine.database.pool.url, poolclass=sa.NullPool)
    with pool.connect() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_a_connection_that_died_in_the_pool_is_replaced(world: World):
    instance = world.run("review.bpmn")
    for element in ("check", "pay"):
        task = world.task(element)
        end_connections(world)
        world.engine.complete_task(task, actor=ADMIN)
    assert world.status(instance) is Status.COMPLETED
    assert world.engine.verify_history() == []


def test_a_transaction_that_was_cut_before_its_commit_is_repeated(world: World):
    world.run("review.bpmn")
    tried = []

    def cut_once(tx: Transaction) -> str:
        tried.append(tx)
        found = tx.connection.execute(sa.select(tables.task.c.name)).scalar_one()
        if len(tried) == 1:
            end_connections(world)
        tx.connection.execute(sa.update(tables.task).values(name="Checked"))
        return str(found)

    assert world.engine._do(SYSTEM, cut_once) == "Check"
    assert len(tried) == 2
    assert [row.name for row in world.rows("task")] == ["Checked"]


def test_what_was_cut_at_its_commit_is_for_the_caller_to_find_out(world: World):
    world.run("review.bpmn")
    tried = []

    def cut_at_the_end(tx: Transaction) -> None:
        tried.append(tx)
        tx.connection.execute(sa.update(tables.task).values(name="Checked"))
        end_connections(world)

    with pytest.raises(sa.exc.OperationalError):
        world.engine._do(SYSTEM, cut_at_the_end)
    assert len(tried) == 1
    assert [row.name for row in world.rows("task")] == ["Check"]


def test_a_step_that_was_cut_is_taken_once(world: World):
    instance = world.run("review.bpmn")
    task = world.task("check")
    tried = []

    def note(*_arguments: object) -> None:
        tried.append(True)
        if len(tried) == 2:
            end_connections(world)

    pool = world.engine.database.pool
    sa.event.listen(pool, "before_cursor_execute", note)
    try:
        world.engine.complete_task(task, actor=Actor("clara", groups=frozenset({"clerks"})))
    finally:
        sa.event.remove(pool, "before_cursor_execute", note)
    assert world.events(instance).count("task-completed") == 1
    assert world.tasks() == ["pay"]
    assert world.engine.verify_history() == []
