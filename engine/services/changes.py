"""Tells listeners of this process, after the commit, what changed."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

LONGEST_BACKLOG = 1_000


class ChangeKind(StrEnum):
    """What a change is about."""

    TASKS = "tasks"
    JOBS = "jobs"  # due within a minute
    TIMERS = "timers"  # jobs that are due later
    EXTERNAL_TASKS = "external-tasks"
    DEFINITIONS = "definitions"


@dataclass(frozen=True, slots=True)
class Change:
    """Something of a tenant changed; ``instance_id`` is empty when it belongs to none."""

    kind: ChangeKind
    tenant_id: str
    instance_id: str = ""


About = Callable[[Change], bool]
"""Whether a change interests a listener; called where the change was made, so it must be quick."""


class Subscription:
    """One listener's backlog. A listener that is too slow loses the oldest changes, not memory."""

    def __init__(self, about: About | None = None) -> None:
        self._about = about
        self._backlog: queue.Queue[Change] = queue.Queue(LONGEST_BACKLOG)

    def wait(self, seconds: float) -> Change | None:
        """The next change; ``None`` when there was none for *seconds*."""
        try:
            return self._backlog.get(timeout=seconds)
        except queue.Empty:
            return None

    def clear(self) -> None:
        """Forget what was told so far: whoever looks anew sees all of it."""
        while self.wait(0):
            pass

    def put(self, change: Change) -> None:
        """Add a change, when the listener is interested; never blocks."""
        if self._about is not None and not self._about(change):
            return
        while True:
            try:
                self._backlog.put_nowait(change)
            except queue.Full:
                self._drop_oldest()
            else:
                return

    def _drop_oldest(self) -> None:
        try:
            self._backlog.get_nowait()
        except queue.Empty:
            return


class Changes:
    """The listeners of one engine, and nothing else: other processes poll `Engine.changes`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: tuple[Subscription, ...] = ()

    @contextmanager
    def listen(self, about: About | None = None) -> Iterator[Subscription]:
        """Listen as long as the context is open, to all changes or to those *about* something."""
        listener = Subscription(about)
        with self._lock:
            self._listeners = (*self._listeners, listener)
        try:
            yield listener
        finally:
            with self._lock:
                self._listeners = tuple(one for one in self._listeners if one is not listener)

    def publish(self, changes: Iterable[Change]) -> None:
        """Tell every listener; costs nothing when there is none."""
        listeners = self._listeners
        if not listeners:
            return
        for change in changes:
            for listener in listeners:
                listener.put(change)
