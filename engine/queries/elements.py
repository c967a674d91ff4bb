"""The elements of one instance: where it is, and where it was, each with a number of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from bpmn.model import ProcessModel
from engine import tables
from engine.queries.instances import InstanceRow
from engine.runtime.state import ROOT, Scope, ScopeKind
from engine.store import codec
from engine.store.scopes import live_scopes

_history = tables.history
_DERIVED = 1 << 62
_WAITS = (tables.task, tables.external_task, tables.job, tables.subscription, tables.incident)
_KEYS = sa.union_all(
    *(
        sa.select(
            table.c.wait,
            table.c.key,
            (sa.literal(value=True) if table is tables.incident else sa.literal(value=False)).label(
                "is_incident"
            ),
        ).where(table.c.instance_id == sa.bindparam("instance"))
        for table in _WAITS
    )
)
_TOLD = (
    sa.select(
        _history.c.seq, _history.c.kind, _history.c.element_id, _history.c.at, _history.c.data
    )
    .where(
        _history.c.chain == sa.bindparam("chain"),
        _history.c.kind.in_(
            ["element-entered", "element-completed", "element-cancelled", "loop-started"]
        ),
    )
    .order_by(_history.c.seq)
)
_COMPLETED, _TERMINATED = "COMPLETED", "TERMINATED"


@dataclass(frozen=True, slots=True)
class ElementRow:
    """One visit of an element.

    Attributes:
        key: a 63-bit number. Of an element that waits: that of the task, job, subscription or
            incident that it waits for. Of another one, derived from where it is in its instance;
            it has the highest bit set.
        scope_key: of the scope around it; of what is over, that of the process.
        type: as in BPMN's XML, ``serviceTask``; ``process`` for the process itself.
        state: ACTIVE, COMPLETED or TERMINATED.
        scope: where its variables are, as `engine.runtime.state` numbers scopes; ``None`` when
            it is over.
    """

    key: int
    scope_key: int
    element_id: str
    name: str
    type: str
    state: str
    started_at: datetime
    ended_at: datetime | None
    incident_key: int | None = None
    scope: int | None = None


def derived_key(instance_key: int, *parts: object) -> int:
    """A number for what has no row of its own; always the same for the same parts."""
    text = ":".join(map(str, (instance_key, *parts)))
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 2 | _DERIVED


def list_elements(
    connection: sa.Connection, row: InstanceRow, model: ProcessModel
) -> list[ElementRow]:
    """The process, then what is over in the order of its end, then what is active."""
    past, begun = _past(connection, row)
    found = [_process(row, model)]
    found += [_named(model, each) for each in past]
    if row.is_open:
        found += [_named(model, each) for each in _active(connection, row, begun)]
    return found


def _process(row: InstanceRow, model: ProcessModel) -> ElementRow:
    state = "ACTIVE" if row.is_open else _TERMINATED
    if row.status == _COMPLETED:
        state = _COMPLETED
    return ElementRow(
        row.key,
        row.key,
        model.id,
        model.name,
        "process",
        state,
        row.started_at,
        row.ended_at,
        scope=ROOT if row.is_open else None,
    )


def _past(
    connection: sa.Connection, row: InstanceRow
) -> tuple[list[ElementRow], Mapping[str, list[datetime]]]:
    """What is over, and when each element that did not end yet began."""
    begun: dict[str, list[datetime]] = {}
    past: list[ElementRow] = []
    # An activity in a scope of its own, and each item of a loop, is told to be cancelled when its
    # scope closes; that the activity completed is told right after.
    closed: dict[str, list[int]] = {}
    for seq, kind, element, at, data in connection.execute(_TOLD, {"chain": row.id}):
        if kind in {"element-entered", "loop-started"}:
            begun.setdefault(element, []).append(at)
            continue
        is_completed = kind == "element-completed"
        places = closed.pop(element, []) if is_completed else []
        if places:
            for place in places:
                past[place] = replace(past[place], state=_COMPLETED)
            continue
        since = begun.get(element)
        started = since.pop(0) if since else at
        key = derived_key(row.key, element, seq)
        told = codec.decode_map(data)
        scope = told.get("scope", ROOT)
        assert isinstance(scope, int)
        if not is_completed and "by" not in told and scope != ROOT:
            closed.setdefault(element, []).append(len(past))
        state = _COMPLETED if is_completed else _TERMINATED
        around = scope_key(row.key, scope)
        past.append(ElementRow(key, around, element, "", "", state, started, at))
    return past, begun


def _active(
    connection: sa.Connection, row: InstanceRow, begun: Mapping[str, list[datetime]]
) -> Iterator[ElementRow]:
    rows: dict[int, int] = {}
    incidents: dict[int, int] = {}
    for wait, key, is_incident in connection.execute(_KEYS, {"instance": row.id}):
        (incidents if is_incident else rows)[wait] = key
    scopes = live_scopes(connection, row.id)
    places = {scope.id: scope for scope in scopes}
    for scope in scopes:
        yield from _of_scope(row, scope, places, (rows, incidents), begun)


def _of_scope(
    row: InstanceRow,
    scope: Scope,
    places: Mapping[int, Scope],
    keys: tuple[Mapping[int, int], Mapping[int, int]],
    begun: Mapping[str, list[datetime]],
) -> Iterator[ElementRow]:
    """The scope itself, when it is a sub-process or a loop, and the tokens that wait in it."""
    rows, incidents = keys
    tokens = [token for token in scope.tokens.values() if token.child is None]
    is_task = any(token.node == scope.node for token in tokens)
    since = begun.get(scope.node, [row.started_at])
    if scope.id != ROOT and (scope.kind is ScopeKind.BODY or not is_task):
        kind = "multiInstanceBody" if scope.kind is ScopeKind.BODY else ""
        around = scope_key(row.key, scope.parent if scope.parent is not None else ROOT)
        yield ElementRow(
            scope_key(row.key, scope.id),
            around,
            scope.node,
            "",
            kind,
            "ACTIVE",
            since[0] if since else row.started_at,
            None,
            scope=scope.id,
        )
    for token in tokens:
        waits = [token.wait] if token.kind else _armed(scope, token.id)
        key = next((rows[wait] for wait in waits if wait in rows), None)
        incident = next((incidents[wait] for wait in waits if wait in incidents), None)
        found = key or incident or derived_key(row.key, "token", scope.id, token.id)
        outer = scope.parent if scope.node == token.node and scope.parent is not None else scope.id
        started = begun.get(token.node) or [row.started_at]
        yield ElementRow(
            found,
            scope_key(row.key, outer if outer in places else ROOT),
            token.node,
            "",
            "",
            "ACTIVE",
            started[0],
            None,
            incident_key=incident,
            scope=scope.id,
        )


def _armed(scope: Scope, token: int) -> list[int]:
    return [armed.wait for armed in scope.armed.values() if armed.token == token]


def scope_key(instance_key: int, scope: int) -> int:
    """The number of a scope: the process' own is that of the instance."""
    return instance_key if scope == ROOT else derived_key(instance_key, "scope", scope)


def _named(model: ProcessModel, found: ElementRow) -> ElementRow:
    node = model.node.get(found.element_id)
    if node is None:
        return found
    return replace(found, name=node.name, type=found.type or node.type)
