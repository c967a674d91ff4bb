"""What a process does now and then beside its jobs: `engine.core.Engine.keep_house`."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

from engine.jobs.outages import outage_logged


class Housekeeper:
    """Calls *chore* every so often in a thread of its own, the first time after one pause.

    Every process has one; the chore itself sees to it that one of them does it.
    """

    def __init__(self, chore: Callable[[], object], every: timedelta) -> None:
        self._chore = chore
        self._pause = every.total_seconds()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="laneway-housekeeping", daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """End, when the chore that runs is done."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _work(self) -> None:
        while not self._stopping.wait(self._pause):
            with outage_logged("The house could not be kept"):
                self._chore()
