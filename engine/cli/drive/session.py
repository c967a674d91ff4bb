"""What the operations of the driver share: one engine and its virtual clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from engine.cli.drive.protocol import Request
from engine.clock import VirtualClock
from engine.core import Engine

BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
"""Where the clock stands before the first ``reset``."""


class Session:
    """One engine on a virtual clock.

    Args:
        open_engine: makes an engine on the given clock, its database empty.
    """

    def __init__(self, open_engine: Callable[[VirtualClock], Engine]) -> None:
        self._open = open_engine
        self.clock = VirtualClock(BEGINNING)
        self.engine = open_engine(self.clock)

    def reset(self, now: datetime) -> None:
        """A new, empty engine, its clock at *now*."""
        self.engine.close()
        self.clock = VirtualClock(now)
        self.engine = self._open(self.clock)

    def close(self) -> None:
        """Close the database."""
        self.engine.close()


Operation = Callable[[Session, Request], object]
"""One operation: its result is ready for `protocol.write_reply`."""
