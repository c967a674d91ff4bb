"""The verbs of auditors, as methods of `engine.core.Engine`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from engine.actor import SYSTEM, Actor
from engine.clock import Clock
from engine.commands.doing import Doing
from engine.queries import audit
from engine.settings import Settings
from engine.store import anchors, history
from engine.store.anchors import Anchor, BrokenAnchor, Witness
from engine.store.database import Database
from engine.store.history import BrokenChain


class AuditVerbs(Doing):
    """The history: verified, anchored, taken along."""

    database: Database
    settings: Settings
    clock: Clock

    def verify_history(self, chain: str | None = None) -> list[BrokenChain]:
        """Every chain that was changed; *chain* is an instance's id or ``tenant:ID``."""
        with self.database.reading() as connection:
            return history.verify(connection, chain)

    def verify_audit(self) -> tuple[list[BrokenChain], list[BrokenAnchor]]:
        """Every chain that was changed, and every anchor that the history does not fit."""
        with self.database.reading() as connection:
            witness = Witness.of(connection)
            broken = history.verify(connection, watch=witness.see)
            return broken, witness.broken(self._audit_key)

    def anchor_history(self, *, every: timedelta = timedelta(0)) -> Anchor | None:
        """Cover what happened since the last anchor with a new one; ``None``: nothing settled.

        Others write meanwhile: the history is read in a transaction that only reads.
        """
        key = self._audit_key
        window = self._do(
            SYSTEM, lambda tx: anchors.next_window(tx.connection, tx.now, every=every)
        )
        if window is None:
            return None
        with self.database.reading() as connection:
            folded = anchors.fold(connection, window)
        return self._do(SYSTEM, lambda tx: anchors.write(tx.connection, window, folded, key))

    @contextmanager
    def export_history(
        self, *, actor: Actor, chain: str = "", everyone: bool = False
    ) -> Iterator[Iterator[str]]:
        """The history as lines of JSON: `engine.queries.audit`; open as long as they are read.

        Args:
            actor: an administrator; the chains are those of the actor's organisation.
            chain: only that chain.
            everyone: all organisations, for the command line alone.

        Raises:
            Forbidden: the actor is no administrator.
        """
        actor.require_admin("export", "the history")
        tenant_id = "" if everyone else actor.tenant_id
        with self.database.reading() as connection:
            yield audit.export(connection, now=self.clock.now(), tenant_id=tenant_id, chain=chain)

    @property
    def _audit_key(self) -> bytes:
        return self.settings.audit_key.encode()
