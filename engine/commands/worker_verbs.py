"""The verbs of external workers, as methods of `engine.core.Engine`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from engine.actor import Actor
from engine.clock import Clock
from engine.commands import external, external_fetch
from engine.commands.doing import Doing
from engine.commands.external import Breakdown
from engine.commands.external_fetch import FetchOrder, LockedTask, Topic
from engine.runtime.step import AdHocChoice, Verdict
from engine.store.database import Database

Variables = Mapping[str, object]


class WorkerVerbs(Doing):
    """External tasks; see `engine.commands.external` for what each verb may raise."""

    database: Database
    clock: Clock

    def fetch_and_lock(
        self,
        worker_id: str,
        topics: Sequence[Topic],
        *,
        actor: Actor,
        max_tasks: int = 1,
        order: FetchOrder = FetchOrder.PRIORITY,
    ) -> list[LockedTask]:
        """Lock external tasks for a worker: `external_fetch.fetch_and_lock`."""
        return self._do(
            actor,
            lambda tx: external_fetch.fetch_and_lock(
                tx, worker_id, topics, max_tasks=max_tasks, order=order
            ),
        )

    def has_free_work(self, topics: Sequence[Topic], *, actor: Actor) -> bool:
        """Whether `fetch_and_lock` would find something; cheap, and no writer waits for it."""
        with self.database.reading() as connection:
            return external_fetch.has_free(connection, actor, topics, self.clock.now())

    def complete_external(
        self,
        task_id: str,
        *,
        worker_id: str,
        actor: Actor,
        variables: Variables | None = None,
        local_variables: Variables | None = None,
        result: Verdict | AdHocChoice | None = None,
    ) -> None:
        """An external task is done: `external.complete_external`."""
        self._do(
            actor,
            lambda tx: external.complete_external(
                tx,
                task_id,
                worker_id=worker_id,
                variables=variables,
                local_variables=local_variables,
                result=result,
            ),
        )

    def fail_external(
        self, task_id: str, *, worker_id: str, actor: Actor, breakdown: Breakdown
    ) -> None:
        """An external task failed: `external.fail_external`."""
        self._do(
            actor,
            lambda tx: external.fail_external(
                tx, task_id, worker_id=worker_id, breakdown=breakdown
            ),
        )

    def throw_external(
        self,
        task_id: str,
        *,
        worker_id: str,
        actor: Actor,
        code: str,
        message: str = "",
        variables: Variables | None = None,
    ) -> None:
        """An external task ended with a BPMN error: `external.throw_external`."""
        self._do(
            actor,
            lambda tx: external.throw_external(
                tx,
                task_id,
                worker_id=worker_id,
                code=code,
                message=message,
                variables=variables,
            ),
        )

    def extend_lock(
        self, task_id: str, *, worker_id: str, actor: Actor, duration: timedelta
    ) -> datetime:
        """Hold an external task longer: `external.extend_lock`."""
        return self._do(
            actor,
            lambda tx: external.extend_lock(tx, task_id, worker_id=worker_id, duration=duration),
        )

    def lock_external(
        self, task_id: str, *, worker_id: str, actor: Actor, duration: timedelta
    ) -> datetime:
        """Lock one certain external task: `external.lock`."""
        return self._do(
            actor, lambda tx: external.lock(tx, task_id, worker_id=worker_id, duration=duration)
        )

    def set_external_retries(self, task_id: str, retries: int, *, actor: Actor) -> None:
        """How often an external task is still tried: `external.set_retries`."""
        self._do(actor, lambda tx: external.set_retries(tx, task_id, retries))

    def set_external_priority(self, task_id: str, priority: int, *, actor: Actor) -> None:
        """Which external tasks are fetched first: `external.set_priority`."""
        self._do(actor, lambda tx: external.set_priority(tx, task_id, priority))

    def unlock(self, task_id: str, *, actor: Actor) -> None:
        """Free an external task: `external.unlock`."""
        self._do(actor, lambda tx: external.unlock(tx, task_id))
