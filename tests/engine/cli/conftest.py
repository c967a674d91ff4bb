"""The demo as `laneway run` loads it, for the tests that only look at it or go on with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.cli import demo
from engine.clock import VirtualClock
from engine.core import Engine
from engine.migrations import upgrade
from engine.settings import Settings

EXAMPLES = Path(__file__).parents[3] / "examples"
NOW = datetime(2026, 6, 17, 10, tzinfo=UTC)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    url = f"sqlite:///{tmp_path_factory.mktemp('demo') / 'demo.db'}"
    upgrade(url)
    clock = VirtualClock(NOW)
    found = Engine.open(url, clock=clock, settings=Settings(demo=True))
    demo.load(found, clock, EXAMPLES / "demo.json", NOW)
    yield found
    found.close()
