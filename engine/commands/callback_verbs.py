"""The verb of those who answer later, as a method of `engine.core.Engine`."""

from __future__ import annotations

from engine.actor import SYSTEM
from engine.commands import callbacks
from engine.commands.doing import Doing


class CallbackVerbs(Doing):
    """Answers to calls that were only accepted; the token of their address is the permission."""

    def take_answer(self, token: str, *, content_type: str, body: bytes) -> None:
        """Another system answers a call: `callbacks.read_answer`, `callbacks.take_answer`."""
        answer = callbacks.read_answer(content_type, body)
        self._do(SYSTEM, lambda tx: callbacks.take_answer(tx, token, answer))
