"""Deployed decisions: which there are, in which versions, and their files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bpmn.decisions import DecisionModel
from engine import tables
from engine.actor import Actor
from engine.queries.page import COUNT_CAP, AnyRow, Page, Window, contains, counted

_decision = tables.decision_definition
_deployment = tables.deployment
_resource = tables.resource
_person = tables.person


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """One version of a decision. ``decision_id`` is what its versions share, as drawn.

    Attributes:
        drg_id: of the file's graph, which decisions of one file share.
        is_latest: the version that ``latest`` means.
        resource_name: the file's name.
    """

    id: str
    key: int
    decision_id: str
    name: str
    version: int
    version_tag: str
    drg_id: str
    is_latest: bool
    resource_id: str
    resource_name: str
    deployment_id: str
    deployed_by: str | None
    deployed_at: datetime

    @property
    def label(self) -> str:
        """What a person calls it: its name, else its id."""
        return self.name or self.decision_id


@dataclass(frozen=True, slots=True)
class DecisionDetail:
    """One version, its sisters newest first, and the other decisions of its file.

    ``model`` is the compiled file; it is shared and never changed.
    """

    row: DecisionRow
    versions: tuple[DecisionRow, ...]
    beside: tuple[DecisionRow, ...]
    model: DecisionModel


_newer = _decision.alias("newer")
_IS_LATEST = ~(
    sa.select(_newer.c.id)
    .where(
        _newer.c.tenant_id == _decision.c.tenant_id,
        _newer.c.decision_id == _decision.c.decision_id,
        _newer.c.version > _decision.c.version,
    )
    .correlate(_decision)
    .exists()
)
_ROWS = (
    sa.select(
        _decision.c.id,
        _decision.c.key,
        _decision.c.decision_id,
        _decision.c.name,
        _decision.c.version,
        _decision.c.version_tag,
        _decision.c.drg_id,
        _IS_LATEST.label("is_latest"),
        _decision.c.resource_id,
        _resource.c.name.label("resource_name"),
        _decision.c.deployment_id,
        sa.func.coalesce(_person.c.name, _deployment.c.deployed_by).label("deployed_by"),
        _deployment.c.deployed_at,
    )
    .join(_deployment, _deployment.c.id == _decision.c.deployment_id)
    .join(_resource, _resource.c.id == _decision.c.resource_id)
    .outerjoin(_person, _person.c.id == _deployment.c.deployed_by)
)
_BY_NAME = (sa.func.lower(_decision.c.name), _decision.c.decision_id)


def list_decisions(
    connection: sa.Connection, actor: Actor, *, text: str, all_versions: bool, window: Window
) -> Page[DecisionRow]:
    """One page of the deployed decisions by name; of each the latest version, or all."""
    matching = _ROWS.where(_decision.c.tenant_id == actor.tenant_id)
    if not all_versions:
        matching = matching.where(_IS_LATEST)
    if text:
        pattern = contains(text)
        matching = matching.where(
            sa.or_(
                sa.func.lower(_decision.c.name).like(pattern, escape="\\"),
                sa.func.lower(_decision.c.decision_id).like(pattern, escape="\\"),
            )
        )
    rows = connection.execute(
        matching.order_by(*_BY_NAME, _decision.c.version.desc())
        .limit(window.size + 1)
        .offset(window.offset)
    )
    total = counted(connection, matching.with_only_columns(_decision.c.id), cap=COUNT_CAP)
    return window.page([_row(row) for row in rows], total)


def find_decision(
    connection: sa.Connection, actor: Actor, definition_id: str
) -> DecisionRow | None:
    """The definition, or ``None`` when the tenant has none by that id."""
    row = connection.execute(
        _ROWS.where(_decision.c.id == definition_id, _decision.c.tenant_id == actor.tenant_id)
    ).first()
    return None if row is None else _row(row)


def list_versions(connection: sa.Connection, row: DecisionRow, actor: Actor) -> list[DecisionRow]:
    """All versions of a decision, newest first."""
    rows = connection.execute(
        _ROWS.where(
            _decision.c.tenant_id == actor.tenant_id,
            _decision.c.decision_id == row.decision_id,
        ).order_by(_decision.c.version.desc())
    )
    return [_row(found) for found in rows]


def list_beside(connection: sa.Connection, row: DecisionRow, actor: Actor) -> list[DecisionRow]:
    """The other decisions that the same file brought, by name."""
    rows = connection.execute(
        _ROWS.where(
            _decision.c.tenant_id == actor.tenant_id,
            _decision.c.resource_id == row.resource_id,
            _decision.c.id != row.id,
        ).order_by(*_BY_NAME)
    )
    return [_row(found) for found in rows]


def find_file(connection: sa.Connection, row: DecisionRow) -> tuple[str, bytes]:
    """Name and original bytes of a decision's file."""
    wanted = sa.select(_resource.c.name, _resource.c.content)
    found = connection.execute(wanted.where(_resource.c.id == row.resource_id)).one()
    return found.name, found.content


def _row(row: AnyRow) -> DecisionRow:
    return DecisionRow(**row._asdict())
