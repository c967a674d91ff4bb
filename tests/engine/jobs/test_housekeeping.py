"""Threads that nobody looks at outlive what the database refuses, and end also unbegun."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine.jobs.housekeeping import Housekeeper
from tests.engine.world import World
from tests.support.patience import until


def test_a_chore_that_the_database_refuses_is_done_again_later(caplog: pytest.LogCaptureFixture):
    turns: list[int] = []

    def chore() -> None:
        turns.append(1)
        if len(turns) == 1:
            raise sa.exc.ProgrammingError("SELECT 1", {}, Exception("no such table"))

    housekeeper = Housekeeper(chore, timedelta(seconds=0.01))
    housekeeper.start()
    try:
        assert until(lambda: len(turns) > 1)
    finally:
        housekeeper.stop()
    assert "The house could not be kept" in caplog.text


def test_what_never_began_can_be_stopped(world: World):
    for thread in (world.engine.housekeeper(), world.engine.executor()):
        thread.stop()
