"""What can be searched by its fields: instances, tasks, work, incidents, subscriptions, models."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import sqlalchemy as sa

from engine import tables
from engine.actor import Actor, Right
from engine.queries.base import only_admins
from engine.queries.definitions import IS_LATEST
from engine.queries.instances import OPEN, visible_in_lists
from engine.queries.search import View, Visible
from engine.queries.visibility import may_see_task
from engine.runtime.state import ROOT, Status

_definition = tables.process_definition
_instance = tables.process_instance
_parent = tables.process_instance.alias("parent")
_root = tables.process_instance.alias("root")
_task = tables.task
_candidate = tables.task_candidate
_external = tables.external_task
_incident = tables.incident
_job = tables.job
_subscription = tables.subscription
_resource = tables.resource

_OF_DEFINITION = {
    "definition_key": _definition.c.key,
    "definition_id": _definition.c.id,
    "process_id": _definition.c.process_id,
    "process_name": _definition.c.name,
    "version": _definition.c.version,
    "version_tag": _definition.c.version_tag,
    "tenant_id": _definition.c.tenant_id,
}
_OF_INSTANCE = {
    "instance_key": _instance.c.key,
    "instance_id": _instance.c.id,
    "business_key": _instance.c.business_key,
    "root_key": _root.c.key,
}


def _admins_of(table: sa.Table, what: str) -> Visible:
    def visible(actor: Actor) -> tuple[sa.ColumnElement[bool], ...]:
        only_admins(actor, what)
        return (table.c.tenant_id == actor.tenant_id,)

    return visible


def _visible_work(actor: Actor) -> tuple[sa.ColumnElement[bool], ...]:
    actor.require(Right.WORK, "list", "external tasks")
    return (_external.c.tenant_id == actor.tenant_id,)


def _visible_tasks(actor: Actor) -> tuple[sa.ColumnElement[bool], ...]:
    of_tenant = _task.c.tenant_id == actor.tenant_id
    return (of_tenant,) if actor.is_admin else (of_tenant, may_see_task(actor))


def _candidates(kind: str) -> Callable[[object], sa.ColumnElement[bool]]:
    def is_candidate(name: object) -> sa.ColumnElement[bool]:
        return (
            sa.select(_candidate.c.task_id)
            .where(
                _candidate.c.task_id == _task.c.id,
                _candidate.c.kind == kind,
                _candidate.c.name == name,
            )
            .correlate(_task)
            .exists()
        )

    return is_candidate


def _with_definition(table: sa.Table) -> sa.Join:
    return table.join(_definition, _definition.c.id == table.c.definition_id)


def _with_instance(table: sa.Table, *, outer: bool = False) -> sa.Join:
    return (
        _with_definition(table)
        .join(_instance, _instance.c.id == table.c.instance_id, isouter=outer)
        .join(_root, _root.c.id == _instance.c.root_id, isouter=outer)
    )


_HAS_INCIDENT = (
    sa.select(_incident.c.id)
    .where(_incident.c.instance_id == _instance.c.id, _incident.c.resolved_at.is_(None))
    .correlate(_instance)
    .exists()
)
_STATE = sa.case(
    (_instance.c.status.in_(OPEN), "ACTIVE"),
    (_instance.c.status == Status.COMPLETED.value, "COMPLETED"),
    else_="TERMINATED",
)

INSTANCES = View(
    rows=_with_definition(_instance)
    .join(_root, _root.c.id == _instance.c.root_id)
    .outerjoin(_parent, _parent.c.id == _instance.c.parent_id),
    fields={
        "key": _instance.c.key,
        "id": _instance.c.id,
        **_OF_DEFINITION,
        "business_key": _instance.c.business_key,
        "status": _instance.c.status,
        "state": _STATE,
        "has_incident": _HAS_INCIDENT,
        "started_at": _instance.c.started_at,
        "ended_at": _instance.c.ended_at,
        "parent_key": _parent.c.key,
        "root_key": _root.c.key,
    },
    key="key",
    visible=lambda actor: tuple(visible_in_lists(actor)),
    named={},
)

TASKS = View(
    rows=_with_instance(_task),
    fields={
        "key": _task.c.key,
        "id": _task.c.id,
        "name": _task.c.name,
        "element_id": _task.c.element_id,
        "assignee": _task.c.assignee,
        "priority": _task.c.priority,
        "created_at": _task.c.created_at,
        "due_at": _task.c.due_at,
        "follow_up_at": _task.c.follow_up_at,
        "state": sa.literal("CREATED"),
        "is_suspended": _task.c.is_suspended,
        **_OF_INSTANCE,
        **_OF_DEFINITION,
    },
    key="key",
    visible=_visible_tasks,
    named={"candidate_user": _candidates("user"), "candidate_group": _candidates("group")},
)

WORK = View(
    rows=_with_instance(_external),
    fields={
        "key": _external.c.key,
        "id": _external.c.id,
        "topic": _external.c.topic,
        "element_id": _external.c.element_id,
        "worker_id": _external.c.worker_id,
        "retries": _external.c.retries,
        "priority": _external.c.priority,
        "locked_until": _external.c.locked_until,
        "headers": _external.c.headers,
        "error_message": _external.c.error_message,
        "state": sa.case((_external.c.retries == 0, "FAILED"), else_="CREATED"),
        "job_kind": sa.literal("BPMN_ELEMENT"),
        "created_at": _external.c.created_at,
        **_OF_INSTANCE,
        **_OF_DEFINITION,
    },
    key="key",
    visible=_visible_work,
    named={},
)

INCIDENTS = View(
    rows=_with_instance(_incident)
    .outerjoin(_job, _job.c.id == _incident.c.source_id)
    .outerjoin(_external, _external.c.id == _incident.c.source_id),
    fields={
        "key": _incident.c.key,
        "id": _incident.c.id,
        "kind": _incident.c.kind,
        "message": _incident.c.message,
        "element_id": _incident.c.element_id,
        "created_at": _incident.c.created_at,
        "state": sa.case((_incident.c.resolved_at.is_(None), "ACTIVE"), else_="RESOLVED"),
        "source_key": sa.func.coalesce(_external.c.key, _job.c.key),
        # The number under which its element waits, see `engine.queries.elements`.
        "waits_at": sa.func.coalesce(_external.c.key, _job.c.key, _incident.c.key),
        **_OF_INSTANCE,
        **_OF_DEFINITION,
    },
    key="key",
    visible=_admins_of(_incident, "incidents"),
    named={},
)

SUBSCRIPTIONS = View(
    rows=_with_instance(_subscription, outer=True),
    fields={
        "key": _subscription.c.key,
        "id": _subscription.c.id,
        "kind": _subscription.c.kind,
        "name": _subscription.c.name,
        "correlation": _subscription.c.correlation,
        "element_id": _subscription.c.element_id,
        "created_at": _subscription.c.created_at,
        **_OF_INSTANCE,
        **_OF_DEFINITION,
    },
    key="key",
    visible=_admins_of(_subscription, "subscriptions"),
    named={},
)


def _visible_messages(actor: Actor) -> tuple[sa.ColumnElement[bool], ...]:
    return (*SUBSCRIPTIONS.visible(actor), _subscription.c.kind == "message")


MESSAGES = replace(
    SUBSCRIPTIONS,
    fields={**SUBSCRIPTIONS.fields, "state": sa.literal("CREATED")},
    visible=_visible_messages,
)

DEFINITIONS = View(
    rows=_definition.join(_resource, _resource.c.id == _definition.c.resource_id),
    fields={
        "key": _definition.c.key,
        "id": _definition.c.id,
        **_OF_DEFINITION,
        "resource_name": _resource.c.name,
        "is_latest": IS_LATEST,
        "is_startable": _definition.c.is_startable,
        "is_suspended": _definition.c.is_suspended,
        "deployment_id": _definition.c.deployment_id,
        "documentation": _definition.c.documentation,
    },
    key="key",
    visible=lambda actor: (_definition.c.tenant_id == actor.tenant_id,),
    named={},
)

VIEWS: dict[str, View] = {
    "instances": INSTANCES,
    "tasks": TASKS,
    "work": WORK,
    "incidents": INCIDENTS,
    "subscriptions": SUBSCRIPTIONS,
    "messages": MESSAGES,
    "definitions": DEFINITIONS,
}

KEYED: dict[str, sa.Table] = {
    "process definition": _definition,
    "process instance": _instance,
    "task": _task,
    "external task": _external,
    "job": _job,
    "incident": _incident,
    "subscription": _subscription,
    "decision": tables.decision_definition,
    "deployment": tables.deployment,
    "form": tables.form_definition,
}
"""Tables whose rows have a 63-bit key, by what a row is called."""


def id_of_key(connection: sa.Connection, actor: Actor, what: str, key: int) -> str | None:
    """The id of the row with that key in the actor's tenant, ``None`` without."""
    table = KEYED[what]
    wanted = sa.select(table.c.id).where(table.c.key == key, table.c.tenant_id == actor.tenant_id)
    found: str | None = connection.execute(wanted).scalar_one_or_none()
    return found


def place_of_key(connection: sa.Connection, actor: Actor, key: int) -> tuple[str, int] | None:
    """Instance and scope of what waits under *key*, or of the instance that has it itself."""
    for table in (_external, _task, _job, _subscription, _incident):
        wanted = sa.select(table.c.instance_id, table.c.scope).where(
            table.c.key == key,
            table.c.tenant_id == actor.tenant_id,
            table.c.instance_id.is_not(None),
        )
        found = connection.execute(wanted).first()
        if found is not None:
            return found.instance_id, found.scope
    instance = id_of_key(connection, actor, "process instance", key)
    return None if instance is None else (instance, ROOT)


def keys_of_ids(
    connection: sa.Connection, actor: Actor, what: str, ids: Iterable[str]
) -> dict[str, int]:
    """Keys by id of the rows of the actor's tenant."""
    table = KEYED[what]
    wanted = sa.select(table.c.id, table.c.key).where(
        table.c.id.in_(list(ids)), table.c.tenant_id == actor.tenant_id
    )
    return {row.id: row.key for row in connection.execute(wanted)}
