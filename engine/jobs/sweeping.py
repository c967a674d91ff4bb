"""Sends the jobs that nobody sent: timers that became due, and what a broker lost or refused."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from itertools import islice

import sqlalchemy as sa

from engine import tables
from engine.actor import SYSTEM
from engine.commands.run_job import Job
from engine.commands.transaction import Tools, Transaction, in_transaction
from engine.jobs.claiming import LEVEL, PAGE, free_jobs, running_instances
from engine.jobs.outages import outage_logged
from engine.jobs.watching import Watcher, growing_pause
from engine.services.sending import DueJob
from engine.tables import FREE, RUNNABLE

_log = logging.getLogger("laneway.jobs")

RESEND = timedelta(seconds=30)
"""A job that was sent and is still free after so long is sent again; then twice as long, and so on:
it may only wait in a long queue."""
_MOST_DOUBLINGS = 7
BATCH = 200

_job = tables.job
_COLUMNS = (
    _job.c.id,
    _job.c.key,
    _job.c.instance_id,
    _job.c.is_exclusive,
    _job.c.handler,
    _job.c.priority,
    _job.c.due_at,
)
_UNSENT = (
    sa.select(*_COLUMNS)
    .where(RUNNABLE, _job.c.sent_at.is_(None), _job.c.due_at <= sa.bindparam("now"), FREE, PAGE)
    .order_by(_job.c.due_at, _job.c.key)
    .limit(sa.bindparam("most"))
    .with_for_update(of=_job, skip_locked=True)
)
_NEXT_UNSENT = (
    sa.select(_job.c.due_at)
    .where(RUNNABLE, _job.c.sent_at.is_(None), _job.c.locked_until.is_(None))
    .order_by(_job.c.due_at)
    .limit(1)
)
_OF_INSTANCE = (
    sa.select(*_COLUMNS)
    .where(
        RUNNABLE,
        _job.c.instance_id == sa.bindparam("instance"),
        _job.c.is_exclusive,
        _job.c.sent_at.is_(None),
        _job.c.due_at <= sa.bindparam("now"),
        FREE,
    )
    .order_by(_job.c.priority.desc(), _job.c.due_at, _job.c.key)
    .limit(1)
    .with_for_update(of=_job, skip_locked=True)
)
_MARK = (
    sa.update(_job)
    .where(_job.c.id.in_(sa.bindparam("b_ids", expanding=True)))
    .values(
        sends=sa.case((_job.c.sent_at.is_(None), 0), else_=_job.c.sends + 1),
        sent_at=sa.bindparam("now"),
    )
)
_UNMARK = (
    sa.update(_job)
    .where(_job.c.id.in_(sa.bindparam("b_ids", expanding=True)))
    .values(sent_at=None, sends=0)
)


def _lost() -> sa.Select[str, int, str | None, bool, str, int, datetime]:
    """Jobs whose worker died since they were sent, or that were sent long enough ago."""
    # Free with a lock in the past: its lease ran out.
    died = _job.c.sent_at < _job.c.locked_until
    long_ago = [
        sa.and_(_job.c.sends == doublings, _job.c.sent_at <= sa.bindparam(f"before_{doublings}"))
        for doublings in range(_MOST_DOUBLINGS)
    ]
    at_last = sa.and_(
        _job.c.sends >= _MOST_DOUBLINGS, _job.c.sent_at <= sa.bindparam(f"before_{_MOST_DOUBLINGS}")
    )
    return (
        sa.select(*_COLUMNS)
        .join(LEVEL, LEVEL.c.priority == _job.c.priority)
        .where(
            RUNNABLE,
            _job.c.due_at <= sa.bindparam("now"),
            FREE,
            sa.or_(died, *long_ago, at_last),
            PAGE,
        )
        .order_by(_job.c.due_at, _job.c.key)
        .limit(sa.bindparam("most"))
    )


_LOST = _lost()


def take_unsent(tx: Transaction) -> list[DueJob]:
    """Up to `BATCH` jobs that became due and were not sent, now marked as sent."""
    return _take(tx, _UNSENT, {"now": tx.now})


def take_lost(tx: Transaction) -> list[DueJob]:
    """Up to `BATCH` jobs that were sent and that no worker took, now marked as sent again."""
    before = {
        f"before_{doublings}": tx.now - RESEND * (1 << doublings)
        for doublings in range(_MOST_DOUBLINGS + 1)
    }
    return _take(tx, _LOST, {"now": tx.now, **before})


def send_next(tx: Transaction, ended: Job) -> None:
    """Have the next exclusive job of an instance sent, which waited for *ended* to end."""
    if not ended.is_exclusive or ended.instance_id is None:
        return
    values = {"instance": ended.instance_id, "now": tx.now}
    row = tx.connection.execute(_OF_INSTANCE, values).one_or_none()
    if row is not None:
        tx.connection.execute(_MARK, {"b_ids": [row.id], "now": tx.now})
        tx.due_jobs.append(DueJob(row.id, row.handler, row.priority))


def unmark(tx: Transaction, jobs: Iterable[DueJob]) -> None:
    """The broker refused them: they are not sent."""
    tx.connection.execute(_UNMARK, {"b_ids": [job.id for job in jobs]})


def _take(
    tx: Transaction,
    statement: sa.Select[str, int, str | None, bool, str, int, datetime],
    values: dict[str, object],
) -> list[DueJob]:
    busy_of = partial(running_instances, tx.connection, now=tx.now)
    rows = free_jobs(tx.connection, statement, values, busy_of=busy_of, page=BATCH)
    found = [DueJob(row.id, row.handler, row.priority) for row in islice(rows, BATCH)]
    if found:
        tx.connection.execute(_MARK, {"b_ids": [job.id for job in found], "now": tx.now})
    return found


class Sweeper(Watcher):
    """Looks for unsent jobs until it is stopped; any number of processes may do so at once.

    Woken at once by what is committed here (on PostgreSQL: anywhere), else when the next job is due
    and every *poll* seconds.

    Args:
        tools: of the engine.
        publish: give one job to the broker.
        refusals: what it raises when the broker does not take it.
        poll: seconds.
    """

    def __init__(
        self,
        tools: Tools,
        publish: Callable[[DueJob], None],
        refusals: tuple[type[Exception], ...],
        *,
        poll: float,
    ) -> None:
        super().__init__(tools, "laneway-sweeper", poll)
        self._publish = publish
        self._refusals = refusals
        self._held_back = 0
        self._look_for_lost = 0.0

    def sweep(self) -> int:
        """Send what is to be sent now; how many jobs."""
        jobs = in_transaction(self._tools, SYSTEM, take_unsent)
        if time.monotonic() >= self._look_for_lost:
            self._look_for_lost = time.monotonic() + self._poll
            jobs += in_transaction(self._tools, SYSTEM, take_lost)
        left = deque(jobs)
        try:
            while left:
                self._publish(left[0])
                left.popleft()
        except self._refusals as error:
            _log.warning("The broker takes no jobs; trying again. %s", error)
            in_transaction(self._tools, SYSTEM, lambda tx: unmark(tx, left))
            raise
        return len(jobs)

    def _until_next(self) -> float:
        """Sweep; how many seconds to rest afterwards."""
        with outage_logged(), suppress(*self._refusals):
            return 0.0 if self.sweep() else self._pause()
        return self._poll

    def _pause(self) -> float:
        with self._tools.database.reading() as connection:
            due: datetime | None = connection.execute(_NEXT_UNSENT).scalar_one_or_none()
        if due is None:
            return self._poll
        left: float = (due - self._tools.clock.now()).total_seconds()
        # What is due but waits for another job of its instance is sent by whoever ends that one.
        self._held_back = self._held_back + 1 if left <= 0 else 0
        return min(max(left, growing_pause(self._held_back)), self._poll)
