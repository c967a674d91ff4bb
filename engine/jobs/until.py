"""Runs what is due in the caller's thread, in due order: for the driver, tests and scripts."""

from __future__ import annotations

from datetime import datetime

from engine.clock import VirtualClock
from engine.jobs.claiming import next_due
from engine.jobs.running import Runner


def run_until(
    runner: Runner, clock: VirtualClock | None, until: datetime | None, limit: int
) -> int:
    """Run due jobs until none is left or *limit* ran; how many ran.

    With *clock* and *until* the clock stops at every due time on the way, and ends at *until*, so
    that what one job opens is run in its turn.
    """
    ran = 0
    while ran < limit:
        if runner.run_next():
            ran += 1
        elif not _move(runner, clock, until):
            break
    if clock is not None and until is not None and clock.now() < until:
        clock.set(until)
    return ran


def _move(runner: Runner, clock: VirtualClock | None, until: datetime | None) -> bool:
    """Put the clock at the next due time; ``False`` when nothing is due up to *until*."""
    if clock is None or until is None:
        return False
    with runner.tools.database.reading() as connection:
        due = next_due(connection)
    if due is None or due > until or due <= clock.now():
        return False
    clock.set(due)
    return True
