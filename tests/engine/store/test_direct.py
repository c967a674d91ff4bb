"""Statements past SQLAlchemy's execution give and raise what SQLAlchemy would."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from engine import tables
from engine.store.direct import Direct, rows_of_both
from tests.engine.world import MONDAY, World

_task = tables.task
TASKS = sa.select(_task, _task.c.id == sa.bindparam("id")).where(_task.c.id == sa.bindparam("id"))
NAMED = sa.select(_task.c.element_id).where(_task.c.name.in_(["Check", "Pay"]))


def test_rows_are_those_of_sqlalchemy(world: World):
    world.run("review.bpmn")
    values = {"id": world.task("check")}
    with world.engine.database.reading() as connection:
        found = Direct(TASKS).rows(connection, values)
        assert found == [tuple(row) for row in connection.execute(TASKS, values)]
    assert MONDAY in found[0]


def test_two_queries_give_the_rows_of_each(world: World):
    world.run("review.bpmn")
    count = sa.select(sa.func.count()).select_from(_task)
    with world.engine.database.reading() as connection:
        names, counts = rows_of_both(connection, Direct(sa.select(_task.c.name)), Direct(count), {})
    assert (names, counts) == ([("Check",)], [(1,)])


def test_an_id_that_is_none_finds_nothing(world: World):
    with world.engine.database.reading() as connection:
        assert Direct(TASKS).rows(connection, {"id": "' OR 1 = 1"}) == []


def test_how_many_rows_changed_is_told(world: World):
    world.run("review.bpmn")
    rename = sa.update(_task).where(_task.c.name == sa.bindparam("old")).values(name="Looked at")
    with world.engine.database.writing() as connection:
        assert Direct(rename).run(connection, {"old": "Check"}) == 1
        assert Direct(rename).run(connection, {"old": "Check"}) == 0


def test_errors_are_those_of_sqlalchemy_without_the_values(world: World):
    add = Direct(sa.insert(tables.tenant).values(id=sa.bindparam("id"), name=sa.bindparam("name")))
    rows = [{"id": "default", "name": "Sesame"}]
    with pytest.raises(sa.exc.IntegrityError) as raised, world.engine.database.writing() as writing:
        add.run_all(writing, rows)
    assert "tenant" in str(raised.value)
    with pytest.raises(sa.exc.IntegrityError) as raised, world.engine.database.writing() as writing:
        add.run(writing, rows[0])
    assert "Sesame" not in str(raised.value.params or "")


def test_listeners_hear_of_every_statement(world: World):
    heard: list[tuple[str, object]] = []

    def hear(_connection: object, _cursor: object, text: str, values: object, *_more: object):
        heard.append((text, values))

    pool = world.engine.database.pool
    sa.event.listen(pool, "before_cursor_execute", hear)
    try:
        with world.engine.database.reading() as connection:
            Direct(TASKS).rows(connection, {"id": "x"})
    finally:
        sa.event.remove(pool, "before_cursor_execute", hear)
    ((text, _),) = heard
    assert text.startswith("SELECT task.id")
