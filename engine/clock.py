"""Where time comes from: the only module that reads the system's clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Gives the time; every command asks once."""

    def now(self) -> datetime:
        """Aware UTC."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Aware UTC, microseconds."""
        return datetime.now(UTC)


class VirtualClock:
    """A clock for tests and the driver: it stands until it is moved."""

    def __init__(self, now: datetime) -> None:
        self._now = now.astimezone(UTC)

    def now(self) -> datetime:
        """Where it was last put."""
        return self._now

    def set(self, now: datetime) -> None:
        """Put it anywhere, also back."""
        self._now = now.astimezone(UTC)

    def move(self, by: timedelta) -> None:
        """Move it forward, or back by a negative *by*."""
        self._now += by
