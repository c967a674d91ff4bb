"""Questions of external workers, and of those who watch them."""

from __future__ import annotations

from engine.actor import Actor, Right
from engine.errors import NotFound
from engine.queries import external_tasks
from engine.queries.base import Reader
from engine.queries.external_tasks import ExternalTask, ExternalTaskFilter, Listing
from engine.queries.variables import scope_variables, visible_variables
from engine.runtime.state import ROOT

ALL = ExternalTaskFilter()
TOP = Listing()


class WorkerReading(Reader):
    """External tasks, for administrators and for programs that may work on them."""

    def find_external_tasks(
        self,
        wanted: ExternalTaskFilter = ALL,
        listing: Listing = TOP,
        *,
        actor: Actor,
    ) -> list[ExternalTask]:
        """Open tasks that match, the oldest first unless *listing* says otherwise."""
        actor.require(Right.WORK, "see", "external tasks")
        with self.database.reading() as connection:
            return external_tasks.list_tasks(
                connection, actor, wanted, listing, now=self.clock.now()
            )

    def count_external_tasks(self, wanted: ExternalTaskFilter = ALL, *, actor: Actor) -> int:
        """How many open tasks match."""
        actor.require(Right.WORK, "see", "external tasks")
        with self.database.reading() as connection:
            return external_tasks.count_tasks(connection, actor, wanted, self.clock.now())

    def external_task(self, task_id: str, *, actor: Actor) -> ExternalTask:
        """One open task."""
        actor.require(Right.WORK, "see", "external tasks")
        with self.database.reading() as connection:
            found = external_tasks.find_task(connection, actor, task_id)
        if found is None:
            raise NotFound("external task", task_id)
        return found

    def external_topics(self, *, actor: Actor) -> list[str]:
        """Every topic for which a task waits."""
        actor.require(Right.WORK, "see", "external tasks")
        with self.database.reading() as connection:
            return external_tasks.list_topics(connection, actor)

    def external_variables(
        self, task_id: str, *, actor: Actor, only_local: bool = False
    ) -> dict[str, object]:
        """Values by name that an open task sees, or those of the scope that it is in alone."""
        found = self.external_task(task_id, actor=actor)
        read = scope_variables if only_local else visible_variables
        with self.database.reading() as connection:
            return read(connection, found.instance_id, found.scope)

    def worked_values(self, instance_id: str, *, actor: Actor) -> dict[str, object]:
        """Values by name of the process, for those who work on an external task of it.

        A task that is fetched tells them too; files are read afterwards, by the instance's id.

        Raises:
            NotFound: the instance has no open external task.
        """
        actor.require(Right.WORK, "see", "external tasks")
        with self.database.reading() as connection:
            if not external_tasks.is_in_work(connection, actor, instance_id):
                raise NotFound("process instance", instance_id)
            return scope_variables(connection, instance_id, ROOT)
