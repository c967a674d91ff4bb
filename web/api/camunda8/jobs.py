"""Jobs: what Camunda 8 calls our external tasks; the job type is the topic."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from engine.actor import Actor
from engine.commands.external_fetch import LONGEST_LOCK, MOST_TASKS
from engine.core import Breakdown, LockedTask, Topic
from engine.errors import BadInput, Conflict
from engine.queries.search import Comparison, Condition, Search
from engine.services.changes import Change, ChangeKind
from web.api.access import get_actor
from web.api.body import Body, read_body
from web.api.camunda8.door import NO_CONTENT, blueprint
from web.api.camunda8.errors import NoRoomToWait
from web.api.camunda8.keys import (
    is_own_tenant,
    key_text,
    moment_text,
    parse_key,
    tenant_text,
)
from web.api.camunda8.searching import Field, Kind, search_page
from web.api.values import plain_map
from web.extensions import get_engine
from web.parking import wait_for

DEFAULT_RETRIES = 3
DEFAULT_WAIT = 10.0
_WORKER = "camunda8"
_A_MINUTE = timedelta(minutes=1)
_HIGHEST = 2**31 - 1
FIELDS = {
    "jobKey": Field("key", Kind.KEY),
    "type": Field("topic"),
    "worker": Field("worker_id"),
    "elementId": Field("element_id"),
    "elementInstanceKey": Field("key", Kind.KEY),
    "processDefinitionId": Field("process_id"),
    "processDefinitionKey": Field("definition_key", Kind.KEY),
    "processInstanceKey": Field("instance_key", Kind.KEY),
    "rootProcessInstanceKey": Field("root_key", Kind.KEY),
    "retries": Field("retries", Kind.NUMBER),
    "deadline": Field("locked_until", Kind.MOMENT),
    "state": Field("state", values={"CREATED": "CREATED", "FAILED": "FAILED"}),
    "kind": Field("job_kind", values={"BPMN_ELEMENT": "BPMN_ELEMENT"}),
    "errorMessage": Field("error_message"),
    "creationTime": Field("created_at", Kind.MOMENT),
}


@blueprint.post("/jobs/activation")
def activate_jobs() -> dict[str, object]:
    """Lock jobs of a type; without any, wait for one as long as ``requestTimeout`` says."""
    body = read_body()
    actor = get_actor()
    engine = get_engine()
    worker = body.text("worker") or _WORKER
    most = body.number("maxJobsToActivate", low=1, high=_HIGHEST, default=0)
    topic = Topic(
        body.required_text("type"),
        lock_duration=_lock_duration(body, "timeout"),
        variables=body.texts("fetchVariable") or None,
    )
    if not most:
        body.refuse("maxJobsToActivate", f"a whole number from 1 to {_HIGHEST}")
    if not is_own_tenant(body.texts("tenantIds")):
        return {"jobs": []}

    def look() -> list[LockedTask]:
        if not engine.has_free_work([topic], actor=actor):
            return []
        return engine.fetch_and_lock(worker, [topic], actor=actor, max_tasks=min(most, MOST_TASKS))

    def about(change: Change) -> bool:
        return change.kind is ChangeKind.EXTERNAL_TASKS and change.tenant_id == actor.tenant_id

    found = wait_for(look, seconds=_seconds(body), about=about, no_room=NoRoomToWait())
    return {"jobs": _activated(found, actor)}


def _seconds(body: Body) -> float:
    """How long to wait: negative not at all, 0 as long as usual."""
    wanted = body.number("requestTimeout", low=-(2**63), high=2**63 - 1, default=0)
    if wanted < 0:
        return 0
    return wanted / 1000 if wanted else DEFAULT_WAIT


def _lock_duration(body: Body, name: str) -> timedelta:
    found = body.milliseconds(name, most=LONGEST_LOCK)
    if not found:
        body.refuse(name, "a number of milliseconds that is more than 0")
    return found


def _activated(tasks: list[LockedTask], actor: Actor) -> list[dict[str, object]]:
    if not tasks:
        return []
    wanted = Condition("key", Comparison.IN, [task.key for task in tasks])
    found = get_engine().search("work", Search((wanted,), limit=MOST_TASKS), actor=actor)
    rows = {row["key"]: row for row in found.items}
    # What ended between the two looks is for no worker any more.
    return [_job(task, rows[task.key]) for task in tasks if task.key in rows]


def _job(task: LockedTask, row: Mapping[str, Any]) -> dict[str, object]:
    return {
        "jobKey": str(task.key),
        "type": task.topic,
        "processInstanceKey": key_text(row["instance_key"]),
        "rootProcessInstanceKey": key_text(row["root_key"]),
        "processDefinitionId": task.process_id,
        "processDefinitionVersion": task.version,
        "processDefinitionKey": key_text(row["definition_key"]),
        "elementId": task.element_id,
        "elementInstanceKey": str(task.key),
        "customHeaders": plain_map(task.headers),
        "worker": task.worker_id,
        "retries": DEFAULT_RETRIES if task.retries is None else task.retries,
        "deadline": int(task.locked_until.timestamp() * 1000),
        "variables": plain_map(task.variables),
        "tenantId": tenant_text(task.tenant_id),
        "physicalTenantId": task.tenant_id,
        "kind": "BPMN_ELEMENT",
        "listenerEventType": "UNSPECIFIED",
        "userTask": None,
        "tags": [],
        "businessId": task.business_key,
        "priority": task.priority,
        "jobLeaseToken": None,
    }


@blueprint.post("/jobs/<key>/completion")
def complete_job(key: str) -> tuple[str, int]:
    """The work is done."""
    body = read_body()
    job, worker = _held(key)
    get_engine().complete_external(
        job, worker_id=worker, actor=get_actor(), variables=body.variables()
    )
    return NO_CONTENT


@blueprint.post("/jobs/<key>/failure")
def fail_job(key: str) -> tuple[str, int]:
    """The work failed: ``retries`` are left, after ``retryBackOff`` milliseconds."""
    body = read_body()
    breakdown = Breakdown(
        body.text("errorMessage"),
        retries=body.number("retries", low=0, high=1_000_000, default=0),
        retry_timeout=body.milliseconds("retryBackOff", most=LONGEST_LOCK),
        variables=body.variables(),
    )
    job, worker = _held(key)
    get_engine().fail_external(job, worker_id=worker, actor=get_actor(), breakdown=breakdown)
    return NO_CONTENT


@blueprint.post("/jobs/<key>/error")
def throw_error(key: str) -> tuple[str, int]:
    """The work ended with a BPMN error."""
    body = read_body()
    code = body.required_text("errorCode")
    job, worker = _held(key)
    get_engine().throw_external(
        job,
        worker_id=worker,
        actor=get_actor(),
        code=code,
        message=body.text("errorMessage"),
        variables=body.variables(),
    )
    return NO_CONTENT


@blueprint.patch("/jobs/<key>")
def update_job(key: str) -> tuple[str, int]:
    """Other retries, or a lock that ends later or earlier."""
    changes = read_body().part("changeset")
    retries = changes.whole("retries", low=1, high=1_000)
    has_timeout = changes.values.get("timeout") is not None
    if retries is None and not has_timeout:
        raise BadInput("'changeset' must have 'retries' or 'timeout'.")
    engine, actor = get_engine(), get_actor()
    job = engine.find_key("external task", parse_key(key), actor=actor)
    if has_timeout:
        duration = _lock_duration(changes, "timeout")
        worker = engine.external_task(job, actor=actor).worker_id
        if worker is None:
            raise Conflict(f"Job {key} is not activated, so it has no timeout. Activate it.")
        engine.extend_lock(job, worker_id=worker, actor=actor, duration=duration)
    if retries is not None and not engine.plan_retries(job, retries, actor=actor):
        engine.set_external_retries(job, retries, actor=actor)
    return NO_CONTENT


def _held(key: str) -> tuple[str, str]:
    """Id and worker of a job; one that nobody holds is locked first, as every verb needs that."""
    engine, actor = get_engine(), get_actor()
    job = engine.find_key("external task", parse_key(key), actor=actor)
    worker = engine.external_task(job, actor=actor).worker_id
    if worker is None:
        worker = _WORKER
        engine.lock_external(job, worker_id=worker, actor=actor, duration=_A_MINUTE)
    return job, worker


@blueprint.post("/jobs/search")
def search_jobs() -> dict[str, object]:
    """Open jobs that match."""
    return search_page("work", read_body(), FIELDS, _shown)


def _shown(row: Mapping[str, Any]) -> dict[str, object]:
    return {
        "jobKey": key_text(row["key"]),
        "type": row["topic"],
        "worker": row["worker_id"] or "",
        "state": row["state"],
        "kind": row["job_kind"],
        "listenerEventType": "UNSPECIFIED",
        "retries": DEFAULT_RETRIES if row["retries"] is None else row["retries"],
        "isDenied": None,
        "deniedReason": None,
        "hasFailedWithRetriesLeft": bool(row["error_message"]) and row["retries"] != 0,
        "errorCode": None,
        "errorMessage": row["error_message"],
        "customHeaders": plain_map(row["headers"]),
        "deadline": moment_text(row["locked_until"]),
        "endTime": None,
        "processDefinitionId": row["process_id"],
        "processDefinitionKey": key_text(row["definition_key"]),
        "processInstanceKey": key_text(row["instance_key"]),
        "rootProcessInstanceKey": key_text(row["root_key"]),
        "elementId": row["element_id"],
        "elementInstanceKey": key_text(row["key"]),
        "tenantId": tenant_text(row["tenant_id"]),
        "creationTime": moment_text(row["created_at"]),
        "lastUpdateTime": moment_text(row["created_at"]),
        "tags": [],
        "businessId": row["business_key"],
        "priority": row["priority"],
    }
