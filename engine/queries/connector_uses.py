"""Who uses a contract, a connector or a secret: models, their versions and live instances."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from engine import tables
from engine.queries.definitions import IS_LATEST
from engine.queries.instances import OPEN
from engine.queries.page import AnyRow

_use = tables.connector_use
_definition = tables.process_definition
_instance = tables.process_instance
_LIVE = (
    sa.select(sa.func.count())
    .select_from(_instance)
    .where(
        _instance.c.definition_id == _definition.c.id,
        _instance.c.status.in_(OPEN),
    )
    .correlate(_definition)
    .scalar_subquery()
)
_USES = (
    sa.select(
        _use.c.kind,
        _use.c.name,
        _use.c.version,
        _use.c.element_id,
        _definition.c.id.label("definition_id"),
        _definition.c.process_id,
        _definition.c.name.label("process_name"),
        _definition.c.version.label("process_version"),
        IS_LATEST.label("is_latest"),
        _LIVE.label("live_instances"),
    )
    .join(_definition, _definition.c.id == _use.c.definition_id)
    .where(
        _use.c.tenant_id == sa.bindparam("tenant"),
        _use.c.kind == sa.bindparam("kind"),
    )
    .order_by(sa.func.lower(_definition.c.name), _definition.c.version.desc(), _use.c.element_id)
)


@dataclass(frozen=True, slots=True)
class Usage:
    """One element of a deployed model that refers to something.

    Attributes:
        name: what it refers to.
        asked: the version as written, empty for the newest.
        is_latest: new instances start with this version of the model.
        live_instances: how many instances of this version are not over.
    """

    name: str
    asked: str
    element_id: str
    definition_id: str
    process_id: str
    process_name: str
    process_version: int
    is_latest: bool
    live_instances: int


@dataclass(frozen=True, slots=True)
class UsageCount:
    """How many models and live instances use something."""

    models: int = 0
    live_instances: int = 0


def list_usages(
    connection: sa.Connection, tenant_id: str, kind: str, names: Collection[str] | None = None
) -> list[Usage]:
    """Every use of these names (all by default), by the model's name, its newest version first."""
    wanted = _USES if names is None else _USES.where(_use.c.name.in_(sorted(names)))
    rows = connection.execute(wanted, {"tenant": tenant_id, "kind": kind})
    return [_usage(row) for row in rows]


def count(usages: Iterable[Usage]) -> UsageCount:
    """Models by their process id, and live instances of each version once."""
    live = {usage.definition_id: usage for usage in usages}
    models = {usage.process_id for usage in live.values()}
    return UsageCount(len(models), sum(usage.live_instances for usage in live.values()))


def _usage(row: AnyRow) -> Usage:
    return Usage(
        row.name,
        row.version,
        row.element_id,
        row.definition_id,
        row.process_id,
        row.process_name,
        row.process_version,
        bool(row.is_latest),
        row.live_instances,
    )
