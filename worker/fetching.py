"""Fetches tasks in a thread of its own, as many as there are free hands."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence

from worker.backoff import Backoff
from worker.errors import ServerAway
from worker.task import Task

_log = logging.getLogger("laneway.worker")


class Fetching(threading.Thread):
    """Ends when *stopping* is set, or with an ``error`` that trying again would not mend.

    It is a daemon: a fetch that the server holds open does not keep the process from ending, and
    the server locks nothing for a connection that is closed.

    Args:
        hands: how many tasks can be worked on at once.
        fetch: up to so many tasks; waits for the first.
        begin: begins to work on a task; False when it is too late for that.
        give_back: frees a task that nobody begins.
        stopping: set from outside.
    """

    def __init__(
        self,
        hands: int,
        fetch: Callable[[int], Sequence[Task]],
        begin: Callable[[Task], bool],
        give_back: Callable[[Task], None],
        stopping: threading.Event,
    ) -> None:
        super().__init__(name="fetching", daemon=True)
        self.error: Exception | None = None
        self._hands = threading.BoundedSemaphore(hands)
        self._most = hands
        self._fetch = fetch
        self._begin = begin
        self._give_back = give_back
        self._stopping = stopping

    def let_go(self) -> None:
        """A hand is free again."""
        self._hands.release()

    def run(self) -> None:
        """Fetch and begin until the end."""
        backoff = Backoff()
        while not self._stopping.is_set():
            try:
                self._round()
            except ServerAway as error:
                pause = backoff.fail(error.retry_after)
                _log.warning("%s Trying again in %.1f s.", error, pause)
                self._stopping.wait(pause)
            except Exception as error:  # noqa: BLE001 - a worker that fetches no more must end
                self.error = error
                self._stopping.set()
            else:
                backoff.succeed()

    def _round(self) -> None:
        if not self._hands.acquire(timeout=0.5):
            return
        free = 1
        while free < self._most and self._hands.acquire(blocking=False):
            free += 1
        tasks: Sequence[Task] = ()
        try:
            tasks = self._fetch(free)
        finally:
            for _ in range(free - len(tasks)):
                self._hands.release()
        for task in tasks:
            if self._stopping.is_set() or not self._begin(task):
                self._hands.release()
                self._give_back(task)
