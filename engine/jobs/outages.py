"""An outage of the database: how it shows, and how work that is done outlives it."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import sqlalchemy as sa

from engine.errors import InstanceBusy

T = TypeVar("T")

_log = logging.getLogger("laneway.jobs")

OUTAGE = (
    sa.exc.OperationalError,
    sa.exc.InterfaceError,
    sa.exc.InternalError,  # a server that became read-only, as after a failover
    sa.exc.TimeoutError,  # no connection of the pool became free
    sqlite3.OperationalError,
    InstanceBusy,
)
"""What our own statements raise when the database cannot, or not now."""

ANY_OUTAGE = (*OUTAGE, sa.exc.SQLAlchemyError)
"""The same, and all else that the database refuses: what threads outlive that nobody looks at."""

_SHORTEST = timedelta(milliseconds=50)
_LONGEST = timedelta(seconds=2)


@contextmanager
def outage_logged(what: str = "The database did not answer") -> Iterator[None]:
    """Say *what* in the log when the database fails in any way, and go on."""
    try:
        yield
    except ANY_OUTAGE as error:
        _log.warning("%s; trying again. %s", what, error)


@dataclass(frozen=True, slots=True)
class Patience:
    """Repeats what the database could not do.

    Attributes:
        limit: how long in all it waits between its attempts.
        wait: sleeps for so many seconds.
    """

    limit: timedelta
    wait: Callable[[float], object] = time.sleep

    def insist(self, verb: Callable[[], T]) -> T:
        """Call *verb* until it does not meet an outage; the same *verb* may be called again.

        Raises:
            Exception: of `OUTAGE`, when the limit is over; any other, at once.
        """
        waited, pause = timedelta(0), _SHORTEST
        while True:
            try:
                return verb()
            except OUTAGE as error:
                if waited >= self.limit:
                    raise
                _log.warning("The database did not answer; trying again. %s", error)
            self.wait(pause.total_seconds())
            waited += pause
            pause = min(pause * 2, _LONGEST)
