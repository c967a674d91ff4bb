"""Questions about people and groups."""

from __future__ import annotations

from engine.actor import SYSTEM, Actor
from engine.queries import people
from engine.queries.base import Reader
from engine.queries.page import MAX_SIZE, Page, Window
from engine.queries.people import Group, Person


class PeopleReading(Reader):
    """Who there is."""

    def find_person(self, person_id: str) -> Person | None:
        """The person with that login, active or not; for logging in and for sessions."""
        with self.database.reading() as connection:
            return people.find_person(connection, person_id)

    def people(
        self, *, actor: Actor, text: str = "", page: int = 1, size: int = 50
    ) -> Page[Person]:
        """Active people of the tenant by name; *text* is part of the name or login."""
        with self.database.reading() as connection:
            return people.list_people(connection, actor, text=text, window=Window(page, size))

    def groups(self, *, actor: Actor) -> list[Group]:
        """Groups of the tenant by name."""
        with self.database.reading() as connection:
            return people.list_groups(connection, actor)

    def demo_people(self) -> list[Person]:
        """Everyone whose login the login page shows; only while demo mode is on."""
        return list(self.people(actor=SYSTEM, size=MAX_SIZE).items)
