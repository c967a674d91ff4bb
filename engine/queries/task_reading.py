"""Questions about open tasks."""

from __future__ import annotations

from datetime import UTC, tzinfo

from bpmn.forms import FilledForm
from bpmn.model import Node
from engine.actor import Actor
from engine.queries import ad_hoc, changes, forms, task_detail, tasks
from engine.queries.ad_hoc import AdHocActivity
from engine.queries.base import Reader
from engine.queries.forms import Submitted, Viewer
from engine.queries.page import Page, Window
from engine.queries.task_detail import TaskDetail
from engine.queries.task_end import raise_gone
from engine.queries.tasks import MY_TASKS, TaskCounts, TaskFilter, TaskRow, TaskSort
from engine.store.load import RowSnapshot, read_instance
from engine.store.scopes import readable_variables


class TaskReading(Reader):
    """Tasks: lists, counts, one in detail, its variables."""

    def tasks(
        self,
        wanted: TaskFilter = MY_TASKS,
        *,
        actor: Actor,
        sort: TaskSort = TaskSort.DUE,
        page: int = 1,
        size: int = 50,
    ) -> Page[TaskRow]:
        """One page of the open tasks of a list, see `TaskFilter`."""
        with self.database.reading() as connection:
            return tasks.list_tasks(
                connection,
                actor,
                wanted,
                sort=sort,
                window=Window(page, size),
                now=self.clock.now(),
            )

    def task_counts(self, *, actor: Actor, zone: tzinfo = UTC) -> TaskCounts:
        """Counts for the navigation; a day begins at midnight in *zone*."""
        with self.database.reading() as connection:
            return tasks.count_tasks(connection, actor, now=self.clock.now(), zone=zone)

    def task(self, task_id: str, *, actor: Actor) -> TaskDetail:
        """One open task.

        Raises:
            TaskGone: it is over, and the actor could have seen it; says by whom and how.
            NotFound: otherwise.
        """
        with self.database.reading() as connection:

            def node_of(definition_id: str, element_id: str) -> Node:
                return self.models.get(connection, definition_id).model.node[element_id]

            found = task_detail.find_detail(connection, actor, task_id, node_of)
            if found is None:
                raise_gone(connection, actor, task_id)
            return found

    def task_variables(self, task_id: str, *, actor: Actor) -> dict[str, object]:
        """Values by name of all variables that the task sees, loop counters included.

        Raises:
            TaskGone, NotFound: as of `task`.
        """
        with self.database.reading() as connection:
            place = self._place(connection, actor, task_id)
            snapshot = RowSnapshot(connection, read_instance(connection, place.instance_id))
            dialect = self.models.get(connection, place.definition_id).model.dialect
            return readable_variables(snapshot, place.scope, dialect)

    def task_form(
        self,
        task_id: str,
        *,
        actor: Actor,
        zone: tzinfo = UTC,
        submitted: Submitted | None = None,
    ) -> FilledForm:
        """The task's form with its values; with *submitted* as typed so far, judged by nobody.

        Raises:
            TaskGone, NotFound: as of `task`.
        """
        with self.database.reading() as connection:
            place = self._place(connection, actor, task_id)
            definition = self.models.get(connection, place.definition_id)
            viewer = Viewer(actor.id, zone, self.clock.now())
            return forms.task_form(connection, definition, place, viewer, submitted)

    def startable_activities(self, task_id: str, *, actor: Actor) -> tuple[AdHocActivity, ...]:
        """What the task of an ad-hoc sub-process lets one start now; empty for other tasks.

        Raises:
            TaskGone, NotFound: as of `task`.
        """
        with self.database.reading() as connection:
            place = self._place(connection, actor, task_id)
            model = self.models.get(connection, place.definition_id).model
            snapshot = RowSnapshot(connection, read_instance(connection, place.instance_id))
            return ad_hoc.list_startable(model, snapshot.scope(place.scope))

    def changes(self) -> str:
        """A text that differs whenever a task was made, changed or ended.

        Cheap enough to be asked every second: one read from an index.
        """
        with self.database.reading() as connection:
            return changes.task_revision(connection)
