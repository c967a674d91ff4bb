"""The statements of a step, built once: SQLAlchemy then compiles each a single time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningDelete

from engine import columns, tables
from engine.runtime.state import WaitKind

_instance = tables.process_instance
_scope = tables.scope
_variable = tables.variable

_ID = sa.bindparam("id", type_=columns.Id)
_SCOPES = sa.bindparam("scopes", expanding=True, type_=sa.Integer)

# ---- the instance and its scopes ----------------------------------------------------------------

INSERT_INSTANCE = sa.insert(_instance)
MOVE_INSTANCE = (
    sa.update(_instance)
    .where(
        _instance.c.id == sa.bindparam("b_id"),
        _instance.c.revision == sa.bindparam("b_revision"),
    )
    .values(
        {
            name: sa.bindparam(name)
            for name in (
                "status",
                "revision",
                "next_id",
                "state",
                "history_seq",
                "history_hash",
                "ended_at",
            )
        }
    )
)
INSERT_SCOPE = sa.insert(_scope)
UPDATE_SCOPE = (
    sa.update(_scope)
    .where(_scope.c.instance_id == sa.bindparam("b_id"), _scope.c.scope == sa.bindparam("b_scope"))
    .values(state=sa.bindparam("state"))
)
DELETE_SCOPES = sa.delete(_scope).where(_scope.c.instance_id == _ID, _scope.c.scope.in_(_SCOPES))

# ---- variables ----------------------------------------------------------------------------------

_KEY = [_variable.c.instance_id, _variable.c.scope, _variable.c.name]
_ON_SQLITE = sqlite.insert(_variable)
_ON_POSTGRESQL = postgresql.insert(_variable)
UPSERT_VARIABLE: Mapping[str, sa.Insert] = {
    "sqlite": _ON_SQLITE.on_conflict_do_update(
        index_elements=_KEY,
        set_={"value": _ON_SQLITE.excluded.value, "size": _ON_SQLITE.excluded.size},
    ),
    "postgresql": _ON_POSTGRESQL.on_conflict_do_update(
        index_elements=_KEY,
        set_={"value": _ON_POSTGRESQL.excluded.value, "size": _ON_POSTGRESQL.excluded.size},
    ),
}
DELETE_VARIABLE = sa.delete(_variable).where(
    _variable.c.instance_id == sa.bindparam("b_id"),
    _variable.c.scope == sa.bindparam("b_scope"),
    _variable.c.name == sa.bindparam("b_name"),
)
DELETE_SCOPE_VARIABLES = sa.delete(_variable).where(
    _variable.c.instance_id == _ID, _variable.c.scope.in_(_SCOPES)
)
DELETE_ALL_VARIABLES = sa.delete(_variable).where(_variable.c.instance_id == _ID)

# ---- waits --------------------------------------------------------------------------------------


def _delete_waits(table: sa.Table) -> sa.Delete:
    return sa.delete(table).where(
        table.c.instance_id == _ID, table.c.wait.in_(sa.bindparam("waits", expanding=True))
    )


_TASK_FACTS = (tables.task.c.id, tables.task.c.wait, tables.task.c.element_id)
_CLOSE_TASK = _delete_waits(tables.task).returning(*_TASK_FACTS)
CLOSE_ONE_TASK = (
    sa.delete(tables.task)
    .where(tables.task.c.instance_id == _ID, tables.task.c.wait == sa.bindparam("wait"))
    .returning(*_TASK_FACTS)
)
"""By far the most frequent case, without the cost of a list of variable length."""

_CLOSE_JOB = _delete_waits(tables.job)
_CLOSE_EXTERNAL = _delete_waits(tables.external_task)
_CLOSE_SUBSCRIPTION = _delete_waits(tables.subscription)
_CLOSE_INCIDENT = _delete_waits(tables.incident)

CLOSE: Mapping[WaitKind, tuple[sa.Delete | ReturningDelete[Any], ...]] = {
    WaitKind.TASK: (_CLOSE_TASK,),
    WaitKind.EXTERNAL: (_CLOSE_EXTERNAL, _CLOSE_INCIDENT),
    WaitKind.WORK: (_CLOSE_JOB, _CLOSE_INCIDENT),
    WaitKind.ASYNC: (_CLOSE_JOB, _CLOSE_INCIDENT),
    WaitKind.TIMER: (_CLOSE_JOB, _CLOSE_INCIDENT),
    WaitKind.MESSAGE: (_CLOSE_SUBSCRIPTION,),
    WaitKind.SIGNAL: (_CLOSE_SUBSCRIPTION,),
    WaitKind.CONDITION: (_CLOSE_SUBSCRIPTION,),
    WaitKind.INCIDENT: (_CLOSE_INCIDENT,),
}
"""What deletes the rows of a wait that ended. A failed job has its incident under its own wait."""

JOB_KINDS = frozenset({WaitKind.WORK, WaitKind.ASYNC, WaitKind.TIMER})

_INSERT_JOB = sa.insert(tables.job)
_INSERT_SUBSCRIPTION = sa.insert(tables.subscription)
OPEN: Mapping[WaitKind, sa.Insert] = {
    WaitKind.TASK: sa.insert(tables.task),
    WaitKind.EXTERNAL: sa.insert(tables.external_task),
    WaitKind.WORK: _INSERT_JOB,
    WaitKind.ASYNC: _INSERT_JOB,
    WaitKind.TIMER: _INSERT_JOB,
    WaitKind.MESSAGE: _INSERT_SUBSCRIPTION,
    WaitKind.SIGNAL: _INSERT_SUBSCRIPTION,
    WaitKind.CONDITION: _INSERT_SUBSCRIPTION,
    WaitKind.INCIDENT: sa.insert(tables.incident),
}
INSERT_CANDIDATE = sa.insert(tables.task_candidate)
