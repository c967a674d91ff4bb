"""What a step writes, described once: `batch` makes of it what each database takes best."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.sql.dml import ReturningDelete

from engine import columns, tables
from engine.runtime.state import WaitKind
from engine.store.batch import INSTANCE, Get, Part, changing, putting

_instance = tables.process_instance
_scope = tables.scope
_variable = tables.variable

# ---- the instance and its scopes ----------------------------------------------------------------

_KEPT = ("next_id", "state", "history_seq", "history_hash")


def _move(name: str, *given: str) -> Part:
    def change(get: Get) -> sa.Update:
        return (
            sa.update(_instance)
            .where(_instance.c.id == INSTANCE, _instance.c.revision == get("revision"))
            .values({name: get(name) for name in given} | {"revision": _instance.c.revision + 1})
        )

    return changing(name, _instance, (*given, "revision"), change, is_guard=True)


MOVED = _move("moved", *_KEPT)
"""The instance goes on from the revision that was seen: the optimistic lock."""

ALTERED = _move("altered", *_KEPT, "status", "ended_at")
"""The same, with another status; an index is spared when it stays as it is."""

CHANGED_SCOPE = changing(
    "changed_scope",
    _scope,
    ("scope", "state"),
    lambda get: (
        sa.update(_scope)
        .where(_scope.c.instance_id == INSTANCE, _scope.c.scope == get("scope"))
        .values(state=get("state"))
    ),
)


def _ended(name: str, table: sa.Table, *keys: str) -> Part:
    return changing(
        name,
        table,
        keys,
        lambda get: sa.delete(table).where(
            table.c.instance_id == INSTANCE, *(table.c[key] == get(key) for key in keys)
        ),
    )


ENDED_SCOPE = _ended("ended_scope", _scope, "scope")

# ---- variables ----------------------------------------------------------------------------------

WRITTEN_VARIABLE = putting("written_variable", _variable, tuple(_variable.columns.keys()))
DELETED_VARIABLE = _ended("deleted_variable", _variable, "scope", "name")
VARIABLES_OF_SCOPE = _ended("variables_of_scope", _variable, "scope")
ALL_VARIABLES = _ended("all_variables", _variable)

# ---- waits --------------------------------------------------------------------------------------

CLOSE_TASKS: ReturningDelete[str, int, str] = (
    sa.delete(tables.task)
    .where(
        tables.task.c.instance_id == sa.bindparam("id", type_=columns.Id),
        tables.task.c.wait.in_(sa.bindparam("waits", expanding=True)),
    )
    .returning(tables.task.c.id, tables.task.c.wait, tables.task.c.element_id)
)
"""Tasks that end unasked: history tells which they were."""

CLOSED_TASK = _ended("closed_task", tables.task, "wait")
_JOB = _ended("closed_job", tables.job, "wait")
_EXTERNAL = _ended("closed_external", tables.external_task, "wait")
_SUBSCRIPTION = _ended("closed_subscription", tables.subscription, "wait")
_INCIDENT = _ended("closed_incident", tables.incident, "wait")

CLOSED: Mapping[WaitKind, tuple[Part, ...]] = {
    WaitKind.EXTERNAL: (_EXTERNAL, _INCIDENT),
    WaitKind.WORK: (_JOB, _INCIDENT),
    WaitKind.ASYNC: (_JOB, _INCIDENT),
    WaitKind.TIMER: (_JOB, _INCIDENT),
    WaitKind.MESSAGE: (_SUBSCRIPTION,),
    # A signal that was thrown asynchronously is on its way to its receiver by a job.
    WaitKind.SIGNAL: (_SUBSCRIPTION, _JOB, _INCIDENT),
    WaitKind.CONDITION: (_SUBSCRIPTION,),
    WaitKind.INCIDENT: (_INCIDENT,),
}
"""What deletes the rows of a wait that ended. A failed job has its incident under its own wait."""

JOB_KINDS = frozenset({WaitKind.WORK, WaitKind.ASYNC, WaitKind.TIMER})

OPENED: Mapping[WaitKind, sa.Table] = {
    WaitKind.TASK: tables.task,
    WaitKind.EXTERNAL: tables.external_task,
    **dict.fromkeys(JOB_KINDS, tables.job),
    WaitKind.MESSAGE: tables.subscription,
    WaitKind.SIGNAL: tables.subscription,
    WaitKind.CONDITION: tables.subscription,
    WaitKind.INCIDENT: tables.incident,
}
"""Where the row of a wait belongs."""
