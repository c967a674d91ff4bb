"""Correlation keys and subscriptions of the standard (BPMN 2.0 p. 134)."""

import pytest

from engine.core import Address
from engine.errors import MismatchingCorrelation
from tests.engine.world import ADMIN


def offer(world, **correlation):
    address = Address(correlation=correlation)
    return world.engine.correlate_message("offer", actor=ADMIN, to=address)


def test_a_message_is_received_where_all_of_its_key_is_known(world):
    first = world.run("conversation.bpmn", customer="ann", year=2026)
    second = world.start("conversation", customer="ann", year=2027)
    assert offer(world, client="ann", year=2027) == second
    assert offer(world, client="ann", year=2026) == first


def test_a_part_of_the_key_or_another_value_reaches_nobody(world):
    world.run("conversation.bpmn", customer="ann", year=2026)
    for wrong in ({"client": "ann"}, {"client": "ann", "year": 2025}):
        with pytest.raises(MismatchingCorrelation):
            offer(world, **wrong)


def send(world, name, *, to=None, **payload):
    address = Address(correlation=to or {})
    return world.engine.correlate_message(name, actor=ADMIN, to=address, variables=payload)


def test_the_first_message_says_the_key_and_later_ones_must_agree(world):
    """BPMN 2.0 p. 135."""
    one = world.run("first_message.bpmn")
    assert send(world, "offer", client="ann") == one
    two = world.start("first_message")
    assert send(world, "offer", client="bob") == two
    with pytest.raises(MismatchingCorrelation):
        send(world, "order", to={"client": "eve"}, client="eve")
    waiting = [row.correlation for row in world.rows("subscription")]
    assert sorted(waiting) == ["ann", "ann", "bob", "bob"]


def test_what_an_instance_sends_first_says_the_keys_too_and_all_must_agree(world):
    one = world.run("asker.bpmn", customer="ann", year=2026)
    two = world.start("asker", customer="ann", year=2027)
    for wrong in ({"client": "ann"}, {"client": "bob", "year": 2026}):
        with pytest.raises(MismatchingCorrelation):
            send(world, "answer", to=wrong)
    assert send(world, "answer", to={"client": "ann", "year": 2027}) == two
    # Equal numbers are equal, however a client writes them.
    assert send(world, "answer", to={"client": "ann", "year": 2026.0}) == one


def test_a_thrown_message_reaches_the_instance_whose_keys_it_has(world):
    world.deploy("asker.bpmn", "answerer.bpmn")
    one = world.start("asker", customer="ann", year=2026)
    two = world.start("asker", customer="bob", year=2026)
    world.start("answerer", customer="bob", year=2026)
    assert [row.instance_id for row in world.rows("subscription")] == [one]
    assert "process-ended" in world.events(two)


def test_a_message_that_lacks_the_key_leaves_it_unknown(world):
    world.run("first_message.bpmn")
    send(world, "offer", other=1)
    assert [row.correlation for row in world.rows("subscription")] == ["", ""]
