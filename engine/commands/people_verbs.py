"""The verbs about people and groups, as methods of `engine.core.Engine`."""

from __future__ import annotations

from collections.abc import Sequence

from engine.actor import Actor
from engine.commands import people
from engine.commands.doing import Doing
from engine.commands.people import SHORTEST_PASSWORD, NewPerson
from engine.queries.people import Person
from engine.settings import Settings
from engine.store.database import Database


class PeopleVerbs(Doing):
    """People and groups; see `engine.commands.people` for what each verb may raise."""

    database: Database
    settings: Settings

    def add_group(self, group_id: str, *, actor: Actor, name: str = "") -> None:
        """Add a group, or rename it: `people.add_group`."""
        self._do(actor, lambda tx: people.add_group(tx, group_id, name=name))

    def add_person(self, person: NewPerson, *, actor: Actor) -> None:
        """Add a person: `people.add_person`."""
        # Passwords of demo people are public, so their length protects nothing.
        shortest = 1 if self.settings.demo else SHORTEST_PASSWORD
        secret = people.hash_password(person.password, shortest=shortest) if person.password else ""
        self._do(actor, lambda tx: people.add_person(tx, person, secret))

    def set_groups(self, person_id: str, groups: Sequence[str], *, actor: Actor) -> None:
        """Say which groups a person belongs to: `people.set_groups`."""
        self._do(actor, lambda tx: people.set_groups(tx, person_id, groups))

    def set_password(self, person_id: str, password: str, *, actor: Actor) -> None:
        """Change a password and end that person's sessions: `people.set_password`."""
        secret = people.hash_password(password)
        self._do(actor, lambda tx: people.set_password(tx, person_id, secret))

    def set_preferences(self, person_id: str, *, actor: Actor, locale: str, zone: str) -> None:
        """Choose a person's language and time zone: `people.set_preferences`."""
        self._do(actor, lambda tx: people.set_preferences(tx, person_id, locale=locale, zone=zone))

    def set_active(self, person_id: str, *, actor: Actor, is_active: bool) -> None:
        """Let a person log in, or no longer: `people.set_active`."""
        self._do(actor, lambda tx: people.set_active(tx, person_id, is_active=is_active))

    def verify_login(self, person_id: str, password: str) -> Person | None:
        """The person, when that is the password and they may log in."""
        with self.database.reading() as connection:
            return people.verify_login(connection, person_id, password)
