"""Process definitions: what is deployed, in which versions, and what a person may start."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from engine import tables
from engine.actor import Actor
from engine.queries.page import COUNT_CAP, AnyRow, Page, Window, contains, counted

_definition = tables.process_definition
_deployment = tables.deployment
_resource = tables.resource
_person = tables.person


@dataclass(frozen=True, slots=True)
class DefinitionRow:
    """One version of a process. ``process_id`` is what its versions share, as drawn.

    Attributes:
        version: from 1 on; ``is_latest`` is the one that a start without version takes.
        is_executable: ``False`` for a diagram that is only shown.
        is_startable: a person can start it: it has a none start event.
        resource_name: the file's name.
    """

    id: str
    key: int
    process_id: str
    name: str
    version: int
    version_tag: str
    documentation: str
    is_executable: bool
    is_startable: bool
    is_suspended: bool
    is_latest: bool
    resource_name: str
    deployment_id: str
    deployed_by: str | None
    deployed_at: datetime
    starter_users: tuple[str, ...]
    starter_groups: tuple[str, ...]

    @property
    def label(self) -> str:
        """What a person calls it: its name, else its id."""
        return self.name or self.process_id

    def may_be_started_by(self, actor: Actor) -> bool:
        """The diagram names no starters, or *actor* is one of them, or an admin."""
        if actor.is_admin or not (self.starter_users or self.starter_groups):
            return True
        return actor.id in self.starter_users or not actor.groups.isdisjoint(self.starter_groups)


@dataclass(frozen=True, slots=True)
class DefinitionDetail:
    """One version with its sisters, newest first.

    Attributes:
        why_not_startable: plain sentence for a person, empty when *actor* can start it.
    """

    row: DefinitionRow
    versions: tuple[DefinitionRow, ...]
    why_not_startable: str


_newer = _definition.alias("newer")
IS_LATEST = ~(
    sa.select(_newer.c.id)
    .where(
        _newer.c.tenant_id == _definition.c.tenant_id,
        _newer.c.process_id == _definition.c.process_id,
        _newer.c.version > _definition.c.version,
    )
    .correlate(_definition)
    .exists()
)

_ROWS = (
    sa.select(
        _definition.c.id,
        _definition.c.key,
        _definition.c.process_id,
        _definition.c.name,
        _definition.c.version,
        _definition.c.version_tag,
        _definition.c.documentation,
        _definition.c.is_executable,
        _definition.c.is_startable,
        _definition.c.is_suspended,
        IS_LATEST.label("is_latest"),
        _resource.c.name.label("resource_name"),
        _definition.c.deployment_id,
        sa.func.coalesce(_person.c.name, _deployment.c.deployed_by).label("deployed_by"),
        _deployment.c.deployed_at,
        _definition.c.starters,
    )
    .join(_deployment, _deployment.c.id == _definition.c.deployment_id)
    .join(_resource, _resource.c.id == _definition.c.resource_id)
    .outerjoin(_person, _person.c.id == _deployment.c.deployed_by)
)

_BY_NAME = (sa.func.lower(_definition.c.name), _definition.c.process_id)


def list_definitions(
    connection: sa.Connection, actor: Actor, *, text: str, all_versions: bool, window: Window
) -> Page[DefinitionRow]:
    """One page of the deployed processes by name; of each the latest version, or all."""
    matching = _ROWS.where(_definition.c.tenant_id == actor.tenant_id)
    if not all_versions:
        matching = matching.where(IS_LATEST)
    if text:
        pattern = contains(text)
        matching = matching.where(
            sa.or_(
                sa.func.lower(_definition.c.name).like(pattern, escape="\\"),
                sa.func.lower(_definition.c.process_id).like(pattern, escape="\\"),
            )
        )
    rows = connection.execute(
        matching.order_by(*_BY_NAME, _definition.c.version.desc())
        .limit(window.size + 1)
        .offset(window.offset)
    )
    total = counted(connection, matching.with_only_columns(_definition.c.id), cap=COUNT_CAP)
    return window.page([_row(row) for row in rows], total)


def list_startable(connection: sa.Connection, actor: Actor) -> list[DefinitionRow]:
    """The latest version of every process that *actor* may start from a page, by name."""
    rows = connection.execute(
        _ROWS.where(
            _definition.c.tenant_id == actor.tenant_id,
            _definition.c.is_executable,
            _definition.c.is_startable,
            sa.not_(_definition.c.is_suspended),
            IS_LATEST,
        ).order_by(*_BY_NAME)
    )
    return [row for row in map(_row, rows) if row.may_be_started_by(actor)]


def find_definition(
    connection: sa.Connection, actor: Actor, definition_id: str
) -> DefinitionRow | None:
    """The definition, or ``None`` when the tenant has none by that id."""
    row = connection.execute(
        _ROWS.where(_definition.c.id == definition_id, _definition.c.tenant_id == actor.tenant_id)
    ).first()
    return None if row is None else _row(row)


def definition_detail(
    connection: sa.Connection, actor: Actor, row: DefinitionRow
) -> DefinitionDetail:
    """*row* with all its versions."""
    versions = connection.execute(
        _ROWS.where(
            _definition.c.tenant_id == actor.tenant_id, _definition.c.process_id == row.process_id
        ).order_by(_definition.c.version.desc())
    )
    return DefinitionDetail(row, tuple(map(_row, versions)), _why_not_startable(row, actor))


def find_file(
    connection: sa.Connection, actor: Actor, definition_id: str
) -> tuple[str, bytes] | None:
    """Name and original bytes of the file that *definition_id* came from."""
    row = connection.execute(
        sa.select(_resource.c.name, _resource.c.content)
        .join(_definition, _definition.c.resource_id == _resource.c.id)
        .where(_definition.c.id == definition_id, _definition.c.tenant_id == actor.tenant_id)
    ).first()
    return None if row is None else (row.name, row.content)


def _why_not_startable(row: DefinitionRow, actor: Actor) -> str:
    if not row.is_executable:
        return "The diagram says isExecutable=false: it is shown, never run."
    if row.is_suspended:
        return "The process is suspended."
    if not row.is_startable:
        return "No start event without trigger: a message, a signal or a timer starts it."
    if not row.may_be_started_by(actor):
        return "The diagram names others as its starters."
    return ""


def _row(row: AnyRow) -> DefinitionRow:
    found = row._asdict()
    starters = json.loads(found.pop("starters"))
    return DefinitionRow(
        **found,
        starter_users=tuple(starters.get("users", ())),
        starter_groups=tuple(starters.get("groups", ())),
    )
