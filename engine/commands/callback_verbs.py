"""The verb of those who answer later, as a method of `engine.core.Engine`."""

from __future__ import annotations

from engine.actor import Actor
from engine.commands import callbacks
from engine.commands.doing import Doing
from engine.services.connectors.base import Answer

_NOBODY = Actor(None, is_admin=True)


class CallbackVerbs(Doing):
    """Answers to calls that were only accepted; the token of their address is the permission."""

    def take_answer(self, token: str, answer: Answer) -> None:
        """Another system answers a call: `callbacks.take_answer`."""
        self._do(_NOBODY, lambda tx: callbacks.take_answer(tx, token, answer))
