"""People and groups: who may log in, and as whom they act."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from zoneinfo import available_timezones

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from engine import tables
from engine.commands.inputs import check_text
from engine.commands.transaction import Transaction
from engine.errors import BadInput, Conflict, NotFound
from engine.queries.people import Person, find_person
from engine.store.history import Event

SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 1_000

_person = tables.person
_group = tables.person_group
_membership = tables.membership
_hasher = PasswordHasher()

_PERSON = sa.select(_person).where(_person.c.id == sa.bindparam("id"))
_GROUP = sa.select(_group).where(_group.c.id == sa.bindparam("id"))


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A person to add.

    Attributes:
        password: empty: cannot log in until one is set.
        locale: language of the pages, such as ``de``; empty: the one that the browser asks for.
        zone: time zone, such as ``Europe/Berlin``; empty: `LANEWAY_ZONE`.
    """

    id: str
    name: str
    password: str = ""
    email: str = ""
    groups: tuple[str, ...] = ()
    is_admin: bool = False
    locale: str = ""
    zone: str = ""


def add_group(tx: Transaction, group_id: str, *, name: str = "") -> None:
    """Add a group, or rename the one with that id.

    Raises:
        Forbidden: the actor is no admin.
        BadInput: the id or name cannot be stored.
        Conflict: another organisation uses that id.
    """
    tx.require_admin("manage", "groups")
    check_text("group id", group_id, required=True)
    check_text("group name", name)
    values = {"id": group_id, "tenant_id": tx.actor.tenant_id, "name": name or group_id}
    found = tx.connection.execute(_GROUP, {"id": group_id}).one_or_none()
    if found is None:
        tx.connection.execute(sa.insert(_group), values)
    elif found.tenant_id != tx.actor.tenant_id:
        raise Conflict(f"The group id {group_id!r} is taken. Choose another.")
    else:
        tx.connection.execute(sa.update(_group).where(_group.c.id == group_id), values)
    _tell(tx, "group-saved", {"group": group_id, "name": values["name"]})


def add_person(tx: Transaction, person: NewPerson, secret: str) -> None:
    """Add a person; groups that are missing are added too.

    ``person.password`` is not read: *secret* is its hash, made before the transaction since that
    takes long (`hash_password`), or empty.

    Raises:
        Forbidden: the actor is no admin.
        BadInput: a value cannot be stored.
        Conflict: someone has that login.
    """
    tx.require_admin("manage", "people")
    check_text("login", person.id, required=True)
    check_text("name", person.name)
    check_text("email", person.email)
    _check_zone(person.zone)
    if tx.connection.execute(_PERSON, {"id": person.id}).first() is not None:
        raise Conflict(f"The login {person.id!r} is taken. Choose another.")
    tx.connection.execute(
        sa.insert(_person),
        {
            "id": person.id,
            "tenant_id": tx.actor.tenant_id,
            "name": person.name or person.id,
            "email": person.email,
            "password_hash": secret,
            "is_admin": person.is_admin,
            "is_active": True,
            "locale": person.locale,
            "zone": person.zone,
            "created_at": tx.now,
        },
    )
    _join(tx, person.id, person.groups)
    _tell(tx, "person-added", {"person": person.id, "groups": list(person.groups)})


def set_groups(tx: Transaction, person_id: str, groups: Sequence[str]) -> None:
    """Exactly *groups* are the person's; missing ones are added.

    Raises:
        Forbidden, BadInput: as of `add_person`.
        NotFound: no such person.
    """
    tx.require_admin("manage", "people")
    _require(tx, person_id)
    tx.connection.execute(sa.delete(_membership).where(_membership.c.person_id == person_id))
    _join(tx, person_id, groups)
    _tell(tx, "person-groups-set", {"person": person_id, "groups": sorted(set(groups))})


def set_password(tx: Transaction, person_id: str, secret: str) -> None:
    """Change a password to the one behind *secret*; every session of the person ends.

    Raises:
        Forbidden: the actor is neither that person nor an admin.
        NotFound: no such person.
    """
    if tx.actor.id != person_id:
        tx.require_admin("change", "passwords of others")
    _require(tx, person_id)
    _update(tx, person_id, password_hash=secret)
    _tell(tx, "password-changed", {"person": person_id})


def set_preferences(tx: Transaction, person_id: str, *, locale: str, zone: str) -> None:
    """Choose the language and the time zone of a person's pages; empty as of `NewPerson`.

    Raises:
        Forbidden: the actor is neither that person nor an admin.
        NotFound: no such person.
        BadInput: there is no such time zone, or the language is no short word.
    """
    if tx.actor.id != person_id:
        tx.require_admin("change", "preferences of others")
    _require(tx, person_id)
    _check_zone(zone)
    if locale and not 2 <= len(locale) <= 16:
        raise BadInput(f"{locale!r} is no language. Write one such as en or de.")
    statement = sa.update(_person).where(_person.c.id == person_id)
    tx.connection.execute(statement.values(locale=locale, zone=zone))
    _tell(tx, "person-preferences-set", {"person": person_id, "locale": locale, "zone": zone})


def set_active(tx: Transaction, person_id: str, *, is_active: bool) -> None:
    """Let the person log in, or no longer; every session of theirs ends.

    Raises:
        Forbidden: the actor is no admin.
        NotFound: no such person.
    """
    tx.require_admin("manage", "people")
    _require(tx, person_id)
    _update(tx, person_id, is_active=is_active)
    kind = "person-activated" if is_active else "person-deactivated"
    _tell(tx, kind, {"person": person_id})


def verify_login(connection: sa.Connection, person_id: str, password: str) -> Person | None:
    """The person, when they may log in with that password; takes as long for unknown logins."""
    row = connection.execute(_PERSON, {"id": person_id}).one_or_none()
    stored = row.password_hash if row is not None and row.password_hash else _decoy()
    is_right = len(password) <= LONGEST_PASSWORD and _matches(stored, password)
    if row is None or not row.password_hash or not row.is_active or not is_right:
        return None
    return find_person(connection, person_id)


def _matches(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except VerificationError:
        return False


@cache
def _decoy() -> str:
    """A hash that no password is tried against in earnest, to spend the same time."""
    return _hasher.hash("nobody has this login")


def _check_zone(zone: str) -> None:
    if zone and zone not in _zones():
        raise BadInput(f"{zone!r} is no time zone. Write one such as Europe/Berlin.")


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def hash_password(password: str, *, shortest: int = SHORTEST_PASSWORD) -> str:
    """The argon2 hash that is stored for a password; slow on purpose.

    Raises:
        BadInput: it is too short or too long.
    """
    if not shortest <= len(password) <= LONGEST_PASSWORD:
        raise BadInput(
            f"A password has {shortest} to {LONGEST_PASSWORD} characters, not {len(password)}."
        )
    return _hasher.hash(password)


def _require(tx: Transaction, person_id: str) -> None:
    row = tx.connection.execute(_PERSON, {"id": person_id}).one_or_none()
    if row is None or row.tenant_id != tx.actor.tenant_id:
        raise NotFound("person", person_id)


def _update(tx: Transaction, person_id: str, **values: object) -> None:
    statement = sa.update(_person).where(_person.c.id == person_id)
    tx.connection.execute(statement.values(session_epoch=_person.c.session_epoch + 1, **values))


def _join(tx: Transaction, person_id: str, groups: Iterable[str]) -> None:
    for group_id in sorted(set(groups)):
        if tx.connection.execute(_GROUP, {"id": group_id}).first() is None:
            add_group(tx, group_id)
        tx.connection.execute(
            sa.insert(_membership), {"person_id": person_id, "group_id": group_id}
        )


def _tell(tx: Transaction, kind: str, data: dict[str, object]) -> None:
    tx.tell_tenant(Event(kind, data=data))
