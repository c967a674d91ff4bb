"""Questions about what is deployed and what runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, tzinfo

from bpmn.forms import FilledForm
from bpmn.model import ProcessModel
from engine.actor import Actor
from engine.errors import NotFound
from engine.queries import (
    changes,
    definitions,
    forms,
    instances,
    requests,
    tasks,
    timeline,
    variables,
)
from engine.queries.base import Reader
from engine.queries.changes import Progress
from engine.queries.definitions import DefinitionDetail, DefinitionRow
from engine.queries.forms import Submitted, Viewer
from engine.queries.instances import (
    ALL_INSTANCES,
    InstanceDetail,
    InstanceFilter,
    InstanceRow,
    InstanceSort,
)
from engine.queries.page import Page, Window
from engine.queries.requests import RequestRow
from engine.queries.tasks import TaskFilter, TaskList, TaskRow, TaskSort
from engine.queries.timeline import HistoryRow, Passed
from engine.queries.variables import VariableRow


class ProcessReading(Reader):
    """Definitions and instances: lists, one in detail, data and history."""

    def definitions(
        self,
        *,
        actor: Actor,
        text: str = "",
        all_versions: bool = False,
        page: int = 1,
        size: int = 50,
    ) -> Page[DefinitionRow]:
        """Deployed processes by name; *text* is part of the name or the process id."""
        with self.database.reading() as connection:
            return definitions.list_definitions(
                connection,
                actor,
                text=text,
                all_versions=all_versions,
                window=Window(page, size),
            )

    def startable(self, *, actor: Actor) -> list[DefinitionRow]:
        """The latest version of every process that *actor* may start, by name."""
        with self.database.reading() as connection:
            return definitions.list_startable(connection, actor)

    def definition(self, definition_id: str, *, actor: Actor) -> DefinitionDetail:
        """One version of a process, with its sisters."""
        with self.database.reading() as connection:
            row = self._definition(connection, actor, definition_id)
            return definitions.definition_detail(connection, actor, row)

    def start_form(
        self,
        definition_id: str,
        *,
        actor: Actor,
        zone: tzinfo = UTC,
        submitted: Submitted | None = None,
    ) -> FilledForm:
        """The form that starts the process; with *submitted* as typed so far, judged by nobody.

        Raises:
            NotFound: no such definition, or others are its starters.
            NotStartable: only an event starts it.
        """
        with self.database.reading() as connection:
            row = self._definition(connection, actor, definition_id)
            if not row.may_be_started_by(actor):
                raise NotFound("process definition", definition_id)
            viewer = Viewer(actor.id, zone, self.clock.now())
            definition = self.models.get(connection, definition_id)
            return forms.start_form(connection, definition, viewer, submitted)

    def diagram_xml(self, definition_id: str, *, actor: Actor) -> tuple[str, bytes]:
        """Name and original bytes of the file that the definition was deployed from."""
        with self.database.reading() as connection:
            found = definitions.find_file(connection, actor, definition_id)
        if found is None:
            raise NotFound("process definition", definition_id)
        return found

    def model(self, definition_id: str, *, actor: Actor) -> ProcessModel:
        """What the diagram means: nodes by id with names, lanes, forms; shared, never changed."""
        with self.database.reading() as connection:
            self._definition(connection, actor, definition_id)
            return self.models.get(connection, definition_id).model

    def instances(
        self,
        wanted: InstanceFilter = ALL_INSTANCES,
        *,
        actor: Actor,
        sort: InstanceSort = InstanceSort.STARTED,
        page: int = 1,
        size: int = 50,
    ) -> Page[InstanceRow]:
        """One page of instances that *actor* may see, see `InstanceFilter`."""
        with self.database.reading() as connection:
            return instances.list_instances(
                connection, actor, wanted, sort=sort, window=Window(page, size)
            )

    def my_requests(
        self,
        *,
        actor: Actor,
        is_open: bool | None = None,
        text: str = "",
        page: int = 1,
        size: int = 50,
    ) -> Page[RequestRow]:
        """What *actor* started, newest first, and what each waits for."""
        with self.database.reading() as connection:
            return requests.list_requests(
                connection, actor, is_open=is_open, text=text, window=Window(page, size)
            )

    def instance(self, instance_id: str, *, actor: Actor) -> InstanceDetail:
        """One instance: its row, where its tokens wait, what it called."""
        with self.database.reading() as connection:
            row = self._instance(connection, actor, instance_id)
            return instances.instance_detail(connection, actor, row)

    def instance_row(self, instance_id: str, *, actor: Actor) -> InstanceRow:
        """One instance without its tokens: a single row."""
        with self.database.reading() as connection:
            return self._instance(connection, actor, instance_id)

    def instance_progress(self, instance_id: str, *, actor: Actor) -> Progress:
        """How far it is; cheap enough to be asked every second."""
        with self.database.reading() as connection:
            self._instance(connection, actor, instance_id)
            return changes.instance_progress(connection, instance_id)

    def instance_tasks(self, instance_id: str, *, actor: Actor) -> Page[TaskRow]:
        """Its open tasks (at most 500), all of them for whoever may see the instance."""
        with self.database.reading() as connection:
            self._instance(connection, actor, instance_id)
            return tasks.list_tasks(
                connection,
                replace(actor, is_admin=True),
                TaskFilter(list=TaskList.ALL, instance_id=instance_id),
                sort=TaskSort.DUE,
                window=Window(1, 500),
                now=self.clock.now(),
            )

    def instance_variables(
        self, instance_id: str, *, actor: Actor, scope: int | None = 0
    ) -> tuple[VariableRow, ...]:
        """Its variables for a page: of the process, of one scope, or of all for ``None``.

        Raises:
            Forbidden: the actor may see the instance, not its internal data.
        """
        with self.database.reading() as connection:
            self._readable(connection, actor, instance_id)
            return variables.list_variables(connection, instance_id, scope=scope)

    def instance_values(
        self, instance_id: str, *, actor: Actor, scope: int = 0
    ) -> dict[str, object]:
        """Values by name of exactly one scope, in full; the last ones once it is over.

        Raises:
            Forbidden: as of `instance_variables`.
        """
        with self.database.reading() as connection:
            row = self._readable(connection, actor, instance_id)
            if row.is_open:
                return variables.scope_variables(connection, instance_id, scope)
            return variables.final_variables(connection, instance_id)

    def timeline(
        self, instance_id: str, *, actor: Actor, after_seq: int = 0, size: int = 200
    ) -> Page[HistoryRow]:
        """What happened, oldest first; ``Page.next`` is the next page's *after_seq*."""
        with self.database.reading() as connection:
            self._instance(connection, actor, instance_id)
            return timeline.list_history(connection, instance_id, after_seq=after_seq, size=size)

    def passed(self, instance_id: str, *, actor: Actor) -> Passed:
        """How often each element was completed and each flow taken, for the diagram."""
        with self.database.reading() as connection:
            self._instance(connection, actor, instance_id)
            return timeline.passed(connection, instance_id)
