"""A database that does not answer for a while."""

from __future__ import annotations

import sqlalchemy as sa

from tests.engine.world import World


class Outage:
    """No statement gets through from `begin` on, until somebody waited *waits* times."""

    def __init__(self, world: World, waits: int) -> None:
        self.world = world
        self.left = waits
        self.paused: list[float] = []
        self.is_on = False
        sa.event.listen(world.engine.database.pool, "before_cursor_execute", self._refuse)

    def begin(self) -> None:
        self.is_on = True

    def wait(self, seconds: float) -> None:
        self.paused.append(seconds)
        self.left -= 1
        self.is_on = self.left > 0

    def _refuse(self, *_arguments: object) -> None:
        if self.is_on:
            raise sa.exc.OperationalError("the server is gone", None, OSError("gone"))
