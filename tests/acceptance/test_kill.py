"""A server process is killed at random moments; nothing is lost and nothing half done."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine import tables
from engine.core import Engine
from engine.queries.tasks import TaskFilter, TaskList
from engine.runtime.state import Scope, Status
from tests.acceptance.work_until_killed import ADMIN, charge
from tests.support.patience import PATIENCE

ROOT = Path(__file__).parents[2]
KILLS = 5
STEPS_BETWEEN = 25

pytestmark = [pytest.mark.acceptance, pytest.mark.slow]


def work_and_be_killed(url: str, steps: int) -> None:
    """Let a process take *steps* rounds and kill it in the middle of the next."""
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.acceptance.work_until_killed", url],
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )
    assert worker.stdout is not None
    for _ in range(steps):
        assert worker.stdout.readline(), "the process ended by itself"
    worker.kill()
    worker.wait(PATIENCE)
    worker.stdout.close()


def rows(engine: Engine, table: sa.Table) -> list[sa.Row]:
    with engine.database.reading() as connection:
        return list(connection.execute(sa.select(table)))


def waits_of_state(engine: Engine) -> set[tuple[str, int]]:
    """Every wait that a stored token has, as (instance, wait)."""
    found = set()
    for row in rows(engine, tables.process_instance):
        if row.state is not None:
            scope = Scope.decode(0, None, row.state)
            found |= {(row.id, t.wait) for t in scope.tokens.values() if t.kind is not None}
    for row in rows(engine, tables.scope):
        scope = Scope.decode(row.scope, row.parent, row.state)
        found |= {(row.instance_id, t.wait) for t in scope.tokens.values() if t.kind is not None}
    return found


def waits_of_rows(engine: Engine) -> set[tuple[str, int]]:
    """Every wait that has a row that a person or a worker can find."""
    found = {(row.instance_id, row.wait) for row in rows(engine, tables.task)}
    return found | {(row.instance_id, row.wait) for row in rows(engine, tables.job)}


def test_after_kills_every_token_has_its_row_and_every_instance_can_be_finished(database_url: str):
    with sa.create_engine(database_url, poolclass=sa.NullPool).begin() as connection:
        connection.execute(sa.insert(tables.tenant), {"id": "default", "name": "Default"})
    chance = random.Random(7)
    for _ in range(KILLS):
        work_and_be_killed(database_url, chance.randint(1, STEPS_BETWEEN))
    engine = Engine.open(database_url, handlers={"charge": charge})
    assert waits_of_state(engine) == waits_of_rows(engine)
    assert engine.verify_history() == []
    finish(engine)
    ended = rows(engine, tables.process_instance)
    assert ended
    assert {row.status for row in ended} == {Status.COMPLETED.value}
    for row in ended:
        assert completions(engine, row.id) == ["check", "send"]
    assert rows(engine, tables.variable) == rows(engine, tables.job) == []
    assert engine.verify_history() == []
    engine.close()


def finish(engine: Engine) -> None:
    """Run everything to its end; jobs of the killed are free as soon as their lease is over."""
    free = sa.update(tables.job).values(locked_until=None)
    with engine.database.writing() as connection:
        connection.execute(free)
    everything = TaskFilter(list=TaskList.ALL)
    while True:
        ran = engine.run_due_jobs()
        found = engine.tasks(everything, actor=ADMIN, size=500).items
        for task in found:
            engine.complete_task(task.id, actor=ADMIN)
        if not ran and not found:
            return


def completions(engine: Engine, instance_id: str) -> list[str]:
    """Elements of the tasks that history tells as completed, sorted: none twice, none missing."""
    history = tables.history
    wanted = sa.select(history.c.element_id).where(
        history.c.chain == instance_id, history.c.kind == "task-completed"
    )
    with engine.database.reading() as connection:
        return sorted(connection.scalars(wanted))
