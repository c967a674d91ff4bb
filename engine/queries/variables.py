"""Variables as a page shows them, and as a form or a program reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import sqlalchemy as sa

from engine import tables
from engine.runtime.state import ROOT
from engine.store import codec

_variable = tables.variable
_scope = tables.scope
_history = tables.history

SHOWN = 2_000
"""Characters of a value that a page shows; what is longer stays in the database until asked for."""


@dataclass(frozen=True, slots=True)
class VariableRow:
    """One variable.

    Attributes:
        scope: where it lives; 0 is the process.
        type: text, number, boolean, list, object, date, time, duration, bytes or null.
        value: as it is; ``None`` when only ``preview`` was read.
        preview: the stored JSON, cut after `SHOWN` characters.
        size: characters of the stored JSON.
    """

    name: str
    scope: int
    type: str
    value: object
    preview: str
    size: int
    is_shortened: bool


_TYPES: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "boolean"),
    (str, "text"),
    ((int, float, Decimal), "number"),
    ((list, tuple), "list"),
    (Mapping, "object"),
    ((date, datetime), "date"),
    (time, "time"),
    (timedelta, "duration"),
    ((bytes, bytearray), "bytes"),
    (type(None), "null"),
)

_BY_FIRST = {'"': "text", "[": "list", "{": "object"}

# The runtime keeps what belongs to no person's data under names that no diagram can write.
_IS_SHOWN = sa.not_(_variable.c.name.startswith("#"))

_ROWS = (
    sa.select(
        _variable.c.name,
        _variable.c.scope,
        sa.func.substr(_variable.c.value, 1, SHOWN).label("preview"),
        _variable.c.size,
    )
    .where(_IS_SHOWN)
    .order_by(_variable.c.scope, sa.func.lower(_variable.c.name), _variable.c.name)
)

_OF_SCOPE = sa.select(_variable.c.name, _variable.c.value).where(
    _variable.c.instance_id == sa.bindparam("instance_id"),
    _variable.c.scope == sa.bindparam("scope"),
    _IS_SHOWN,
)

_OF_ALL_SCOPES = (
    sa.select(_variable.c.scope, _variable.c.name, _variable.c.value)
    .where(_variable.c.instance_id == sa.bindparam("instance_id"), _IS_SHOWN)
    .order_by(_variable.c.scope, _variable.c.name)
)

_inner = (
    sa.select(_scope.c.scope, _scope.c.parent)
    .where(
        _scope.c.instance_id == sa.bindparam("instance_id"),
        _scope.c.scope == sa.bindparam("scope"),
    )
    .cte("chain", recursive=True)
)
_chain = _inner.union_all(
    sa.select(_scope.c.scope, _scope.c.parent).where(
        _scope.c.instance_id == sa.bindparam("instance_id"), _scope.c.scope == _inner.c.parent
    )
)

# A scope inside another one has the higher number, so ascending order ends with the innermost.
_VISIBLE = (
    sa.select(_variable.c.name, _variable.c.value)
    .where(
        _variable.c.instance_id == sa.bindparam("instance_id"),
        sa.or_(_variable.c.scope == ROOT, _variable.c.scope.in_(sa.select(_chain.c.scope))),
        _IS_SHOWN,
    )
    .order_by(_variable.c.scope)
)


_LAST = (
    sa.select(_history.c.data)
    .where(_history.c.chain == sa.bindparam("chain"), _history.c.kind == "process-ended")
    .order_by(_history.c.seq.desc())
    .limit(1)
)


def list_variables(
    connection: sa.Connection, instance_id: str, *, scope: int | None
) -> tuple[VariableRow, ...]:
    """Variables of one scope, or of every live scope for ``None``, by scope and name."""
    wanted = _ROWS.where(_variable.c.instance_id == instance_id)
    if scope is not None:
        wanted = wanted.where(_variable.c.scope == scope)
    return tuple(_row(row._asdict()) for row in connection.execute(wanted))


def scope_variables(connection: sa.Connection, instance_id: str, scope: int) -> dict[str, object]:
    """Values by name of exactly one scope."""
    rows = connection.execute(_OF_SCOPE, {"instance_id": instance_id, "scope": scope})
    return {name: codec.decode(value) for name, value in rows}


def all_variables(connection: sa.Connection, instance_id: str) -> dict[int, dict[str, object]]:
    """Values by scope and name, of every live scope."""
    found: dict[int, dict[str, object]] = {}
    for scope, name, value in connection.execute(_OF_ALL_SCOPES, {"instance_id": instance_id}):
        found.setdefault(scope, {})[name] = codec.decode(value)
    return found


def final_variables(connection: sa.Connection, instance_id: str) -> dict[str, object]:
    """Values by name of the process scope when the instance ended, from its history."""
    row = connection.execute(_LAST, {"chain": instance_id}).first()
    values = codec.decode_map(row.data).get("variables") if row else None
    return {k: v for k, v in values.items() if k[:1] != "#"} if isinstance(values, dict) else {}


def visible_variables(connection: sa.Connection, instance_id: str, scope: int) -> dict[str, object]:
    """Values by name as *scope* sees them: an inner variable hides an outer one of its name."""
    rows = connection.execute(_VISIBLE, {"instance_id": instance_id, "scope": scope})
    return {name: codec.decode(value) for name, value in rows}


def type_name(value: object) -> str:
    """Word for the type of a variable's value, as `VariableRow.type`."""
    return next((word for kind, word in _TYPES if isinstance(value, kind)), "object")


def _row(found: Mapping[str, object]) -> VariableRow:
    preview = str(found["preview"])
    size = int(str(found["size"]))
    is_shortened = size > SHOWN
    value = None if is_shortened else codec.decode(preview)
    return VariableRow(
        name=str(found["name"]),
        scope=int(str(found["scope"])),
        type=_BY_FIRST.get(preview[:1], "number") if is_shortened else type_name(value),
        value=value,
        preview=preview,
        size=size,
        is_shortened=is_shortened,
    )
