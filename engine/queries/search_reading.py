"""Questions of programs: lists searched by any field, rows found by their 63-bit key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Literal

import sqlalchemy as sa

from engine.actor import Actor
from engine.errors import NotFound
from engine.queries import elements, search_views, tasks, variables
from engine.queries import search as searching
from engine.queries.base import Reader
from engine.queries.elements import ElementRow
from engine.queries.search import Found, Search
from engine.runtime.state import ROOT
from engine.store import codec

What = Literal[
    "instances", "tasks", "work", "incidents", "subscriptions", "messages", "definitions"
]
EVERYTHING = Search()


class SearchReading(Reader):
    """Searches and keys."""

    def search(self, what: What, wanted: Search = EVERYTHING, *, actor: Actor) -> Found:
        """One page of what matches, see `search_views` for the fields of each list.

        Raises:
            Forbidden: jobs, incidents and subscriptions are for admins.
            BadInput: a field is unknown, or a number is out of range.
        """
        with self.database.reading() as connection:
            found = searching.search(connection, actor, search_views.VIEWS[what], wanted)
            if what == "tasks":
                return replace(found, items=_with_candidates(connection, found.items))
            if what == "work":
                return replace(found, items=tuple(map(_with_headers, found.items)))
            return found

    def find_key(self, what: str, key: int, *, actor: Actor) -> str:
        """The id of the row with a 63-bit key; *what* it is, as ``process instance``.

        Whether the actor may see it, what is asked with the id decides.
        """
        with self.database.reading() as connection:
            found = search_views.id_of_key(connection, actor, what, key)
        if found is None:
            raise NotFound(what, str(key))
        return found

    def find_keys(self, what: str, ids: Iterable[str], *, actor: Actor) -> dict[str, int]:
        """The 63-bit keys by id of rows of the actor's organisation."""
        with self.database.reading() as connection:
            return search_views.keys_of_ids(connection, actor, what, ids)

    def find_place(self, key: int, *, actor: Actor) -> tuple[str, int]:
        """Instance and scope of the element that waits under a key, or of an instance; for admins.

        Raises:
            Forbidden: the actor is no admin.
            NotFound: nothing waits under that key.
        """
        actor.require_admin("look up", "elements by key")
        with self.database.reading() as connection:
            found = search_views.place_of_key(connection, actor, key)
        if found is None:
            raise NotFound("element instance", str(key))
        return found

    def elements(self, instance_id: str, *, actor: Actor) -> list[ElementRow]:
        """Where the instance is and where it was: `elements.list_elements`."""
        with self.database.reading() as connection:
            row = self._instance(connection, actor, instance_id)
            model = self.models.get(connection, row.definition_id).model
            return elements.list_elements(connection, row, model)

    def scoped_values(self, instance_id: str, *, actor: Actor) -> dict[int, dict[str, object]]:
        """All variables, by scope and name; those of the process alone once it is over.

        Raises:
            Forbidden: the actor may see the instance, not its internal data.
        """
        with self.database.reading() as connection:
            row = self._readable(connection, actor, instance_id)
            if not row.is_open:
                return {ROOT: variables.final_variables(connection, instance_id)}
            return variables.all_variables(connection, instance_id)


def _with_candidates(
    connection: sa.Connection, items: Iterable[Mapping[str, Any]]
) -> tuple[Mapping[str, Any], ...]:
    rows = tuple(items)
    users, groups = tasks.candidates_of(connection, [row["id"] for row in rows])
    return tuple(
        {**row, "users": tuple(users[row["id"]]), "groups": tuple(groups[row["id"]])}
        for row in rows
    )


def _with_headers(row: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**row, "headers": codec.decode_map(row["headers"])}
