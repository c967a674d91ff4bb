"""Where the tokens of an instance are."""

from __future__ import annotations

import sqlalchemy as sa

from engine import tables
from engine.runtime.state import ROOT, Scope
from engine.store.load import InstanceRow

_scope = tables.scope
_SCOPES = (
    sa.select(_scope.c.scope, _scope.c.parent, _scope.c.state)
    .where(_scope.c.instance_id == sa.bindparam("id"))
    .order_by(_scope.c.scope)
)


def find_waiting(
    connection: sa.Connection, row: InstanceRow, element_id: str
) -> list[tuple[int, int]]:
    """(scope, token) of every token that waits at the element itself, not inside it."""
    scopes = [] if row.state is None else [Scope.decode(ROOT, None, row.state)]
    scopes += [Scope.decode(*found) for found in connection.execute(_SCOPES, {"id": row.id})]
    return [
        (scope.id, token.id)
        for scope in scopes
        for token in scope.tokens.values()
        if token.node == element_id and token.child is None
    ]
