"""The row of each wait that a step opens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from engine.runtime.state import WaitKind
from engine.runtime.step import (
    Opened,
    OpenedExternal,
    OpenedIncident,
    OpenedJob,
    OpenedSubscription,
    OpenedTask,
)
from engine.store import codec
from engine.store.ids import Identity

NEVER = datetime(9999, 12, 31, tzinfo=UTC)
"""``due_sort`` of a task without due date: such tasks come last."""

_LONGEST_NAME = 255
_SUSPENDABLE = frozenset(
    {WaitKind.TASK, WaitKind.EXTERNAL, WaitKind.WORK, WaitKind.ASYNC, WaitKind.TIMER}
)

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Frame:
    """What all rows of one step have in common; ``about`` is what tasks are found by besides."""

    instance_id: str
    tenant_id: str
    definition_id: str
    now: datetime
    is_suspended: bool = False
    about: str = ""


def row_of(opened: Opened, frame: Frame, identity: Identity) -> tuple[WaitKind, Row]:
    """The kind of the wait and the values of its row."""
    values: Row = {
        "id": identity.id,
        "key": identity.key,
        "tenant_id": frame.tenant_id,
        "instance_id": frame.instance_id,
        "scope": opened.scope,
        "token": opened.token,
        "wait": opened.wait,
        "element_id": opened.node.id,
        "definition_id": frame.definition_id,
        "created_at": frame.now,
    }
    kind, more = _ROWS[type(opened)](opened)
    values.update(more)
    if kind in _SUSPENDABLE:
        values["is_suspended"] = frame.is_suspended
    if isinstance(opened, OpenedTask):
        values["search"] = f"{values['name']} {frame.about}".casefold()
    if isinstance(opened, OpenedJob):
        # Who opens a job that is due tells the broker of it, after the commit.
        is_sent = opened.due <= frame.now and not frame.is_suspended
        values["sent_at"] = frame.now if is_sent else None
    return kind, values


def candidate_rows(task: OpenedTask, row: Row) -> list[Row]:
    """Rows of ``task_candidate``: one a name, or one for everybody when nobody is named."""
    named = [("user", name) for name in dict.fromkeys(task.candidate_users)]
    named += [("group", name) for name in dict.fromkeys(task.candidate_groups)]
    if not named and task.assignee is None:
        named = [("any", "")]
    return [
        {
            "task_id": row["id"],
            "kind": kind,
            "name": name,
            "tenant_id": row["tenant_id"],
            "is_assigned": task.assignee is not None,
            "due_sort": row["due_sort"],
            "priority": row["priority"],
            "search": row["search"],
        }
        for kind, name in named
    ]


def _task(task: OpenedTask) -> tuple[WaitKind, Row]:
    return WaitKind.TASK, {
        "name": (task.name or task.node.label)[:_LONGEST_NAME],
        "assignee": task.assignee,
        "priority": task.priority,
        "revision": 1,
        "due_at": task.due,
        "follow_up_at": task.follow_up,
        "due_sort": task.due or NEVER,
    }


def _external(external: OpenedExternal) -> tuple[WaitKind, Row]:
    return WaitKind.EXTERNAL, {
        "topic": external.topic,
        "priority": external.priority,
        "retries": external.retries,
        "headers": codec.encode_map(external.headers),
        "revision": 1,
    }


def _job(job: OpenedJob) -> tuple[WaitKind, Row]:
    return job.kind, {
        "kind": job.kind.value,
        "due_at": job.due,
        "priority": job.priority,
        "is_exclusive": job.exclusive,
        "retries": job.retries,
        "handler": job.handler,
        "arguments": codec.encode_map(job.arguments),
        "retry_cycle": job.retry_cycle,
        "revision": 1,
    }


def _subscription(subscription: OpenedSubscription) -> tuple[WaitKind, Row]:
    return subscription.kind, {
        "kind": subscription.kind.value,
        "name": subscription.name,
        "correlation": subscription.correlation,
    }


def _incident(incident: OpenedIncident) -> tuple[WaitKind, Row]:
    return WaitKind.INCIDENT, {
        "kind": incident.kind,
        "message": incident.message,
        "data": codec.encode_map(incident.data),
    }


_ROWS: Mapping[type, Callable[..., tuple[WaitKind, Row]]] = {
    OpenedTask: _task,
    OpenedExternal: _external,
    OpenedJob: _job,
    OpenedSubscription: _subscription,
    OpenedIncident: _incident,
}
