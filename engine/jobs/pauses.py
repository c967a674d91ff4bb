"""How long a failed job waits before its next attempt."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.commands.run_job import Job
from engine.runtime.timers import TimerInvalid, moment

LONGEST_OF_DIAGRAM = timedelta(days=30)
"""Where a diagram's own pause is cut: a slip of the pen must not hide a failure for years."""


@dataclass(frozen=True, slots=True)
class Pauses:
    """The pauses of jobs.

    What the diagram says counts first, exactly as it stands: ``R3/PT10M`` waits ten minutes each
    time, ``PT1M,PT5M`` one, then five. Else the pause begins with *first* and doubles with each
    failure up to *longest*; between half and all of it is waited, by chance, so that jobs that
    failed together do not come back together.

    Attributes:
        chance: a number from 0 to 1, a new one each time.
    """

    first: timedelta
    longest: timedelta
    # Nobody guesses this number; it only keeps failures apart.
    chance: Callable[[], float] = random.random

    def before(self, job: Job, left: int, now: datetime) -> timedelta:
        """The pause before the next attempt of *job*, which failed, when *left* are left."""
        if not left:
            return timedelta(0)
        drawn = _drawn(job.retry_cycle, job.failures, now)
        return self._grown(job.failures) if drawn is None else drawn

    def _grown(self, failures: int) -> timedelta:
        # The exponent ends before the pause is longer than a timedelta can be.
        grown = min(self.first * (1 << min(failures, 25)), self.longest)
        return grown / 2 + grown / 2 * self.chance()


def _drawn(cycle: str, failures: int, now: datetime) -> timedelta | None:
    """What the diagram says; ``None`` when it says nothing, or nothing that can be read."""
    pauses = [part.strip() for part in cycle.rsplit("/", 1)[-1].split(",")]
    chosen = pauses[min(failures, len(pauses) - 1)]
    if not chosen.startswith("P"):
        return None
    try:
        return min(max(moment(chosen, now) - now, timedelta(0)), LONGEST_OF_DIAGRAM)
    except TimerInvalid:
        return None
