"""An engine on PostgreSQL alone, for what only its many writers can do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine import tables
from tests.engine.world import World


@pytest.fixture
def world_on_postgres(request: pytest.FixtureRequest, postgres_url: str) -> Iterator[World]:
    """As `world`."""
    made = World(postgres_url, Path(request.path).parent)
    with made.engine.database.writing() as connection:
        connection.execute(sa.insert(tables.tenant), {"id": "default", "name": "Default"})
    yield made
    made.engine.close()
