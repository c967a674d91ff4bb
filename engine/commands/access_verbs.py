"""The verbs about API keys, as methods of `engine.core.Engine`."""

from __future__ import annotations

from engine.actor import Actor
from engine.clock import Clock
from engine.commands import api_keys
from engine.commands.api_keys import IssuedKey, NewApiKey
from engine.commands.doing import Doing
from engine.queries.api_keys import find_presented
from engine.store.database import Database


class AccessVerbs(Doing):
    """API keys; see `engine.commands.api_keys` for what each verb may raise."""

    database: Database
    clock: Clock

    def add_api_key(self, new: NewApiKey, *, actor: Actor) -> IssuedKey:
        """Make a key for a program: `api_keys.add_api_key`."""
        return self._do(actor, lambda tx: api_keys.add_api_key(tx, new))

    def revoke_api_key(self, which: str, *, actor: Actor) -> None:
        """A key, by id or prefix, opens no door any more: `api_keys.revoke_api_key`."""
        self._do(actor, lambda tx: api_keys.revoke_api_key(tx, which))

    def find_key_actor(self, secret: str) -> Actor | None:
        """As whom the program with that key acts; ``None`` when the key opens no door."""
        now = self.clock.now()
        with self.database.reading() as connection:
            found = find_presented(connection, secret, now)
        if found is None:
            return None
        if found.is_stale(now):
            self._do(found.actor, lambda tx: api_keys.mark_used(tx, found.row.id))
        return found.actor
