"""Tells listeners, after the commit, what changed."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

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


class Carrier(Protocol):
    """Brings changes to other processes, and theirs here."""

    def send(self, changes: Iterable[Change]) -> None:
        """Tell the others soon; never blocks and never fails."""

    def listen(self) -> None:
        """Somebody here wants to hear of them from now on."""

    def unlisten(self) -> None:
        """One of those who listened has heard enough."""

    def close(self) -> None:
        """Send what is left, and end."""


class Changes:
    """The listeners of one engine.

    With a `carrier` they hear of other processes, too; without one those are to be polled
    (`Engine.changes`).
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: tuple[Subscription, ...] = ()
        self.carrier: Carrier | None = None

    @contextmanager
    def listen(self, about: About | None = None) -> Iterator[Subscription]:
        """Listen as long as the context is open, to all changes or to those *about* something."""
        listener = Subscription(about)
        with self._lock:
            self._listeners = (*self._listeners, listener)
        if self.carrier is not None:
            self.carrier.listen()
        try:
            yield listener
        finally:
            if self.carrier is not None:
                self.carrier.unlisten()
            with self._lock:
                self._listeners = tuple(one for one in self._listeners if one is not listener)

    def publish(self, changes: Collection[Change]) -> None:
        """Tell every listener, here and elsewhere; costs nothing when there is none."""
        if changes and self.carrier is not None:
            self.carrier.send(changes)
        self.tell(changes)

    def close(self) -> None:
        """Tell what is left, and be told nothing more."""
        if self.carrier is not None:
            self.carrier.close()

    def tell(self, changes: Iterable[Change]) -> None:
        """Tell the listeners of this process."""
        listeners = self._listeners
        if not listeners:
            return
        for change in changes:
            for listener in listeners:
                listener.put(change)
