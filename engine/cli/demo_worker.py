"""Serves the topics of the examples in demo mode, so that demo instances go on by themselves."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from datetime import timedelta

import sqlalchemy as sa

from engine.actor import Actor
from engine.core import Engine, LockedTask, Topic
from engine.errors import EngineError

__all__ = ["TOPICS", "DemoWorker"]

_log = logging.getLogger("laneway.demo")
_NAME = "demo-worker"
_ROBOT = Actor(_NAME, is_admin=True)
_LEASE = timedelta(minutes=1)
_MOST = 20
_PACE = 3.0
"""Seconds between two rounds: long enough to see in the diagram where the token waits."""

TOPICS: Mapping[str, Mapping[str, object]] = {
    "archive-invoice": {"archiveNumber": "A-{}"},
    "pay-claim": {"paymentReference": "PAY-{}"},
    "check-eligibility": {"eligible": True, "planName": "Comfort Plus"},
    "submit-claim": {"claimNumber": "C-{}"},
    "book-carrier": {"trackingNumber": "TRK-{}"},
}
"""What is answered by topic; ``{}`` becomes a number of its own for each task."""


class DemoWorker:
    """Fetches in one round and answers in the next, until it is stopped."""

    def __init__(self, engine: Engine, *, pace: float = _PACE) -> None:
        self._engine = engine
        self._pace = pace
        self._held: list[LockedTask] = []
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name=_NAME, daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Answer nothing more; what is held is free again when its lease ends."""
        self._stopping.set()
        self._thread.join()

    def round(self) -> None:
        """Answer what the last round fetched, then fetch what waits now."""
        held, self._held = self._held, []
        for task in held:
            self._answer(task)
        wanted = [Topic(name, _LEASE, ()) for name in TOPICS]
        self._held = self._engine.fetch_and_lock(_NAME, wanted, actor=_ROBOT, max_tasks=_MOST)

    def _answer(self, task: LockedTask) -> None:
        number = task.key % 100_000
        answer = {
            name: value.format(number) if isinstance(value, str) else value
            for name, value in TOPICS[task.topic].items()
        }
        try:
            self._engine.complete_external(task.id, worker_id=_NAME, actor=_ROBOT, variables=answer)
        except EngineError as error:
            # Its instance was cancelled or suspended meanwhile.
            _log.info("%s", error)

    def _work(self) -> None:
        while not self._stopping.wait(self._pace):
            try:
                self.round()
            except (sa.exc.SQLAlchemyError, EngineError) as error:
                _log.warning("The demo's worker tries again. %s", error)
