from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from engine.store.load import LARGE
from tests.engine.world import ADMIN, CLARA, World


@contextmanager
def statements(world: World) -> Iterator[list[str]]:
    """The SQL that is sent meanwhile."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        found.append(statement)

    pool = world.engine.database.pool
    sa.event.listen(pool, "before_cursor_execute", note)
    try:
        yield found
    finally:
        sa.event.remove(pool, "before_cursor_execute", note)


def test_completing_a_task_takes_at_most_eight_statements(world: World):
    world.run("review.bpmn", amount=1)
    task = world.task("check")
    with statements(world) as sent:
        world.engine.complete_task(task, actor=CLARA, variables={"amount": 2})
    assert world.tasks() == ["pay"]
    assert len(sent) <= 8, sent


def test_starting_takes_at_most_eight_statements(world: World):
    world.deploy("review.bpmn")
    world.start("review")
    with statements(world) as sent:
        world.start("review", amount=1)
    assert len(sent) <= 8, sent


def test_completing_one_of_many_items_sends_no_more_than_one_of_few(world: World):
    world.deploy("items.bpmn")
    costs = []
    for count in (3, 300):
        instance = world.start("items", names=list(range(count)))
        world.complete("item")
        task = max(row.id for row in world.rows("task") if row.instance_id == instance)
        with statements(world) as sent:
            world.engine.complete_task(task, actor=ADMIN)
        costs.append(len(sent))
        world.engine.cancel_instance(instance, actor=ADMIN)
    assert costs[0] == costs[1]


def test_an_instance_with_one_open_task_takes_less_than_two_kilobytes(world: World):
    instance = world.run("review.bpmn")
    (row,) = world.rows("process_instance")
    (task,) = world.rows("task")
    candidates = world.rows("task_candidate")
    stored = [*row, *task, *(value for line in candidates for value in line)]
    assert sum(len(str(value)) for value in stored) < 2_000
    assert instance == row.id


def test_large_values_stay_in_the_database_until_they_are_needed(world: World):
    instance = world.run("review.bpmn", big="x" * (LARGE + 1), small=1)
    with statements(world) as sent:
        world.complete("check")
    assert not any("SELECT variable.value" in statement for statement in sent)
    assert len(str(world.variables(instance)["big"])) == LARGE + 1


def test_what_throws_an_event_reads_no_variable_that_it_does_not_carry(world: World):
    world.run("throwing.bpmn", big="x" * (LARGE + 1))
    with statements(world) as sent:
        world.complete("ask")
    assert world.tasks() == ["after"]
    assert not any("SELECT variable.value" in statement for statement in sent)
