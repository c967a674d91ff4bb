"""Finding the version of a process that a caller means."""

from __future__ import annotations

import json
from dataclasses import dataclass

import sqlalchemy as sa

from engine import tables
from engine.actor import Actor
from engine.commands.transaction import Transaction
from engine.store.direct import Direct

_definition = tables.process_definition
_resource = tables.resource

_COLUMNS = sa.select(
    _definition.c.id,
    _definition.c.tenant_id,
    _definition.c.process_id,
    _definition.c.version,
    _definition.c.name,
    _definition.c.is_executable,
    _definition.c.is_suspended,
    _definition.c.starters,
)
_BY_ID = Direct(_COLUMNS.where(_definition.c.id == sa.bindparam("id")))
_NEWEST = (
    _COLUMNS.where(
        _definition.c.tenant_id == sa.bindparam("tenant"),
        _definition.c.process_id == sa.bindparam("process"),
    )
    .order_by(_definition.c.version.desc())
    .limit(1)
)
_OF_PROCESS = Direct(_NEWEST)
_BY_VERSION = Direct(_NEWEST.where(_definition.c.version == sa.bindparam("version")))
_BY_TAG = Direct(_NEWEST.where(_definition.c.version_tag == sa.bindparam("tag")))
_IN_DEPLOYMENT = Direct(
    _NEWEST.where(
        # An unchanged file keeps its version, which an earlier deployment made.
        _definition.c.digest.in_(
            sa.select(_resource.c.digest).where(
                _resource.c.deployment_id == sa.bindparam("deployment")
            )
        )
    )
)


@dataclass(frozen=True, slots=True)
class Startable:
    """A definition and who may start it: nobody named in ``users`` and ``groups`` means all."""

    id: str
    tenant_id: str
    process_id: str
    version: int
    name: str
    is_executable: bool
    is_suspended: bool
    users: frozenset[str]
    groups: frozenset[str]

    def is_open_to(self, actor: Actor) -> bool:
        """Whether *actor* may know of it and start it."""
        if self.tenant_id != actor.tenant_id:
            return False
        if actor.is_admin or not (self.users or self.groups):
            return True
        return actor.id in self.users or bool(actor.groups & self.groups)


def find_by_id(tx: Transaction, definition_id: str) -> Startable | None:
    """That definition."""
    return _find(tx, _BY_ID, id=definition_id)


def find_latest(tx: Transaction, tenant_id: str, process_id: str) -> Startable | None:
    """The newest version of a process."""
    return _find(tx, _OF_PROCESS, tenant=tenant_id, process=process_id)


def find_version(
    tx: Transaction, tenant_id: str, process_id: str, version: int
) -> Startable | None:
    """That version of a process."""
    return _find(tx, _BY_VERSION, tenant=tenant_id, process=process_id, version=version)


def find_tagged(tx: Transaction, tenant_id: str, process_id: str, tag: str) -> Startable | None:
    """The newest version of a process with that version tag."""
    return _find(tx, _BY_TAG, tenant=tenant_id, process=process_id, tag=tag)


def find_deployed_with(
    tx: Transaction, tenant_id: str, process_id: str, deployment_id: str
) -> Startable | None:
    """The version of a process whose file was part of that deployment."""
    return _find(tx, _IN_DEPLOYMENT, tenant=tenant_id, process=process_id, deployment=deployment_id)


def _find(tx: Transaction, query: Direct, **values: object) -> Startable | None:
    found = query.rows(tx.connection, values)
    if not found:
        return None
    *facts, starters = found[0]
    named = json.loads(starters)
    return Startable(*[*facts, frozenset(named["users"]), frozenset(named["groups"])])
