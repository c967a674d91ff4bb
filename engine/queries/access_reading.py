"""Questions about API keys."""

from __future__ import annotations

from engine.actor import Actor
from engine.queries import api_keys
from engine.queries.api_keys import ApiKey
from engine.queries.base import Reader


class AccessReading(Reader):
    """With which keys programs come in."""

    def api_keys(self, *, actor: Actor) -> list[ApiKey]:
        """The tenant's keys for administrators, one's own for others; the newest first."""
        with self.database.reading() as connection:
            return api_keys.list_keys(connection, actor)
