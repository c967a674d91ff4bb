"""A step's changes together: one description, two ways of sending it."""

from __future__ import annotations

from datetime import datetime

import pytest
import sqlalchemy as sa

from engine import tables
from engine.store import statements
from engine.store.batch import Batch
from engine.store.history import LostRace
from tests.engine.store.test_costs import statements as sent_statements
from tests.engine.world import CLARA, World

STATE = {"next_id": 9, "state": "{}", "history_seq": 9, "history_hash": "0" * 64}


def send(world: World, batch: Batch) -> None:
    with world.engine.database.writing() as connection:
        batch.send(connection)


def variables(instance: str, **values: str) -> list[dict[str, object]]:
    return [
        {"instance_id": instance, "scope": 0, "name": name, "value": value, "size": len(value)}
        for name, value in values.items()
    ]


def test_rows_are_inserted_replaced_and_deleted(world: World):
    instance = world.run("review.bpmn", old="1", kept="1")
    batch = Batch(instance)
    batch.add(statements.WRITTEN_VARIABLE, variables(instance, kept='"2"', new='"3"'))
    batch.add(statements.DELETED_VARIABLE, [{"scope": 0, "name": "old"}])
    send(world, batch)
    assert world.variables(instance) == {"kept": "2", "new": "3"}


def test_an_instance_that_was_moved_meanwhile_is_a_lost_race(world: World):
    instance = world.run("review.bpmn")
    (row,) = world.rows("process_instance")
    before = world.everything()
    for revision in (row.revision - 1, row.revision + 1):
        batch = Batch(instance)
        batch.add(statements.MOVED, [{**STATE, "revision": revision}])
        batch.add(statements.WRITTEN_VARIABLE, variables(instance, late="1"))
        with pytest.raises(LostRace):
            send(world, batch)
    assert world.everything() == before
    batch = Batch(instance)
    batch.add(statements.MOVED, [{**STATE, "revision": row.revision}])
    send(world, batch)
    assert world.rows("process_instance")[0].revision == row.revision + 1


def test_many_rows_of_a_part_are_changed_as_one_is(world: World):
    instance = world.run("items.bpmn", names=["a", "b", "c"])
    waits = [row.wait for row in world.rows("task")]
    batch = Batch(instance)
    batch.add(statements.CLOSED_TASK, [{"wait": wait} for wait in waits[1:]])
    send(world, batch)
    assert [row.wait for row in world.rows("task")] == waits[:1]


def test_texts_come_back_as_they_were_written(world: World):
    instance = world.run("review.bpmn")
    texts = {f"t{n}": text for n, text in enumerate(('"', "\\", "%s $1 :x", "ä€𝄞", "\t\n", "'"))}
    batch = Batch(instance)
    batch.add(statements.WRITTEN_VARIABLE, variables(instance, **texts))
    send(world, batch)
    assert {row.name: row.value for row in world.rows("variable")} == texts


def test_a_time_without_zone_is_refused(world: World):
    instance = world.run("review.bpmn")
    (row,) = world.rows("process_instance")
    batch = Batch(instance)
    ended = {**STATE, "revision": row.revision, "status": "COMPLETED"}
    naive = datetime(2026, 1, 5)  # noqa: DTZ001 - what is refused
    batch.add(statements.ALTERED, [{**ended, "ended_at": naive}])
    with pytest.raises((ValueError, sa.exc.StatementError)):
        send(world, batch)


def test_postgresql_gets_one_statement_for_all_that_a_step_writes(world: World):
    world.run("review.bpmn")
    task = world.task("check")
    with sent_statements(world) as sent:
        world.engine.complete_task(task, actor=CLARA, variables={"amount": 2})
    verbs = [text.split()[0] for text in sent]
    if world.engine.database.is_sqlite:
        assert verbs == ["SELECT", "SELECT", "UPDATE", "INSERT", "DELETE", "INSERT", "INSERT"]
    else:
        assert verbs == ["SELECT", "SELECT", "WITH"]


def test_a_table_that_has_no_rows_to_change_is_left_alone(world: World):
    batch = Batch(world.run("review.bpmn"))
    batch.insert(tables.task, [])
    batch.add(statements.ALL_VARIABLES, [])
    before = world.everything()
    send(world, batch)
    assert world.everything() == before
