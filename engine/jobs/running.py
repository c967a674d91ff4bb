"""Runs one job: the step, or the call of a handler between two transactions."""

from __future__ import annotations

import dataclasses
import os
import socket
import traceback
import uuid
from collections.abc import Callable
from datetime import timedelta

from opentelemetry.trace import SpanKind

from bpmn.expressions.base import BpmnErrorThrown
from engine.actor import SYSTEM
from engine.commands.inputs import check_variables
from engine.commands.run_job import (
    Job,
    JobFailed,
    Result,
    check_result,
    fail_job,
    hand_in,
    postpone_job,
    run_step_of,
)
from engine.commands.transaction import Tools, Transaction, in_transaction
from engine.jobs.claiming import Claim, acquire, acquire_due
from engine.jobs.items import work_item
from engine.jobs.outages import OUTAGE, Patience
from engine.jobs.pauses import Pauses
from engine.runtime.state import WaitKind
from engine.services.failure import WorkFailure, WorkPostponed
from engine.services.handlers import Handlers, WorkItem
from engine.telemetry import logs, metrics, traces

_LONGEST_MESSAGE = 4_000
_LONGEST_TEXT = 20_000

Verb = Callable[[Transaction], None]


@dataclasses.dataclass(frozen=True, slots=True)
class Runner:
    """Runs due jobs under the name *worker*.

    Attributes:
        lease: how long others leave a job alone when this worker crashes.
        pauses: how long a failed job waits.
        most_crashes: so often in a row a worker may die with a job before it is given up.
        patience: how an outage of the database is borne.
        closing: what else is done in the transaction that ends the job or its attempt.
    """

    tools: Tools
    handlers: Handlers
    worker: str
    lease: timedelta
    pauses: Pauses
    most_crashes: int
    patience: Patience
    closing: Callable[[Transaction, Job], None] = lambda _tx, _job: None

    def run_next(self) -> bool:
        """Run the job that is first in turn; ``False``: nothing is due."""
        jobs = self.claim()
        for job in jobs:
            self.run(job)
        return bool(jobs)

    def claim(self, *, slots: int = 1, ahead: int = 1) -> list[Job]:
        """Lock due jobs in their order; see `claiming.Claim` for the numbers."""

        def verb(tx: Transaction) -> list[Job]:
            return acquire_due(tx.connection, self._claim(tx, slots, ahead))

        return in_transaction(self.tools, SYSTEM, verb)

    def claim_this(self, job_id: str) -> Job | None:
        """Lock exactly that job; ``None`` when it is not due, done, or held by another worker."""

        def verb(tx: Transaction) -> Job | None:
            return acquire(tx.connection, self._claim(tx, 1, 1), job_id)

        return in_transaction(self.tools, SYSTEM, verb)

    def _claim(self, tx: Transaction, slots: int, ahead: int) -> Claim:
        return Claim(self.worker, tx.now, self.lease, slots, ahead)

    def run(self, job: Job) -> None:
        """Do what the job is for; a failure is recorded at the job and not raised.

        An outage of the database costs no attempt: what is done is recorded when it answers again.

        Raises:
            Exception: of `OUTAGE`, when it did not answer in time. Then nothing is recorded, and
                the job is free again when its lease ends.
        """
        facts = {"job_kind": job.kind.value, "element": job.element_id, "job": job.id}
        with (
            logs.about(job_id=job.id, instance_id=job.instance_id),
            metrics.job(job.kind.value),
            traces.span(f"job {job.handler or job.kind.value}", SpanKind.CONSUMER, **facts),
        ):
            self._run(job)

    def _run(self, job: Job) -> None:
        try:
            self._commit(job, self._work(job))
        except OUTAGE:
            raise
        except Exception as error:  # noqa: BLE001 - a step runs the diagram's code; the worker must outlive any failure of it
            failure = as_failure(error)
            self._commit(job, lambda tx: self._fail(tx, job, failure))

    def _commit(self, job: Job, verb: Verb) -> None:
        system = dataclasses.replace(SYSTEM, tenant_id=job.tenant_id)

        def ending(tx: Transaction) -> None:
            verb(tx)
            self.closing(tx, job)

        self.patience.insist(lambda: in_transaction(self.tools, system, ending))

    def _work(self, job: Job) -> Verb:
        """Do what is done outside of a transaction; what to commit afterwards."""
        if job.lost_leases >= self.most_crashes:
            crashed = WorkersDied(job.lost_leases)
            return lambda tx: self._fail(tx, job, crashed)
        if job.kind is not WaitKind.WORK:
            return lambda tx: run_step_of(tx, job)
        item = self.patience.insist(lambda: work_item(self.tools, job))
        try:
            result = self._call(job, item)
        except WorkPostponed as later:
            until, reason = later.until, later.reason
            return lambda tx: postpone_job(tx, job, until, reason)
        except Exception as error:  # noqa: BLE001 - a handler is the user's code and may raise anything; the worker must outlive it
            failure = as_failure(error)
            return lambda tx: self._fail(tx, job, failure)
        return lambda tx: hand_in(tx, job, result)

    def _call(self, job: Job, item: WorkItem) -> Result:
        handler = self.handlers.find(job.handler)
        if handler is None:
            raise HandlerMissing(job.handler)
        try:
            variables = check_variables(check_result(handler(item)))
        except BpmnErrorThrown as thrown:
            return Result(check_variables(thrown.variables), thrown.error_code, thrown.message)
        return Result(variables)

    def _fail(self, tx: Transaction, job: Job, failure: WorkFailure) -> None:
        retries = 0 if failure.is_final else max(job.retries - 1, 0)
        pause = self.pauses.before(job, retries, tx.now)
        if failure.retry_after is not None:
            pause = max(pause, failure.retry_after)
        failed = JobFailed(
            _storable(failure.message, _LONGEST_MESSAGE),
            retries,
            pause,
            _storable(failure.details, _LONGEST_TEXT),
            _storable(failure.request, _LONGEST_TEXT),
            _storable(failure.answer, _LONGEST_TEXT),
        )
        fail_job(tx, job, failed)


class HandlerMissing(WorkFailure):
    """No Python handler of that name is registered; trying again cannot help."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"No handler {name!r} is registered. Register it under that name "
            "(entry point group laneway.handlers, or Engine(handlers=...)), then retry.",
            is_final=True,
        )


class WorkersDied(WorkFailure):
    """Each worker that took the job died, or was cut off, before it could say how it ended."""

    def __init__(self, times: int) -> None:
        super().__init__(
            f"{times} time(s) in a row the worker that ran this job did not live to tell how it "
            "ended: it was killed, ran out of memory or time, or lost the database. Look into the "
            "workers' logs, mend what kills them, then retry.",
            is_final=True,
        )


def process_name() -> str:
    """A name for this process as a worker, that no other one has."""
    return f"{socket.gethostname()}/{os.getpid()}/{uuid.uuid4().hex[:6]}"


def as_failure(error: Exception) -> WorkFailure:
    """Any exception as the failure that people see: its message, and its stack as the details."""
    stack = "".join(traceback.format_exception(error))
    if isinstance(error, WorkFailure):
        error.details = error.details or stack
        return error
    return WorkFailure(f"{type(error).__name__}: {error}", details=stack)


def _storable(text: str, longest: int) -> str:
    """*text* without what no database takes, and without its middle when it is too long."""
    plain = text.replace("\0", "\\0").encode("utf-8", "backslashreplace").decode("utf-8")
    if len(plain) <= longest:
        return plain
    half = longest // 2
    return f"{plain[:half]}\n... {len(plain) - 2 * half} characters ...\n{plain[-half:]}"
