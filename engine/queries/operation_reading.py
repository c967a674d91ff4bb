"""Questions of operators: jobs, subscriptions, incidents, external tasks."""

from __future__ import annotations

from engine.actor import Actor
from engine.errors import NotFound
from engine.queries import incidents, jobs, operations, timeline
from engine.queries.backlog import read_backlog
from engine.queries.base import Reader, only_admins
from engine.queries.incidents import (
    OPEN_INCIDENTS,
    IncidentDetail,
    IncidentFilter,
    IncidentRow,
)
from engine.queries.jobs import ALL_JOBS, JobDetail, JobFilter, JobRow, JobWorker
from engine.queries.operations import (
    EVERYTHING,
    ExternalTaskRow,
    OperationsFilter,
    SubscriptionRow,
)
from engine.queries.page import Page, Window
from engine.store.load import RowSnapshot, read_instance
from engine.store.scopes import readable_variables
from engine.telemetry.metrics import Backlog


class OperationReading(Reader):
    """What waits for the machine or for an operator."""

    def incidents(
        self,
        wanted: IncidentFilter = OPEN_INCIDENTS,
        *,
        actor: Actor,
        page: int = 1,
        size: int = 50,
    ) -> Page[IncidentRow]:
        """Incidents, oldest first: of one instance that the actor may see, or, admins, all."""
        with self.database.reading() as connection:
            if wanted.instance_id:
                self._instance(connection, actor, wanted.instance_id)
            else:
                only_admins(actor, "incidents")
            return incidents.list_incidents(connection, actor, wanted, Window(page, size))

    def incident(self, incident_id: str, *, actor: Actor) -> IncidentDetail:
        """One incident with its stack, request, answer and variables, for admins.

        Raises:
            Forbidden: the actor is no admin.
            NotFound: no such incident; it may be over.
        """
        only_admins(actor, "incidents")
        with self.database.reading() as connection:
            place = incidents.find_incident(connection, actor, incident_id)
            if place is None:
                raise NotFound("incident", incident_id)
            snapshot = RowSnapshot(connection, read_instance(connection, place.row.instance_id))
            dialect = self.models.get(connection, place.row.definition_id).model.dialect
            seen = readable_variables(snapshot, place.scope, dialect)
            return incidents.detail_of(place, seen)

    def jobs(
        self,
        wanted: JobFilter = ALL_JOBS,
        *,
        actor: Actor,
        page: int = 1,
        size: int = 50,
    ) -> Page[JobRow]:
        """Jobs in due order, for admins: see `jobs.JobState` for what they wait for."""
        only_admins(actor, "jobs")
        now = self.clock.now()
        with self.database.reading() as connection:
            return jobs.list_jobs(connection, actor, wanted, Window(page, size), now)

    def job(self, job_id: str, *, actor: Actor) -> JobDetail:
        """One job with its arguments and the stack of its last failure, for admins.

        Raises:
            Forbidden: the actor is no admin.
            NotFound: no such job; it may be done.
        """
        only_admins(actor, "jobs")
        with self.database.reading() as connection:
            found = jobs.find_job(connection, actor, job_id, self.clock.now())
        if found is None:
            raise NotFound("job", job_id)
        return found

    def job_workers(self, *, actor: Actor) -> list[JobWorker]:
        """Which processes hold jobs now, for admins."""
        only_admins(actor, "workers")
        with self.database.reading() as connection:
            return jobs.list_workers(connection, actor, self.clock.now())

    def subscriptions(
        self,
        wanted: OperationsFilter = EVERYTHING,
        *,
        actor: Actor,
        page: int = 1,
        size: int = 50,
    ) -> Page[SubscriptionRow]:
        """What waits for messages, signals and conditions, start events included, for admins."""
        only_admins(actor, "subscriptions")
        with self.database.reading() as connection:
            return operations.list_subscriptions(connection, actor, wanted, Window(page, size))

    def external_tasks(
        self,
        wanted: OperationsFilter = EVERYTHING,
        *,
        actor: Actor,
        page: int = 1,
        size: int = 50,
    ) -> Page[ExternalTaskRow]:
        """Open external tasks, for admins; the filter's ``kind`` is the topic."""
        only_admins(actor, "external tasks")
        with self.database.reading() as connection:
            return operations.list_external_tasks(connection, actor, wanted, Window(page, size))

    def log_lines(self, *, actor: Actor) -> list[str]:
        """Every line that scripts wrote, over all instances, oldest first, for admins."""
        only_admins(actor, "log lines")
        with self.database.reading() as connection:
            return timeline.log_lines(connection, actor.tenant_id)

    def backlog(self) -> Backlog:
        """How much waits, over all organisations; for `/metrics`, which shows nobody's data."""
        with self.database.reading() as connection:
            return read_backlog(connection, self.clock.now())
