"""Questions of operators: jobs, subscriptions, incidents, external tasks."""

from __future__ import annotations

from engine.actor import Actor
from engine.queries import operations, timeline
from engine.queries.base import Reader, only_admins
from engine.queries.operations import (
    EVERYTHING,
    ExternalTaskRow,
    IncidentRow,
    JobRow,
    OperationsFilter,
    SubscriptionRow,
)
from engine.queries.page import Page, Window


class OperationReading(Reader):
    """What waits for the machine or for an operator."""

    def incidents(
        self,
        wanted: OperationsFilter = EVERYTHING,
        *,
        actor: Actor,
        page: int = 1,
        size: int = 50,
    ) -> Page[IncidentRow]:
        """Open incidents, oldest first: of one instance that the actor may see, or, admins, all."""
        with self.database.reading() as connection:
            if wanted.instance_id:
                self._instance(connection, actor, wanted.instance_id)
            else:
                only_admins(actor, "incidents")
            return operations.list_incidents(connection, actor, wanted, Window(page, size))

    def jobs(
        self,
        wanted: OperationsFilter = EVERYTHING,
        *,
        actor: Actor,
        page: int = 1,
        size: int = 50,
    ) -> Page[JobRow]:
        """Waiting jobs in due order, for admins; ``kind`` is timer, async or work."""
        only_admins(actor, "jobs")
        with self.database.reading() as connection:
            return operations.list_jobs(connection, actor, wanted, Window(page, size))

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
