"""Sends due jobs to a broker, after the commit, without making anybody wait.

The job's row is the outbox: what is lost here, because the process ends or the broker does not
answer for long, the sweeper sends again (`engine.jobs.sweeping`).
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress

from engine.services.sending import DueJob

_log = logging.getLogger("laneway.jobs")

MOST_WAITING = 10_000
RETRY = 1.0
"""Seconds before a broker that refused is tried again."""
FAREWELL = 2.0
"""Seconds that closing waits for what is left."""


class Outbox:
    """A `engine.services.sending.Sender` with a thread of its own, which begins with the first job.

    Args:
        publish: give one job to the broker.
        refusals: what it raises when the broker does not take it.
    """

    def __init__(
        self, publish: Callable[[DueJob], None], refusals: tuple[type[Exception], ...]
    ) -> None:
        self._publish = publish
        self._refusals = refusals
        self._waiting: queue.Queue[DueJob | None] = queue.Queue(MOST_WAITING)
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def send(self, jobs: Sequence[DueJob]) -> None:
        """Send them soon; never blocks. More than `MOST_WAITING` are left to the sweeper."""
        with self._lock:
            if self._thread is None and not self._closing.is_set():
                self._thread = threading.Thread(
                    target=self._work, name="laneway-outbox", daemon=True
                )
                self._thread.start()
        for job in jobs:
            try:
                self._waiting.put_nowait(job)
            except queue.Full:
                return

    def close(self) -> None:
        """Send what is left, as far as the broker takes it at once."""
        self._closing.set()
        with self._lock:
            thread = self._thread
        if thread is not None:
            # A queue that is full has a broker that does not answer: nobody waits for that.
            with suppress(queue.Full):
                self._waiting.put_nowait(None)
            thread.join(FAREWELL)

    def _work(self) -> None:
        while (job := self._waiting.get()) is not None:
            while not self._has_sent(job):
                if self._closing.wait(RETRY):
                    return

    def _has_sent(self, job: DueJob) -> bool:
        try:
            self._publish(job)
        except self._refusals as error:
            _log.warning("The broker does not take job %s; trying again. %s", job.id, error)
            return False
        return True
