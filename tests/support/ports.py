"""Ports for servers that a test starts as processes of their own."""

from __future__ import annotations

import random
import socket
from contextlib import suppress

# Below those that Linux hands out by itself (32768 and up): a port that is free now cannot be given
# to some other process before the server takes it.
FIRST, LAST = 20_000, 32_000


def free_port() -> int:
    """A port that nobody listens on."""
    # Other than the tests' own, this chance may not repeat: runs beside each other would meet.
    chance = random.SystemRandom()
    while True:
        port = chance.randint(FIRST, LAST)
        with suppress(OSError), socket.socket() as listener:
            listener.bind(("127.0.0.1", port))
            return port
