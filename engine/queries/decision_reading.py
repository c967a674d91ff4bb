"""Questions about deployed decisions."""

from __future__ import annotations

import sqlalchemy as sa

from engine.actor import Actor
from engine.errors import NotFound
from engine.queries import decisions
from engine.queries.base import Reader
from engine.queries.decisions import DecisionDetail, DecisionRow
from engine.queries.page import Page, Window
from engine.store.decisions import DecisionCache


class DecisionReading(Reader):
    """Decisions: the list, one in detail, its file. Everybody of the organisation may read them."""

    decision_models: DecisionCache

    def decisions(
        self,
        *,
        actor: Actor,
        text: str = "",
        all_versions: bool = False,
        page: int = 1,
        size: int = 50,
    ) -> Page[DecisionRow]:
        """Deployed decisions by name; *text* is part of the name or the decision's id."""
        window = Window(page, size)
        with self.database.reading() as connection:
            return decisions.list_decisions(
                connection, actor, text=text, all_versions=all_versions, window=window
            )

    def decision(self, definition_id: str, *, actor: Actor) -> DecisionDetail:
        """One version of a decision, with its sisters, its neighbours and its model."""
        with self.database.reading() as connection:
            row = self._decision(connection, actor, definition_id)
            return DecisionDetail(
                row,
                tuple(decisions.list_versions(connection, row, actor)),
                tuple(decisions.list_beside(connection, row, actor)),
                self.decision_models.model(connection, row.resource_id),
            )

    def decision_xml(self, definition_id: str, *, actor: Actor) -> tuple[str, bytes]:
        """Name and original bytes of the file that the decision was deployed from."""
        with self.database.reading() as connection:
            row = self._decision(connection, actor, definition_id)
            return decisions.find_file(connection, row)

    def _decision(self, connection: sa.Connection, actor: Actor, definition_id: str) -> DecisionRow:
        row = decisions.find_decision(connection, actor, definition_id)
        if row is None:
            raise NotFound("decision", definition_id)
        return row
