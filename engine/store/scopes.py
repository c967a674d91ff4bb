"""The scopes of an instance: which of them live, and what each of them sees."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from bpmn.model import Dialect
from engine import tables
from engine.runtime.state import ROOT, Scope, Snapshot
from engine.runtime.variables import INTERNAL, counters

_instance = tables.process_instance
_scope = tables.scope
_STATES = sa.union_all(
    sa.select(sa.literal(ROOT).label("scope"), sa.null().label("parent"), _instance.c.state).where(
        _instance.c.id == sa.bindparam("id"), _instance.c.state.is_not(None)
    ),
    sa.select(_scope.c.scope, _scope.c.parent, _scope.c.state).where(
        _scope.c.instance_id == sa.bindparam("id")
    ),
).order_by("scope")


def live_scopes(connection: sa.Connection, instance_id: str) -> tuple[Scope, ...]:
    """Every live scope of the instance, outermost first; none when it is over."""
    rows = connection.execute(_STATES, {"id": instance_id})
    return tuple(Scope.decode(scope, parent, state) for scope, parent, state in rows)


def readable_variables(snapshot: Snapshot, scope_id: int, dialect: Dialect) -> dict[str, object]:
    """What programs read: `visible_variables` and the counters of the loops around the scope."""
    found: dict[str, object] = {}
    for scope in _outward(snapshot, scope_id):
        found = counters(scope, dialect) | _shown(snapshot, scope) | found
    return found


def visible_variables(snapshot: Snapshot, scope_id: int) -> dict[str, object]:
    """All variables that a scope sees: an inner one hides an outer one of its name."""
    found: dict[str, object] = {}
    for scope in _outward(snapshot, scope_id):
        found = _shown(snapshot, scope) | found
    return found


def local_variables(
    snapshot: Snapshot, scope_id: int, element_id: str, dialect: Dialect
) -> dict[str, object]:
    """What belongs to one run of an element alone; nothing when it has no scope of its own."""
    scope = snapshot.scope(scope_id)
    if scope.node != element_id:
        return {}
    return counters(scope, dialect) | _shown(snapshot, scope)


def _outward(snapshot: Snapshot, scope_id: int) -> Iterator[Scope]:
    """The scope, then those around it up to the root."""
    current: int | None = scope_id
    while current is not None:
        scope = snapshot.scope(current)
        yield scope
        current = scope.parent


def _shown(snapshot: Snapshot, scope: Scope) -> dict[str, object]:
    """Variables of exactly that scope, without the engine's own."""
    values = snapshot.variables(scope.id)
    return {name: value for name, value in values.items() if not name.startswith(INTERNAL)}
