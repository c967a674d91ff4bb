"""The embedded executor: threads of this process that run due jobs."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime

import sqlalchemy as sa

from engine.commands.run_job import Job
from engine.errors import InstanceBusy
from engine.jobs.claiming import next_due
from engine.jobs.running import Runner
from engine.services.changes import Change, ChangeKind, Subscription

_log = logging.getLogger("laneway.jobs")
_OUTAGE = (sa.exc.SQLAlchemyError, sqlite3.Error, InstanceBusy)
_SHORTEST_PAUSE = 0.05
_PAUSE_AFTER_OUTAGE = 1.0
_WAKE = Change(ChangeKind.JOBS, "")


class Executor:
    """Runs due jobs until it is stopped.

    One thread claims, *threads* others run. It sleeps until the next job is due, is woken at once
    by what this process opens, and looks every *poll* seconds for what other processes opened.
    It outlives a database that does not answer: it says so in the log and tries again.
    """

    def __init__(self, runner: Runner, *, threads: int, poll: float) -> None:
        self._runner = runner
        self._poll = poll
        self._slots = threading.Semaphore(threads)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="laneway-job")
        self._stopping = threading.Event()
        self._listening = threading.Event()
        self._subscription: Subscription | None = None
        self._thread = threading.Thread(target=self._work, name="laneway-executor", daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()
        self._listening.wait()

    def stop(self) -> None:
        """Claim nothing more and wait until the jobs that run are done."""
        self._stopping.set()
        if self._subscription is not None:
            self._subscription.put(_WAKE)
        self._thread.join()
        self._pool.shutdown()

    def _work(self) -> None:
        with self._runner.tools.changes.listen() as subscription:
            self._subscription = subscription
            self._listening.set()
            while not self._stopping.is_set():
                pause = self._until_next(subscription)
                if pause:
                    subscription.wait(pause)

    def _until_next(self, subscription: Subscription) -> float:
        """Take what is due; how many seconds to rest afterwards."""
        with _outage_logged():
            return 0.0 if self._take_one(subscription) else self._pause()
        return min(self._poll, _PAUSE_AFTER_OUTAGE)

    def _take_one(self, subscription: Subscription) -> bool:
        """Start the job that is due the longest; ``False``: nothing is due."""
        self._slots.acquire()
        job = None
        try:
            job = None if self._stopping.is_set() else self._runner.claim()
        finally:
            if job is None:
                self._slots.release()
        if job is None:
            return False
        self._pool.submit(self._run, job, subscription)
        return True

    def _run(self, job: Job, subscription: Subscription) -> None:
        try:
            # What could not be recorded is repeated when the lease of the job ends.
            with _outage_logged():
                self._runner.run(job)
        finally:
            self._slots.release()
            # An exclusive job of the same instance may be free now.
            subscription.put(_WAKE)

    def _pause(self) -> float:
        with self._runner.tools.database.reading() as connection:
            due = next_due(connection)
        if due is None:
            return self._poll
        now: datetime = self._runner.tools.clock.now().astimezone(UTC)
        # What is due but held back (an exclusive job of a busy instance) must not spin.
        return min(max((due - now).total_seconds(), _SHORTEST_PAUSE), self._poll)


@contextmanager
def _outage_logged() -> Iterator[None]:
    """Say in the log that the database did not answer, and go on."""
    try:
        yield
    except _OUTAGE as error:
        _log.warning("The database did not answer; trying again. %s", error)
