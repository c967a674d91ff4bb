"""Ids that sort by time: UUIDv7 (RFC 9562, 5.7) and the 63-bit key beside it."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_KEY_EPOCH_MS = 1_577_836_800_000  # 2020-01-01: 41 bits of milliseconds last until 2089.
_KEY_RANDOM_BITS = 22
_UUID_RANDOM_BITS = 74


@dataclass(frozen=True, slots=True)
class Identity:
    """The two names of one row."""

    id: str
    key: int


class Ids:
    """Hands out identities that grow, also within a millisecond and when the clock stands still.

    Safe to share between threads. Two processes draw different random bits; should they draw the
    same key in the same millisecond, the unique index refuses one and the command is repeated.
    """

    def __init__(self, randbits: Callable[[int], int] = secrets.randbits) -> None:
        self._randbits = randbits
        self._lock = threading.Lock()
        self._last_key = 0
        self._last_ms = -1
        self._last_random = 0

    def new(self, now: datetime) -> Identity:
        """A new identity for a row that is made at *now* (aware)."""
        ms = (now - _EPOCH) // _MILLISECOND
        with self._lock:
            return Identity(self._uuid(ms), self._key(ms))

    def _uuid(self, ms: int) -> str:
        if ms > self._last_ms:
            self._last_ms = ms
            # The topmost bit stays free so that counting up cannot overflow.
            self._last_random = self._randbits(_UUID_RANDOM_BITS - 1)
        else:
            self._last_random += 1 + self._randbits(32)
            if self._last_random >> _UUID_RANDOM_BITS:
                self._last_ms += 1
                self._last_random = self._randbits(_UUID_RANDOM_BITS - 1)
        high = self._last_random >> 62
        low = self._last_random & ((1 << 62) - 1)
        number = self._last_ms << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low
        text = f"{number:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def _key(self, ms: int) -> int:
        fresh = (ms - _KEY_EPOCH_MS) << _KEY_RANDOM_BITS | self._randbits(_KEY_RANDOM_BITS - 1)
        self._last_key = max(fresh, self._last_key + 1)
        return self._last_key
