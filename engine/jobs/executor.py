"""The embedded executor: threads of this process that run due jobs."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from engine.actor import SYSTEM
from engine.commands.run_job import Job
from engine.commands.transaction import Transaction, in_transaction
from engine.jobs.claiming import is_due, next_due, release
from engine.jobs.leases import Leases
from engine.jobs.outages import outage_logged
from engine.jobs.running import Runner
from engine.jobs.watching import SHORTEST_PAUSE, WAKE, Watcher, growing_pause

_log = logging.getLogger("laneway.jobs")
_PAUSE_AFTER_OUTAGE = 1.0
AHEAD = 16
"""How many steps one claim takes when nothing else is due: it commits once for all of them."""


class Executor(Watcher):
    """Runs due jobs until it is stopped.

    One thread claims, *threads* others run, one renews the leases. It sleeps until the next job is
    due, is woken at once by what is committed here (on PostgreSQL: anywhere), and looks every
    *poll* seconds for what nobody told it, such as the jobs of a worker that died.
    It outlives a database that does not answer: it says so in the log and tries again.
    """

    def __init__(
        self,
        runner: Runner,
        *,
        threads: int,
        poll: float,
        limit: timedelta = timedelta(hours=1),
    ) -> None:
        super().__init__(runner.tools, "laneway-executor", poll)
        self._runner = runner
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="laneway-job")
        self._leases = Leases(runner.tools, lease=runner.lease, limit=limit)
        self._taken: dict[Future[None], Job] = {}
        self._lock = threading.Lock()
        self._held_back = 0

    def start(self) -> None:
        """Begin; returns at once."""
        self._leases.start()
        super().start()

    def stop(self) -> None:
        """Claim nothing more, give back what was not begun, wait for the jobs that run."""
        super().stop()
        self._pool.shutdown(cancel_futures=True)
        with self._lock:
            left = list(self._taken.values())
        if left:
            self._release(left)
        self._leases.stop()

    def _until_next(self) -> float:
        """Take what is due; how many seconds to rest afterwards."""
        with self._lock:
            slots = self._threads - len(self._taken)
        if slots <= 0:
            # The job that ends first wakes us.
            return self._poll
        with outage_logged():
            return 0.0 if self._take(slots) else self._pause()
        return min(self._poll, _PAUSE_AFTER_OUTAGE)

    def _take(self, slots: int) -> bool:
        """Start what is due, as far as *slots* are free; ``False``: there is nothing to start."""
        with self._tools.database.reading() as connection:
            if not is_due(connection, self._now()):
                self._held_back = 0
                return False
        jobs = self._runner.claim(slots=slots, ahead=AHEAD)
        # Due, but held back by another job of their instances, or taken by another process.
        self._held_back = 0 if jobs else self._held_back + 1
        for job in jobs:
            self._leases.keep(job)
            future = self._pool.submit(self._run, job)
            with self._lock:
                self._taken[future] = job
            future.add_done_callback(self._done)
        return bool(jobs)

    def _run(self, job: Job) -> None:
        # What could not be recorded is repeated when the lease of the job ends.
        with outage_logged():
            self._runner.run(job)

    def _done(self, future: Future[None]) -> None:
        if future.cancelled():
            return
        with self._lock:
            job = self._taken.pop(future)
        self._leases.drop(job)
        error = future.exception()
        if error is not None:
            _log.error("Job %s could not be recorded; its lease will end.", job.id, exc_info=error)
        # An exclusive job of the same instance may be free now.
        self._wake()

    def _release(self, jobs: list[Job]) -> None:
        def verb(tx: Transaction) -> None:
            release(tx.connection, jobs)
            tx.changes.add(WAKE)

        with outage_logged():
            in_transaction(self._tools, SYSTEM, verb)

    def _pause(self) -> float:
        if self._held_back:
            return min(growing_pause(self._held_back), self._poll)
        with self._tools.database.reading() as connection:
            due = next_due(connection)
        if due is None:
            return self._poll
        return min(max((due - self._now()).total_seconds(), SHORTEST_PAUSE), self._poll)

    def _now(self) -> datetime:
        return self._tools.clock.now().astimezone(UTC)
