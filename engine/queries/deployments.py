"""Deployments: which files came together, when, and by whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from engine import tables
from engine.actor import Actor
from engine.errors import NotFound
from engine.queries.base import Reader
from engine.queries.page import AnyRows

_deployment = tables.deployment
_resource = tables.resource


@dataclass(frozen=True, slots=True)
class DeploymentRow:
    """One deployment. ``source`` is what deployed it, such as ``Camunda Modeler``."""

    id: str
    key: int
    tenant_id: str
    name: str
    source: str
    deployed_by: str | None
    deployed_at: datetime


@dataclass(frozen=True, slots=True)
class ResourceRow:
    """One file of a deployment, without its bytes."""

    id: str
    name: str
    deployment_id: str


@dataclass(frozen=True, slots=True)
class DeploymentFilter:
    """Which deployments; what is empty does not restrict. ``name_part`` is within the name."""

    id: str = ""
    name: str = ""
    name_part: str = ""
    source: str = ""
    after: datetime | None = None
    before: datetime | None = None


EVERY = DeploymentFilter()

_ROWS = sa.select(
    _deployment.c.id,
    _deployment.c.key,
    _deployment.c.tenant_id,
    _deployment.c.name,
    _deployment.c.source,
    _deployment.c.deployed_by,
    _deployment.c.deployed_at,
)
_RESOURCES = (
    sa.select(_resource.c.id, _resource.c.name, _resource.c.deployment_id)
    .where(_resource.c.deployment_id == sa.bindparam("deployment"))
    .order_by(_resource.c.name)
)
_CONTENT = sa.select(_resource.c.name, _resource.c.content).where(
    _resource.c.deployment_id == sa.bindparam("deployment"), _resource.c.id == sa.bindparam("id")
)


class DeploymentReading(Reader):
    """What was deployed together, for everybody of the organisation."""

    def deployments(
        self,
        wanted: DeploymentFilter = EVERY,
        *,
        actor: Actor,
        first: int = 0,
        most: int = 100,
    ) -> list[DeploymentRow]:
        """Deployments that match, the newest first, without the first *first*."""
        with self.database.reading() as connection:
            return _list(connection, wanted, actor, first=first, most=most)

    def count_deployments(self, wanted: DeploymentFilter = EVERY, *, actor: Actor) -> int:
        """How many deployments match."""
        rows = _matching(_ROWS, actor, wanted).with_only_columns(sa.func.count())
        with self.database.reading() as connection:
            return connection.execute(rows).scalar_one()

    def deployment(self, deployment_id: str, *, actor: Actor) -> DeploymentRow:
        """One deployment."""
        with self.database.reading() as connection:
            return _find(connection, deployment_id, actor)

    def resources(self, deployment_id: str, *, actor: Actor) -> list[ResourceRow]:
        """The files of a deployment by name."""
        with self.database.reading() as connection:
            _find(connection, deployment_id, actor)
            found = connection.execute(_RESOURCES, {"deployment": deployment_id}).all()
        return [ResourceRow(**row._asdict()) for row in found]

    def resource(self, deployment_id: str, resource_id: str, *, actor: Actor) -> tuple[str, bytes]:
        """Name and bytes of one file of a deployment."""
        with self.database.reading() as connection:
            _find(connection, deployment_id, actor)
            values = {"deployment": deployment_id, "id": resource_id}
            found = connection.execute(_CONTENT, values).one_or_none()
        if found is None:
            raise NotFound("resource", resource_id)
        return found.name, found.content


def _find(connection: sa.Connection, deployment_id: str, actor: Actor) -> DeploymentRow:
    found = _list(connection, DeploymentFilter(id=deployment_id), actor, first=0, most=1)
    if not found:
        raise NotFound("deployment", deployment_id)
    return found[0]


def _list(
    connection: sa.Connection, wanted: DeploymentFilter, actor: Actor, *, first: int, most: int
) -> list[DeploymentRow]:
    rows = _matching(_ROWS, actor, wanted).order_by(_deployment.c.key.desc())
    found = connection.execute(rows.offset(first).limit(most))
    return [DeploymentRow(**row._asdict()) for row in found]


def _matching(rows: AnyRows, actor: Actor, wanted: DeploymentFilter) -> AnyRows:
    found = [_deployment.c.tenant_id == actor.tenant_id]
    equal = (
        (_deployment.c.id, wanted.id),
        (_deployment.c.name, wanted.name),
        (_deployment.c.source, wanted.source),
    )
    found.extend(column == value for column, value in equal if value)
    if wanted.name_part:
        found.append(_deployment.c.name.contains(wanted.name_part, autoescape=True))
    if wanted.after is not None:
        found.append(_deployment.c.deployed_at > wanted.after)
    if wanted.before is not None:
        found.append(_deployment.c.deployed_at < wanted.before)
    return rows.where(*found)
