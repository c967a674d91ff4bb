"""A thread that looks for jobs: it sleeps until the next is due, and is woken by what commits."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod

from engine.commands.transaction import Tools
from engine.services.changes import Change, ChangeKind, Subscription

WAKE = Change(ChangeKind.JOBS, "")
SHORTEST_PAUSE = 0.05
_OF_JOBS = frozenset({ChangeKind.JOBS, ChangeKind.TIMERS})
_MOST_DOUBLINGS = 20


class Watcher(ABC):
    """Calls `_until_next` until it is stopped, and rests as long as it says or until woken.

    Args:
        tools: of the engine.
        name: of the thread.
        poll: the longest rest, in seconds.
    """

    def __init__(self, tools: Tools, name: str, poll: float) -> None:
        self._tools = tools
        self._poll = poll
        self._stopping = threading.Event()
        self._listening = threading.Event()
        self._subscription: Subscription | None = None
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()
        self._listening.wait()

    def stop(self) -> None:
        """Look for nothing more; a watcher that never began needs no end."""
        self._stopping.set()
        self._wake()
        if self._thread.is_alive():
            self._thread.join()

    @abstractmethod
    def _until_next(self) -> float:
        """Do what is to be done now; how many seconds to rest afterwards."""

    def _work(self) -> None:
        with self._tools.changes.listen(lambda change: change.kind in _OF_JOBS) as subscription:
            self._subscription = subscription
            self._listening.set()
            while not self._stopping.is_set():
                pause = self._until_next()
                if pause:
                    subscription.wait(pause)
                    subscription.clear()

    def _wake(self) -> None:
        if self._subscription is not None:
            self._subscription.put(WAKE)


def growing_pause(times: int) -> float:
    """Seconds to rest after what is due was held back so many times: nobody tells when it is free.

    One looks again soon, then less and less often.
    """
    return SHORTEST_PAUSE * (1 << min(times, _MOST_DOUBLINGS))
