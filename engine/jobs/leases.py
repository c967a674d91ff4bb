"""The heartbeat: a job stays this process' as long as it lives, however long the job takes."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.actor import SYSTEM
from engine.commands.run_job import Job
from engine.commands.transaction import Tools, in_transaction
from engine.jobs.claiming import renew
from engine.jobs.outages import outage_logged

_log = logging.getLogger("laneway.jobs")
BEATS = 3
"""So often in the time of a lease it is renewed: two may be missed."""


@dataclass(frozen=True, slots=True)
class _Held:
    job: Job
    since: datetime


class Leases:
    """Renews the leases of the jobs that this process holds, in a thread of its own.

    Args:
        tools: of the engine.
        lease: how long a lease is.
        limit: a job that is held longer is given up: its lease ends, another worker tries it.
    """

    def __init__(self, tools: Tools, *, lease: timedelta, limit: timedelta) -> None:
        self._tools = tools
        self._lease = lease
        self._limit = limit
        self._held: dict[str, _Held] = {}
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="laneway-leases", daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """End; what is still held is free when its lease ends."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def keep(self, job: Job) -> None:
        """Renew the lease of *job* from now on."""
        with self._lock:
            self._held[job.id] = _Held(job, self._tools.clock.now())

    def drop(self, job: Job) -> None:
        """Renew it no more: the job is done, or was given back."""
        with self._lock:
            self._held.pop(job.id, None)

    def renew(self) -> None:
        """Renew every lease once."""
        now = self._tools.clock.now()
        with self._lock:
            over = [held for held in self._held.values() if now - held.since > self._limit]
            for held in over:
                del self._held[held.job.id]
            # What was claimed a moment ago need not be renewed: short jobs cost nothing.
            fresh = now - self._lease / (2 * BEATS)
            jobs = [held.job for held in self._held.values() if held.since < fresh]
        for held in over:
            _log.error(
                "Job %s (%s) runs since %s, longer than LANEWAY_JOB_TIME_LIMIT: it is given up, "
                "and its thread is lost until the process ends.",
                held.job.id,
                held.job.handler or held.job.element_id,
                held.since.isoformat(timespec="seconds"),
            )
        if jobs:
            until = now + self._lease
            in_transaction(self._tools, SYSTEM, lambda tx: renew(tx.connection, jobs, until))

    def _beat(self) -> None:
        while not self._stopping.wait(self._lease.total_seconds() / BEATS):
            with outage_logged("No lease could be renewed"):
                self.renew()
