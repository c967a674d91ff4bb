"""Runs one job: the step, or the call of a handler between two transactions."""

from __future__ import annotations

import dataclasses
import traceback
from collections.abc import Mapping
from datetime import timedelta

from bpmn.expressions.base import BpmnErrorThrown
from bpmn.model import ProcessModel, Work, WorkKind
from engine.actor import Actor
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
from engine.errors import NotFound
from engine.jobs.claiming import acquire_due
from engine.jobs.pauses import pause_before
from engine.runtime.state import WaitKind
from engine.runtime.working import CONNECTOR
from engine.services.failure import WorkFailure, WorkPostponed
from engine.services.handlers import Handlers, WorkItem
from engine.store import codec
from engine.store.load import InstanceRow, RowSnapshot, read_instance
from engine.store.scopes import readable_variables


@dataclasses.dataclass(frozen=True, slots=True)
class Runner:
    """Runs due jobs under the name *worker*.

    Attributes:
        lease: how long others leave a job alone when this worker crashes.
        pause: wait before a failed job is tried again, where the diagram names none.
    """

    tools: Tools
    handlers: Handlers
    worker: str
    lease: timedelta
    pause: timedelta

    def run_next(self) -> bool:
        """Run the job that is due the longest; ``False``: nothing is due."""
        job = self.claim()
        if job is None:
            return False
        self.run(job)
        return True

    def claim(self) -> Job | None:
        """Lock the job that is due the longest, or ``None``."""

        def acquire(tx: Transaction) -> Job | None:
            return acquire_due(tx.connection, worker=self.worker, now=tx.now, lease=self.lease)

        return in_transaction(self.tools, Actor(None, is_admin=True), acquire)

    def run(self, job: Job) -> None:
        """Do what the job is for; a failure is recorded at the job and never raised."""
        system = Actor(None, job.tenant_id, is_admin=True)
        try:
            if job.kind is WaitKind.WORK:
                result = self._call(job)
                in_transaction(self.tools, system, lambda tx: hand_in(tx, job, result))
            else:
                in_transaction(self.tools, system, lambda tx: run_step_of(tx, job))
        except WorkPostponed as later:
            until, reason = later.until, later.reason
            in_transaction(self.tools, system, lambda tx: postpone_job(tx, job, until, reason))
        except Exception as error:  # noqa: BLE001 - a handler is the user's code and may raise anything; the worker must outlive it
            failure = as_failure(error)
            in_transaction(self.tools, system, lambda tx: self._fail(tx, job, failure))

    def _call(self, job: Job) -> Result:
        handler = self.handlers.find(job.handler)
        if handler is None:
            raise HandlerMissing(job.handler)
        try:
            variables = check_variables(check_result(handler(self._item(job))))
        except BpmnErrorThrown as thrown:
            return Result({}, thrown.error_code, thrown.message)
        return Result(variables)

    def _item(self, job: Job) -> WorkItem:
        if job.instance_id is None:
            raise NotFound("process instance of job", job.id)
        with self.tools.database.reading() as connection:
            row = read_instance(connection, job.instance_id)
            snapshot = RowSnapshot(connection, row)
            model = self.tools.models.get(connection, job.definition_id).model
            seen = readable_variables(snapshot, job.scope, model.dialect)
        return WorkItem(
            instance_id=job.instance_id,
            element_id=job.element_id,
            variables=seen,
            arguments=codec.decode_map(job.arguments),
            key=job.id,
            now=self.tools.clock.now(),
            attempts_left=job.retries - 1,
            tenant_id=job.tenant_id,
            definition_id=job.definition_id,
            dialect=model.dialect,
            work=_work_of(model, job),
            properties=_properties(row, job),
        )

    def _fail(self, tx: Transaction, job: Job, failure: WorkFailure) -> None:
        retries = 0 if failure.is_final else job.retries - 1
        pause = pause_before(tx, job, retries, default=self.pause)
        if failure.retry_after is not None:
            pause = max(pause, failure.retry_after)
        failed = JobFailed(
            failure.message, retries, pause, failure.details, failure.request, failure.answer
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


def _work_of(model: ProcessModel, job: Job) -> Work | None:
    """What the diagram says of the job's call, ``None`` when it is that of a listener."""
    node = model.node.get(job.element_id)
    if node is None:
        return None
    found = (node.work, *(event.work for event in node.events))
    kind = WorkKind.CONNECTOR if job.handler.startswith(CONNECTOR) else WorkKind.HANDLER
    return next((work for work in found if work is not None and work.kind is kind), None)


def _properties(row: InstanceRow, job: Job) -> Mapping[str, object]:
    return {
        "id": row.id,
        "processInstanceId": row.id,
        "processDefinitionId": row.definition_id,
        "processBusinessKey": row.business_key,
        "businessKey": row.business_key,
        "tenantId": row.tenant_id,
        "currentActivityId": job.element_id,
    }


def as_failure(error: Exception) -> WorkFailure:
    """Any exception as the failure that people see: its message, and its stack as the details."""
    stack = "".join(traceback.format_exception(error))
    if isinstance(error, WorkFailure):
        error.details = error.details or stack
        return error
    return WorkFailure(f"{type(error).__name__}: {error}", details=stack)
