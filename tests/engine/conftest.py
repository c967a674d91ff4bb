"""Engine tests: an engine on a real database, once on SQLite and once on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine import tables
from tests.engine.world import World


@pytest.fixture
def world(request: pytest.FixtureRequest, database_url: str) -> Iterator[World]:
    """An engine with a virtual clock; diagrams are found beside the test."""
    made = World(database_url, Path(request.path).parent)
    with made.engine.database.writing() as connection:
        rows = [{"id": "default", "name": "Default"}, {"id": "other", "name": "Other"}]
        connection.execute(sa.insert(tables.tenant), rows)
    yield made
    made.engine.close()
