from __future__ import annotations

import pytest

from bpmn.loading import load
from bpmn.model import Diagram
from engine.errors import NotFound
from engine.store.models import ModelCache
from tests.engine.world import World


class Counting:
    """The loader, counting how often it is asked."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, data: bytes) -> Diagram:
        self.count += 1
        return load(data)


def test_a_definition_is_parsed_once_as_long_as_it_is_used(world: World):
    first = world.deploy("fork.bpmn").processes[0].id
    second = world.deploy("review.bpmn").processes[0].id
    loader = Counting()
    cache = ModelCache(1, loader)
    with world.engine.database.reading() as connection:
        assert cache.get(connection, first) is cache.get(connection, first)
        assert loader.count == 1
        cache.get(connection, second)
        cache.get(connection, first)
    assert loader.count == 3


def test_a_definition_that_is_not_there_is_not_found(world: World):
    with world.engine.database.reading() as connection, pytest.raises(NotFound):
        ModelCache().get(connection, "nothing")
