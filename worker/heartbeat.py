"""Keeps the locks of tasks that are being worked on."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from worker.client import Client
from worker.errors import NotAllowed, Refused, ServerAway, TaskLost
from worker.task import Task

_log = logging.getLogger("laneway.worker")

_SHARE = 3
"""A lock is extended after a third of it: two beats may get lost before it runs out."""


@dataclass(slots=True)
class _Held:
    task: Task
    lock: timedelta
    due: float


class Heartbeat:
    """Extends the lock of each task that it holds until the task is let go."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._changed = threading.Condition()
        self._held: dict[str, _Held] = {}
        self._is_stopped = False

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Beat, in a thread of its own, as long as the context is open."""
        self._is_stopped = False
        thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)
        thread.start()
        try:
            yield
        finally:
            with self._changed:
                self._is_stopped = True
                self._changed.notify()
            thread.join()

    @contextmanager
    def holding(self, task: Task, lock: timedelta) -> Iterator[None]:
        """Extend the lock of *task* by *lock* again and again as long as the context is open."""
        with self._changed:
            self._held[task.id] = _Held(task, lock, _next(lock))
            self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                self._held.pop(task.id, None)

    def _beat(self) -> None:
        while True:
            with self._changed:
                self._changed.wait(self._pause())
                if self._is_stopped:
                    return
                due = [held for held in self._held.values() if held.due <= time.monotonic()]
            for held in due:
                self._extend(held)

    def _pause(self) -> float | None:
        """Seconds until the next lock is due; ``None``: there is none."""
        if not self._held:
            return None
        return max(min(held.due for held in self._held.values()) - time.monotonic(), 0.0)

    def _extend(self, held: _Held) -> None:
        try:
            self._client.extend(held.task.id, held.lock)
        except TaskLost as error:
            _log.info("Task %s is lost: %s", held.task.id, error)
            held.task.lost.set()
            with self._changed:
                self._held.pop(held.task.id, None)
        except (NotAllowed, Refused, ServerAway) as error:
            # The next beat tries again, long before the lock runs out.
            _log.warning("The lock of task %s was not extended: %s", held.task.id, error)
        held.due = _next(held.lock)


def _next(lock: timedelta) -> float:
    return time.monotonic() + lock.total_seconds() / _SHARE
