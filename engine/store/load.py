"""Rows to state: one instance as a step sees it, read only as far as the step asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine import tables
from engine.errors import NotFound
from engine.runtime.state import MISSING, ROOT, InstanceState, Missing, Scope, Status
from engine.store import codec
from engine.store.direct import Direct, Rows
from engine.store.history import Head

LARGE = 4096
"""Variables above this many characters are read only when a step asks for their value."""

_instance = tables.process_instance
_scope = tables.scope
_task = tables.task
_variable = tables.variable

INSTANCE_COLUMNS = (
    _instance.c.id,
    _instance.c.key,
    _instance.c.tenant_id,
    _instance.c.definition_id,
    _instance.c.business_key,
    _instance.c.status,
    _instance.c.revision,
    _instance.c.next_id,
    _instance.c.state,
    _instance.c.initiator,
    _instance.c.parent_id,
    _instance.c.parent_scope,
    _instance.c.parent_token,
    _instance.c.parent_wait,
    _instance.c.root_id,
    _instance.c.history_seq,
    _instance.c.history_hash,
    _instance.c.started_at,
)


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """What history tells of a user task that ends."""

    id: str
    wait: int
    element_id: str


@dataclass(slots=True)
class InstanceRow:
    """The row of an instance within one transaction; `apply` keeps it up to date.

    Attributes:
        state: the encoded root scope, ``None`` before the first step and after the last.
        is_new: it is not in the database yet.
        stored_status: ``status`` as the database has it.
        tasks: open tasks of it that were read with it, by wait.
        root_variables: those of the root scope as `VARIABLES_OF_TASK` gives them, when they were
            read with it and no step was taken since.
    """

    id: str
    key: int
    tenant_id: str
    definition_id: str
    business_key: str | None
    status: Status
    revision: int
    next_id: int
    state: str | None
    initiator: str | None
    parent_id: str | None
    parent_scope: int | None
    parent_token: int | None
    parent_wait: int | None
    root_id: str
    head: Head
    started_at: datetime
    is_new: bool = False
    tasks: dict[int, TaskFacts] = field(default_factory=dict)
    root_variables: Rows | None = None
    stored_status: Status = field(init=False)

    def __post_init__(self) -> None:
        self.stored_status = self.status

    def has_moved(self) -> None:
        """What was read with it is not true any more."""
        if self.is_new:
            self.is_new = False
        else:
            self.revision += 1
        self.root_variables = None
        self.stored_status = self.status

    @property
    def is_over(self) -> bool:
        """Whether it ended, one way or another."""
        return self.status not in {Status.ACTIVE, Status.SUSPENDED}

    def as_state(self) -> InstanceState:
        """What the runtime needs of it."""
        return InstanceState(
            id=self.id,
            definition_id=self.definition_id,
            status=self.status,
            next_id=self.next_id,
            business_key=self.business_key,
            tenant_id=self.tenant_id,
            initiator=self.initiator,
            parent_instance=self.parent_id,
            parent_scope=self.parent_scope or 0,
            parent_token=self.parent_token or 0,
        )


_INSTANCE_OF_ID = sa.select(*INSTANCE_COLUMNS).where(_instance.c.id == sa.bindparam("id"))
_READ_INSTANCE = Direct(_INSTANCE_OF_ID)
_LOCK_INSTANCE = Direct(_INSTANCE_OF_ID.with_for_update())
_LOCK_INSTANCE_NOW = Direct(_INSTANCE_OF_ID.with_for_update(nowait=True))


def _scope_path() -> sa.Select[int, int, str]:
    columns = (_scope.c.scope, _scope.c.parent, _scope.c.state)
    of_instance = _scope.c.instance_id == sa.bindparam("id")
    path = (
        sa.select(*columns)
        .where(of_instance, _scope.c.scope == sa.bindparam("scope"))
        .cte("path", recursive=True)
    )
    outward = path.union_all(
        sa.select(*columns).where(of_instance, _scope.c.scope == path.c.parent)
    )
    return sa.select(outward.c.scope, outward.c.parent, outward.c.state)


_SELECT_PATH = Direct(_scope_path())
_SELECT_CHILDREN = Direct(
    sa.select(_scope.c.scope, _scope.c.state)
    .where(_scope.c.instance_id == sa.bindparam("id"), _scope.c.parent == sa.bindparam("parent"))
    .order_by(_scope.c.scope)
)
_VARIABLES = sa.select(
    _variable.c.scope,
    _variable.c.name,
    sa.case((_variable.c.size <= LARGE, _variable.c.value)).label("value"),
)
_OF_INSTANCE = _variable.c.instance_id == sa.bindparam("id")
_OF_ROOT = _variable.c.scope == ROOT
_SELECT_VARIABLES = _VARIABLES.where(
    _OF_INSTANCE, _variable.c.scope.in_(sa.bindparam("scopes", expanding=True))
)
_SELECT_ROOT_VARIABLES = Direct(_VARIABLES.where(_OF_INSTANCE, _OF_ROOT))
_SELECT_VARIABLE = Direct(
    sa.select(_variable.c.value).where(
        _OF_INSTANCE,
        _variable.c.scope == sa.bindparam("scope"),
        _variable.c.name == sa.bindparam("name"),
    )
)


def _variables_of(table: sa.Table) -> Direct:
    of_task = sa.select(table.c.instance_id).where(table.c.id == sa.bindparam("task"))
    of_instance = _variable.c.instance_id == of_task.scalar_subquery()
    return Direct(_VARIABLES.where(of_instance, _OF_ROOT))


VARIABLES_OF_TASK = _variables_of(tables.task)
"""Variables of the root scope of a task's instance, to be read together with the task."""

VARIABLES_OF_EXTERNAL_TASK = _variables_of(tables.external_task)
"""The same of an external task."""


def lock_instance(
    connection: sa.Connection, instance_id: str, *, is_first: bool = True
) -> InstanceRow:
    """The row of an instance; other steps of it wait until this transaction ends.

    On SQLite that is so anyway: it has one writer at a time.

    Args:
        connection: open transaction.
        instance_id: any text.
        is_first: wait for the row. A transaction that holds another instance must not wait, or
            two could wait for each other: it fails at once and is repeated.

    Raises:
        NotFound: no such instance.
        sqlalchemy.exc.OperationalError: not *is_first*, and someone else holds it.
    """
    statement = _LOCK_INSTANCE if is_first else _LOCK_INSTANCE_NOW
    return _find(connection, statement, instance_id)


def read_instance(connection: sa.Connection, instance_id: str) -> InstanceRow:
    """The row of an instance, only to look at.

    Raises:
        NotFound: no such instance.
    """
    return _find(connection, _READ_INSTANCE, instance_id)


def _find(connection: sa.Connection, statement: Direct, instance_id: str) -> InstanceRow:
    found = statement.rows(connection, {"id": instance_id})
    if not found:
        raise NotFound("process instance", instance_id)
    return instance_row(found[0])


def instance_row(values: tuple[Any, ...]) -> InstanceRow:
    """An `InstanceRow` from the values of `INSTANCE_COLUMNS`, in that order."""
    seq, digest, started_at = values[15:]
    arguments = [*values[:5], Status(values[5]), *values[6:15], Head(seq, digest), started_at]
    return InstanceRow(*arguments)


class RowSnapshot:
    """`engine.runtime.state.Snapshot` over the rows of one transaction.

    Scopes are read along the path to the root in one query, variables of all scopes read so far in
    one query, large values one by one. What was read stays for the life of the snapshot, which is
    one step.
    """

    def __init__(self, connection: sa.Connection, row: InstanceRow) -> None:
        self._connection = connection
        self._row = row
        self._instance = row.as_state()
        self._scopes: dict[int, tuple[int, str]] = {}
        self._path: set[int] = {ROOT}
        self._variables: dict[int, dict[str, object]] = {}
        self._large: set[tuple[int, str]] = set()

    @property
    def instance(self) -> InstanceState:
        """The instance row."""
        return self._instance

    def scope(self, scope_id: int) -> Scope:
        """A fresh, private copy of a live scope; `KeyError` when it is not live."""
        if scope_id == ROOT:
            if self._row.state is None:
                raise KeyError(scope_id)
            return Scope.decode(ROOT, None, self._row.state)
        if scope_id not in self._scopes:
            self._read_path(scope_id)
        parent, text = self._scopes[scope_id]
        self._path.add(scope_id)
        return Scope.decode(scope_id, parent, text)

    def children(self, scope_id: int) -> Iterable[int]:
        """Ids of the live scopes directly below, ascending."""
        values = {"id": self._row.id, "parent": scope_id}
        found = _SELECT_CHILDREN.rows(self._connection, values)
        for child, text in found:
            self._scopes[child] = (scope_id, text)
        return [child for child, _ in found]

    def variable(self, scope_id: int, name: str) -> object | Missing:
        """Value of the variable of exactly that scope, or `MISSING`."""
        of_scope = self._small(scope_id)
        if name in of_scope:
            return of_scope[name]
        if (scope_id, name) in self._large:
            return self._read_large(scope_id, name)
        return MISSING

    def variables(self, scope_id: int) -> Mapping[str, object]:
        """All variables of exactly that scope, large ones included."""
        of_scope = self._small(scope_id)
        for scope, name in [key for key in self._large if key[0] == scope_id]:
            if name not in of_scope:
                self._read_large(scope, name)
        return of_scope

    def _read_path(self, scope_id: int) -> None:
        values = {"id": self._row.id, "scope": scope_id}
        for scope, parent, text in _SELECT_PATH.rows(self._connection, values):
            self._scopes[scope] = (parent, text)
            self._path.add(scope)

    def _small(self, scope_id: int) -> dict[str, object]:
        found = self._variables.get(scope_id)
        if found is None:
            self._path.add(scope_id)
            self._read_variables(sorted(self._path - self._variables.keys()))
            found = self._variables[scope_id]
        return found

    def _read_variables(self, scopes: list[int]) -> None:
        for scope in scopes:
            self._variables[scope] = {}
        if self._row.is_new:
            return
        for scope, name, text in self._rows_of(scopes):
            if text is None:
                self._large.add((scope, name))
            else:
                self._variables[scope][name] = codec.decode(text)

    def _rows_of(self, scopes: list[int]) -> Iterable[Sequence[Any]]:
        if scopes == [ROOT]:
            if self._row.root_variables is not None:
                return self._row.root_variables
            return _SELECT_ROOT_VARIABLES.rows(self._connection, {"id": self._row.id})
        values = {"id": self._row.id, "scopes": scopes}
        return self._connection.execute(_SELECT_VARIABLES, values)

    def _read_large(self, scope: int, name: str) -> object:
        values = {"id": self._row.id, "scope": scope, "name": name}
        ((text,),) = _SELECT_VARIABLE.rows(self._connection, values)
        value = codec.decode(text)
        self._variables[scope][name] = value
        return value
