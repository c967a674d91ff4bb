from __future__ import annotations

import pytest
import sqlalchemy as sa

from engine import tables
from tests.engine.world import ADMIN, World

HISTORY = tables.history
INSTANCE = tables.process_instance


def tamper(world: World, statement: sa.Executable) -> None:
    with world.engine.database.writing() as connection:
        connection.execute(statement)


def finished(world: World) -> str:
    instance = world.run("fork.bpmn", amount=1)
    world.complete("left")
    world.complete("right")
    return instance


def test_events_of_a_run_are_in_order_and_name_who_acted(world: World):
    instance = world.run("review.bpmn")
    world.engine.complete_task(world.task("check"), actor=ADMIN)
    told = [(row.kind, row.actor) for row in world.history(instance)]
    assert told[0] == ("process-started", "ada")
    assert ("task-created", "ada") in told
    assert ("task-completed", "ada") in told
    assert world.engine.verify_history() == []


@pytest.mark.parametrize(
    "change", [{"actor": "mallory"}, {"data": '{"amount":100}'}, {"kind": "task-cancelled"}]
)
def test_a_changed_event_is_found_and_named(world: World, change: dict[str, str]):
    instance = finished(world)
    tamper(
        world,
        sa.update(HISTORY).where(HISTORY.c.chain == instance, HISTORY.c.seq == 3).values(change),
    )
    (broken,) = world.engine.verify_history()
    assert (broken.chain, broken.seq) == (instance, 3)


def test_a_deleted_event_is_found(world: World):
    instance = finished(world)
    tamper(world, sa.delete(HISTORY).where(HISTORY.c.chain == instance, HISTORY.c.seq == 2))
    (broken,) = world.engine.verify_history(instance)
    assert (broken.seq, broken.what) == (2, "event 2 is missing")


def test_a_shortened_chain_is_found(world: World):
    instance = finished(world)
    last = len(world.history(instance))
    tamper(world, sa.delete(HISTORY).where(HISTORY.c.chain == instance, HISTORY.c.seq == last))
    (broken,) = world.engine.verify_history()
    assert broken.seq == last


def test_a_whole_chain_that_is_gone_is_found(world: World):
    instance = finished(world)
    tamper(world, sa.delete(HISTORY).where(HISTORY.c.chain == instance))
    tamper(world, sa.delete(HISTORY).where(HISTORY.c.chain == "tenant:default"))
    assert {broken.chain for broken in world.engine.verify_history()} == {
        instance,
        "tenant:default",
    }


def test_a_chain_of_an_instance_that_is_gone_is_found(world: World):
    instance = finished(world)
    tamper(world, sa.delete(INSTANCE).where(INSTANCE.c.id == instance))
    (broken,) = world.engine.verify_history()
    assert (broken.chain, broken.what) == (instance, "what it belongs to is gone")


def test_the_order_of_two_events_cannot_be_swapped(world: World):
    instance = finished(world)
    swap = sa.case((HISTORY.c.seq == 2, "a"), else_="b")
    tamper(
        world,
        sa.update(HISTORY)
        .where(HISTORY.c.chain == instance, HISTORY.c.seq.in_([2, 3]))
        .values(element_id=swap),
    )
    assert [broken.seq for broken in world.engine.verify_history()] == [2]
