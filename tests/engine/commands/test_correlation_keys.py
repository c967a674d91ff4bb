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
