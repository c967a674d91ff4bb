"""How long to wait before trying again what failed because of the server."""

from __future__ import annotations

import random
from datetime import timedelta

FIRST = 0.5
LONGEST = 30.0


class Backoff:
    """Waits that double up to half a minute, a little different each time.

    A fleet of workers whose server comes back must not call it all at once.
    """

    def __init__(self) -> None:
        self._failures = 0

    def succeed(self) -> None:
        """Begin anew with the next failure."""
        self._failures = 0

    def fail(self, asked: timedelta | None = None) -> float:
        """Seconds to wait after one more failure; at least as long as the server *asked*."""
        longest = min(FIRST * 2**self._failures, LONGEST)
        # Beyond that it makes no difference, and a power of it would no longer be a float.
        self._failures = min(self._failures + 1, 10)
        # Nobody guesses this number.
        waited = random.uniform(longest / 2, longest)  # noqa: S311
        return max(waited, asked.total_seconds() if asked else 0.0)
