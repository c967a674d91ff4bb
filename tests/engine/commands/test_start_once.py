"""Starting at most once for a key of the caller's."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.commands.start_once import KEPT, KeyReused
from engine.core import Order, Which
from engine.errors import BadInput, NotFound
from tests.engine.commands.test_races import at_once
from tests.engine.world import ADMIN, CLARA, World

ORDER = Order(Which("fork"), {"amount": 5, "at": timedelta(1)}, "K-1")


def test_the_same_key_starts_one_instance(world: World):
    world.deploy("fork.bpmn")
    first = world.engine.start_once("a", ORDER, actor=ADMIN)
    again = world.engine.start_once("a", ORDER, actor=ADMIN)
    assert (first.is_new, again.is_new) == (True, False)
    assert again.instance_id == first.instance_id
    assert len(world.rows("process_instance")) == 1


def test_another_key_or_caller_starts_another(world: World):
    world.deploy("fork.bpmn")
    world.engine.start_once("a", ORDER, actor=ADMIN)
    assert world.engine.start_once("b", ORDER, actor=ADMIN).is_new
    assert world.engine.start_once("a", ORDER, actor=CLARA).is_new


def test_a_key_belongs_to_one_order(world: World):
    world.deploy("fork.bpmn")
    world.engine.start_once("a", ORDER, actor=ADMIN)
    with pytest.raises(KeyReused):
        world.engine.start_once("a", Order(Which("fork"), {"amount": 6}, "K-1"), actor=ADMIN)


def test_a_key_is_forgotten_after_a_while(world: World):
    world.deploy("fork.bpmn")
    world.engine.start_once("a", ORDER, actor=ADMIN)
    world.clock.move(KEPT)
    assert world.engine.start_once("a", ORDER, actor=ADMIN).is_new
    assert len(world.rows("start_key")) == 1


def test_a_start_leaves_the_keys_of_others_alone_and_housekeeping_forgets_the_old_ones(
    world: World,
):
    world.deploy("fork.bpmn")
    world.engine.start_once("old", ORDER, actor=ADMIN)
    world.clock.move(KEPT)
    world.engine.start_once("new", ORDER, actor=ADMIN)
    assert {row.name for row in world.rows("start_key")} == {"old", "new"}
    world.engine.keep_house()
    assert {row.name for row in world.rows("start_key")} == {"new"}


def test_what_cannot_be_started_uses_no_key_up(world: World):
    with pytest.raises(NotFound):
        world.engine.start_once("a", ORDER, actor=ADMIN)
    world.deploy("fork.bpmn")
    assert world.engine.start_once("a", ORDER, actor=ADMIN).is_new
    with pytest.raises(BadInput):
        world.engine.start_once("", ORDER, actor=ADMIN)


def test_of_many_at_once_one_starts_and_all_learn_which(world: World):
    world.deploy("fork.bpmn")
    found: list[str] = []

    def begin() -> None:
        found.append(world.engine.start_once("a", ORDER, actor=ADMIN).instance_id)

    assert at_once([begin] * 6) == [None] * 6
    assert len(set(found)) == 1
    assert len(world.rows("process_instance")) == 1
