"""The whole schema, plain SQLAlchemy 2, one file for each part of it.

Conventions: ``id`` is a UUIDv7 as text (native ``uuid`` on PostgreSQL); ``key`` beside it is the
63-bit, time-ordered number that Camunda 8's clients want. ``tenant_id`` is the owning
organisation. Times are aware UTC. JSON columns hold text that only `engine.store.codec` reads and
writes. Run-time rows (scope, variable, task, job, external_task, subscription, incident) live as
long as what they stand for is open; what is over is in ``history`` only. On SQLite, tables whose
rows belong to an owner are kept in the order of their primary key (``sqlite_with_rowid``): one
place to write instead of two.
"""

from __future__ import annotations

from engine.tables.access import api_key
from engine.tables.connectors import callback, connector_contract, connector_use, secret
from engine.tables.deployed import (
    decision_definition,
    deployment,
    form_definition,
    process_definition,
    resource,
)
from engine.tables.happened import history, history_anchor, history_head
from engine.tables.people import membership, person, person_group, tenant
from engine.tables.registry import metadata
from engine.tables.running import (
    FREE,
    RUNNABLE,
    external_task,
    incident,
    job,
    message,
    message_start,
    process_instance,
    scope,
    start_key,
    subscription,
    task,
    task_candidate,
    variable,
)

__all__ = [
    "FREE",
    "RUNNABLE",
    "api_key",
    "callback",
    "connector_contract",
    "connector_use",
    "decision_definition",
    "deployment",
    "external_task",
    "form_definition",
    "history",
    "history_anchor",
    "history_head",
    "incident",
    "job",
    "membership",
    "message",
    "message_start",
    "metadata",
    "person",
    "person_group",
    "process_definition",
    "process_instance",
    "resource",
    "scope",
    "secret",
    "start_key",
    "subscription",
    "task",
    "task_candidate",
    "tenant",
    "variable",
]
