"""The verbs of operators, as methods of `engine.core.Engine`."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, tzinfo

from engine.actor import Actor
from engine.commands import incidents, operate, reviving, suspend_definition, suspend_jobs
from engine.commands.change_task import TaskChange, change_task
from engine.commands.complete_task import submit_values
from engine.commands.doing import Doing
from engine.commands.incidents import AS_IT_WAS, Edit
from engine.commands.start_once import Order, Started, start_once
from engine.errors import NotActive, NotFound
from engine.runtime.state import Status
from engine.store.database import Database

Variables = Mapping[str, object]


class OperatingVerbs(Doing):
    """Instances, incidents and jobs; see the commands for what each verb may raise."""

    database: Database

    def start_once(self, key: str, order: Order, *, actor: Actor) -> Started:
        """Start an instance at most once for a caller's key: `start_once.start_once`."""
        return self._do(actor, lambda tx: start_once(tx, key, order))

    def submit_task_values(
        self, task_id: str, values: Variables, *, actor: Actor, zone: tzinfo = UTC
    ) -> None:
        """Complete a task with values that its form judges: `complete_task.submit_values`."""
        self._do(actor, lambda tx: submit_values(tx, task_id, values, zone=zone))

    def set_variables(
        self,
        instance_id: str,
        variables: Variables,
        *,
        actor: Actor,
        scope: int = 0,
        is_local: bool = True,
    ) -> None:
        """Write variables of a running instance: `operate.set_variables`."""
        self._do(
            actor,
            lambda tx: operate.set_variables(
                tx, instance_id, variables, scope=scope, is_local=is_local
            ),
        )

    def change_task(self, task_id: str, change: TaskChange, *, actor: Actor) -> None:
        """Change an open task's dates, priority, candidates: `change_task.change_task`."""
        self._do(actor, lambda tx: change_task(tx, task_id, change))

    def cancel_instance(self, instance_id: str, *, actor: Actor, reason: str = "") -> None:
        """End an instance: `operate.cancel_instance`."""
        self._do(actor, lambda tx: operate.cancel_instance(tx, instance_id, reason=reason))

    # ---- suspending ---------------------------------------------------------------------------

    def suspend_definition(
        self, definition_id: str, *, actor: Actor, with_instances: bool = False
    ) -> None:
        """Nobody starts it any more; its instances go on, unless they are suspended, too.

        Instances are suspended one by one after the definition: what fails half way is carried on
        by calling it again.
        """
        self._switch_definition(definition_id, actor, with_instances, Status.SUSPENDED)

    def resume_definition(
        self, definition_id: str, *, actor: Actor, with_instances: bool = False
    ) -> None:
        """The opposite of `suspend_definition`."""
        self._switch_definition(definition_id, actor, with_instances, Status.ACTIVE)

    def suspend_instance(self, instance_id: str, *, actor: Actor) -> None:
        """Stop an instance for now: `operate.suspend_instance`."""
        self._do(actor, lambda tx: operate.suspend_instance(tx, instance_id))

    def resume_instance(self, instance_id: str, *, actor: Actor) -> None:
        """Let a suspended instance go on: `operate.resume_instance`."""
        self._do(actor, lambda tx: operate.resume_instance(tx, instance_id))

    def suspend_job(self, job_id: str, *, actor: Actor) -> None:
        """Hold a job back: `suspend_jobs.suspend_job`."""
        self._do(actor, lambda tx: suspend_jobs.suspend_job(tx, job_id))

    def resume_job(self, job_id: str, *, actor: Actor) -> None:
        """Let a suspended job run: `suspend_jobs.resume_job`."""
        self._do(actor, lambda tx: suspend_jobs.resume_job(tx, job_id))

    def suspend_jobs(self, definition_id: str, *, actor: Actor, element_id: str = "") -> int:
        """Hold back the waiting jobs of a definition: `suspend_jobs.suspend_jobs`."""
        return self._do(
            actor,
            lambda tx: suspend_jobs.suspend_jobs(tx, definition_id, element_id=element_id),
        )

    def resume_jobs(self, definition_id: str, *, actor: Actor, element_id: str = "") -> int:
        """Let the jobs of a definition run again: `suspend_jobs.resume_jobs`."""
        return self._do(
            actor,
            lambda tx: suspend_jobs.resume_jobs(tx, definition_id, element_id=element_id),
        )

    # ---- what failed ----------------------------------------------------------------------------

    def retry_job(self, job_id: str, *, actor: Actor, retries: int = 1) -> None:
        """Give a job attempts again, due at once: `suspend_jobs.retry_job`."""
        self._do(actor, lambda tx: suspend_jobs.retry_job(tx, job_id, retries=retries))

    def plan_retries(self, task_id: str, retries: int, *, actor: Actor) -> bool:
        """Attempts of a dead external task for when it is retried: `reviving.plan_retries`."""
        return self._do(actor, lambda tx: reviving.plan_retries(tx, task_id, retries))

    def retry_incident(self, incident_id: str, *, actor: Actor, edit: Edit = AS_IT_WAS) -> None:
        """Try again what failed, with other data if need be: `incidents.retry_incident`."""
        self._do(actor, lambda tx: incidents.retry_incident(tx, incident_id, edit))

    def skip_incident(
        self, incident_id: str, *, actor: Actor, variables: Variables | None = None
    ) -> None:
        """Take what failed for done: `incidents.skip_incident`."""
        self._do(actor, lambda tx: incidents.skip_incident(tx, incident_id, variables=variables))

    def resolve_incident(self, incident_id: str, *, actor: Actor, note: str) -> None:
        """Note that a person has seen to it: `incidents.resolve_incident`."""
        self._do(actor, lambda tx: incidents.resolve_incident(tx, incident_id, note=note))

    def _switch_definition(
        self, definition_id: str, actor: Actor, with_instances: bool, to: Status
    ) -> None:
        is_suspending = to is Status.SUSPENDED
        verb = suspend_definition.suspend if is_suspending else suspend_definition.resume
        switch = self.suspend_instance if is_suspending else self.resume_instance
        try:
            self._do(actor, lambda tx: verb(tx, definition_id))
        except NotActive:
            if not with_instances:
                raise
        if not with_instances:
            return
        before = Status.ACTIVE if is_suspending else Status.SUSPENDED
        for instance_id in suspend_definition.instances_of(self.database, definition_id, before):
            # One that ended, or that somebody else switched meanwhile, is as it should be.
            with suppress(NotActive, NotFound):
                switch(instance_id, actor=actor)
