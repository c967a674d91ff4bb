"""What operators look at: subscriptions and external tasks of the tenant, for admins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine import tables
from engine.actor import Actor
from engine.queries.page import COUNT_CAP, AnyRows, Page, Window, counted

_subscription = tables.subscription
_external = tables.external_task
_definition = tables.process_definition


@dataclass(frozen=True, slots=True)
class SubscriptionRow:
    """Something that waits for a message, signal or condition; a start event has no instance."""

    id: str
    key: int
    kind: str
    name: str
    correlation: str
    instance_id: str | None
    definition_id: str
    process_name: str
    element_id: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ExternalTaskRow:
    """Work for an external worker. ``retries`` is ``None`` while it never failed."""

    id: str
    key: int
    topic: str
    instance_id: str
    definition_id: str
    process_name: str
    element_id: str
    priority: int
    retries: int | None
    worker_id: str | None
    locked_until: datetime | None
    is_suspended: bool
    error_message: str | None
    created_at: datetime


def _select(table: sa.Table, *names: str) -> AnyRows:
    return sa.select(
        *(table.c[name] for name in names), _definition.c.name.label("process_name")
    ).join(_definition, _definition.c.id == table.c.definition_id)


_COMMON = ("id", "key", "instance_id", "definition_id", "element_id", "created_at")

_SUBSCRIPTIONS = _select(_subscription, *_COMMON, "kind", "name", "correlation").order_by(
    _subscription.c.key
)

_EXTERNALS = _select(
    _external,
    *_COMMON,
    "topic",
    "priority",
    "retries",
    "worker_id",
    "locked_until",
    "is_suspended",
    "error_message",
).order_by(_external.c.key)


@dataclass(frozen=True, slots=True)
class OperationsFilter:
    """Which rows. Empty fields do not filter; ``kind`` is the row's own ``kind`` or ``topic``."""

    instance_id: str = ""
    definition_id: str = ""
    kind: str = ""


EVERYTHING = OperationsFilter()


def list_subscriptions(
    connection: sa.Connection, actor: Actor, wanted: OperationsFilter, window: Window
) -> Page[SubscriptionRow]:
    """Subscriptions in the order that they were made."""
    matching = _matching(_SUBSCRIPTIONS, _subscription, "kind", actor, wanted)
    return _page(connection, matching, window, SubscriptionRow)


def list_external_tasks(
    connection: sa.Connection, actor: Actor, wanted: OperationsFilter, window: Window
) -> Page[ExternalTaskRow]:
    """Open external tasks in the order that they were made."""
    matching = _matching(_EXTERNALS, _external, "topic", actor, wanted)
    return _page(connection, matching, window, ExternalTaskRow)


def _matching(
    rows: AnyRows,
    table: sa.Table,
    kind: str,
    actor: Actor,
    wanted: OperationsFilter,
) -> AnyRows:
    matching = rows.where(table.c.tenant_id == actor.tenant_id)
    if wanted.instance_id:
        matching = matching.where(table.c.instance_id == wanted.instance_id)
    if wanted.definition_id:
        matching = matching.where(table.c.definition_id == wanted.definition_id)
    if wanted.kind:
        matching = matching.where(table.c[kind] == wanted.kind)
    return matching


def _page(
    connection: sa.Connection,
    matching: AnyRows,
    window: Window,
    row_type: type,
) -> Page[Any]:
    rows = connection.execute(matching.limit(window.size + 1).offset(window.offset))
    found = [row_type(**row._asdict()) for row in rows]
    total = counted(connection, matching.with_only_columns(sa.literal(1)), cap=COUNT_CAP)
    return window.page(found, total)
