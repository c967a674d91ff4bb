"""Where the tokens of an instance are."""

from __future__ import annotations

import sqlalchemy as sa

from engine.store.scopes import live_scopes


def find_waiting(
    connection: sa.Connection, instance_id: str, element_id: str
) -> list[tuple[int, int]]:
    """(scope, token) of every token that waits at the element itself, not inside it."""
    return [
        (scope.id, token.id)
        for scope in live_scopes(connection, instance_id)
        for token in scope.tokens.values()
        if token.node == element_id and token.child is None
    ]
