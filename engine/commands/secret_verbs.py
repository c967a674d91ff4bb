"""The verbs about secrets, as methods of `engine.core.Engine`."""

from __future__ import annotations

from engine.actor import Actor
from engine.commands import secrets
from engine.commands.doing import Doing
from engine.services.secrets import Keys
from engine.settings import Settings


class SecretVerbs(Doing):
    """Secrets in the database; see `engine.commands.secrets` for what each verb may raise."""

    settings: Settings

    def set_secret(self, name: str, value: str, *, actor: Actor) -> None:
        """Keep a secret for the actor's organisation, encrypted: `secrets.set_secret`."""
        keys = self._keys()
        self._do(actor, lambda tx: secrets.set_secret(tx, keys, name, value))

    def remove_secret(self, name: str, *, actor: Actor) -> None:
        """Forget a secret: `secrets.remove_secret`."""
        self._do(actor, lambda tx: secrets.remove_secret(tx, name))

    def rotate_secrets(self, *, actor: Actor) -> int:
        """Encrypt every secret with the first key: `secrets.rotate_secrets`."""
        keys = self._keys()
        return self._do(actor, lambda tx: secrets.rotate_secrets(tx, keys))

    def _keys(self) -> Keys:
        # Slow on purpose, so not within the transaction.
        return Keys(self.settings.secrets_keys).derive()
