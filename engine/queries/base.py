"""What every question needs: the database, the clock, and what the actor may know of."""

from __future__ import annotations

import sqlalchemy as sa

from engine.actor import Actor
from engine.clock import Clock
from engine.errors import Forbidden, NotFound
from engine.queries import definitions, instances, task_detail
from engine.queries.definitions import DefinitionRow
from engine.queries.instances import InstanceRow
from engine.queries.task_detail import TaskPlace
from engine.queries.task_end import raise_gone
from engine.store.database import Database
from engine.store.models import ModelCache


class Reader:
    """Finds what an actor may see, or raises `NotFound`."""

    database: Database
    clock: Clock
    models: ModelCache

    def _definition(
        self, connection: sa.Connection, actor: Actor, definition_id: str
    ) -> DefinitionRow:
        row = definitions.find_definition(connection, actor, definition_id)
        if row is None:
            raise NotFound("process definition", definition_id)
        return row

    def _instance(self, connection: sa.Connection, actor: Actor, instance_id: str) -> InstanceRow:
        row = instances.find_instance(connection, actor, instance_id)
        if row is None:
            raise NotFound("process instance", instance_id)
        return row

    def _readable(self, connection: sa.Connection, actor: Actor, instance_id: str) -> InstanceRow:
        row = self._instance(connection, actor, instance_id)
        if not instances.may_read_variables(connection, actor, instance_id):
            raise Forbidden(str(actor.id), "read", f"the variables of instance {instance_id}")
        return row

    def _place(self, connection: sa.Connection, actor: Actor, task_id: str) -> TaskPlace:
        found = task_detail.find_place(connection, actor, task_id)
        if found is None:
            raise_gone(connection, actor, task_id)
        return found


def only_admins(actor: Actor, what: str) -> None:
    """Raise `Forbidden` for everyone else."""
    actor.require_admin("list", f"the {what} of all instances")
