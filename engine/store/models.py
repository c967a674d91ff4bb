"""Deployed definitions, parsed once per process and shared by all threads."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from bpmn.loading import load
from bpmn.model import Diagram, ProcessModel
from bpmn.model.scripts import script_files, with_scripts
from engine import tables
from engine.errors import NotFound

_definition = tables.process_definition
_resource = tables.resource
_SELECT = (
    sa.select(
        _definition.c.id,
        _definition.c.key,
        _definition.c.tenant_id,
        _definition.c.process_id,
        _definition.c.version,
        _definition.c.version_tag,
        _definition.c.name,
        _definition.c.deployment_id,
        _resource.c.content,
    )
    .join(_resource, _resource.c.id == _definition.c.resource_id)
    .where(_definition.c.id == sa.bindparam("definition_id"))
)


_SCRIPTS = sa.select(_resource.c.name, _resource.c.content).where(
    _resource.c.deployment_id == sa.bindparam("deployment"),
    _resource.c.name.in_(sa.bindparam("names", expanding=True)),
)


@dataclass(frozen=True, slots=True)
class Definition:
    """A deployed version of a process and what its diagram means; nothing of it ever changes."""

    id: str
    key: int
    tenant_id: str
    process_id: str
    version: int
    version_tag: str
    name: str
    deployment_id: str
    model: ProcessModel


def _scripts(connection: sa.Connection, deployment_id: str, model: ProcessModel) -> dict[str, str]:
    """The scripts that *model* keeps in files of its deployment, by name."""
    names = script_files(model)
    if not names:
        return {}
    values = {"deployment": deployment_id, "names": sorted(names)}
    rows = connection.execute(_SCRIPTS, values)
    return {row.name: row.content.decode("utf-8") for row in rows}


class ModelCache:
    """The definitions that were used last, at most *capacity* of them."""

    def __init__(self, capacity: int = 200, loader: Callable[[bytes], Diagram] = load) -> None:
        self._capacity = capacity
        self._load = loader
        self._lock = threading.Lock()
        self._definitions: OrderedDict[str, Definition] = OrderedDict()

    def get(self, connection: sa.Connection, definition_id: str) -> Definition:
        """The definition, read and parsed when it is not in the cache.

        Raises:
            NotFound: no such definition.
        """
        with self._lock:
            found = self._definitions.get(definition_id)
            if found is not None:
                self._definitions.move_to_end(definition_id)
                return found
        # Parsing is slow, so it happens outside the lock; two threads may both do it once.
        definition = self._read(connection, definition_id)
        with self._lock:
            self._definitions[definition_id] = definition
            while len(self._definitions) > self._capacity:
                self._definitions.popitem(last=False)
        return definition

    def _read(self, connection: sa.Connection, definition_id: str) -> Definition:
        row = connection.execute(_SELECT, {"definition_id": definition_id}).one_or_none()
        if row is None:
            raise NotFound("process definition", definition_id)
        model = self._load(row.content).process(row.process_id)
        if model is None:
            raise NotFound("process", row.process_id)
        model = with_scripts(model, _scripts(connection, row.deployment_id, model))
        return Definition(
            row.id,
            row.key,
            row.tenant_id,
            row.process_id,
            row.version,
            row.version_tag,
            row.name,
            row.deployment_id,
            model,
        )
