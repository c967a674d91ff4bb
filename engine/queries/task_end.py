"""A task that is no longer open: who ended it, for those who could have seen it."""

from __future__ import annotations

from typing import NoReturn

import sqlalchemy as sa

from engine import tables
from engine.actor import Actor
from engine.errors import NotFound, TaskGone
from engine.queries import instances
from engine.store import codec

_history = tables.history

_EVENTS = (
    sa.select(_history.c.chain, _history.c.kind, _history.c.actor, _history.c.at, _history.c.data)
    .where(_history.c.task_id == sa.bindparam("task"))
    .order_by(_history.c.seq)
)
_ENDS = {"task-completed": "completed", "task-cancelled": "cancelled"}


def raise_gone(connection: sa.Connection, actor: Actor, task_id: str) -> NoReturn:
    """Say how the task ended.

    Raises:
        TaskGone: the actor was its assignee or a candidate, or may see its instance.
        NotFound: there never was such a task, or the actor may not know of it.
    """
    events = connection.execute(_EVENTS, {"task": task_id}).all()
    if not events or events[-1].kind not in _ENDS:
        raise NotFound("task", task_id)
    end = events[-1]
    was_named = any(_names(codec.decode_map(event.data), event.actor, actor) for event in events)
    if not was_named and instances.find_instance(connection, actor, end.chain) is None:
        raise NotFound("task", task_id)
    how = _ENDS[end.kind]
    by = end.actor if how == "completed" else None
    raise TaskGone(task_id, by=by, how=how, at=end.at.isoformat(timespec="minutes"))


def _names(data: dict[str, object], by: str | None, actor: Actor) -> bool:
    if actor.id is None:
        return False
    groups, users = data.get("groups"), data.get("users")
    return (
        by == actor.id
        or data.get("assignee") == actor.id
        or (isinstance(users, list) and actor.id in users)
        or (isinstance(groups, list) and not actor.groups.isdisjoint(map(str, groups)))
    )
