"""People and groups of a tenant."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import sqlalchemy as sa

from engine import tables
from engine.actor import Actor
from engine.queries.page import COUNT_CAP, AnyRow, Page, Window, contains, counted

_person = tables.person
_group = tables.person_group
_membership = tables.membership


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who can take part.

    Attributes:
        id: the login, as diagrams name people.
        groups: ids of the groups, sorted.
        locale: language of the pages, such as ``en``, ``zone`` such as ``Europe/Berlin``; empty
            where nothing was chosen.
        session_epoch: raising it ends every session of the person.
    """

    id: str
    tenant_id: str
    name: str
    email: str
    is_admin: bool
    is_active: bool
    locale: str
    zone: str
    session_epoch: int
    groups: tuple[str, ...] = ()

    @property
    def actor(self) -> Actor:
        """As whom the person acts."""
        return Actor(
            self.id,
            tenant_id=self.tenant_id,
            groups=frozenset(self.groups),
            is_admin=self.is_admin,
        )


@dataclass(frozen=True, slots=True)
class Group:
    """A group, as ``candidateGroups`` or a lane names it."""

    id: str
    name: str


_PEOPLE = sa.select(
    _person.c.id,
    _person.c.tenant_id,
    _person.c.name,
    _person.c.email,
    _person.c.is_admin,
    _person.c.is_active,
    _person.c.locale,
    _person.c.zone,
    _person.c.session_epoch,
)

_ONE = _PEOPLE.where(_person.c.id == sa.bindparam("login"))

_GROUPS_OF = (
    sa.select(_membership.c.person_id, _membership.c.group_id)
    .where(_membership.c.person_id.in_(sa.bindparam("people", expanding=True)))
    .order_by(_membership.c.group_id)
)

_GROUPS = (
    sa.select(_group.c.id, _group.c.name)
    .where(_group.c.tenant_id == sa.bindparam("tenant_id"))
    .order_by(sa.func.lower(_group.c.name), _group.c.id)
)


def find_person(connection: sa.Connection, person_id: str) -> Person | None:
    """The person with that login, active or not."""
    row = connection.execute(_ONE, {"login": person_id}).first()
    return None if row is None else _with_groups(connection, [row])[0]


def list_people(
    connection: sa.Connection, actor: Actor, *, text: str, window: Window
) -> Page[Person]:
    """One page of the tenant's active people by name; *text* is part of the name or login."""
    matching = _PEOPLE.where(_person.c.tenant_id == actor.tenant_id, _person.c.is_active)
    if text:
        pattern = contains(text)
        matching = matching.where(
            sa.or_(
                sa.func.lower(_person.c.name).like(pattern, escape="\\"),
                sa.func.lower(_person.c.id).like(pattern, escape="\\"),
            )
        )
    rows = connection.execute(
        matching.order_by(sa.func.lower(_person.c.name), _person.c.id)
        .limit(window.size + 1)
        .offset(window.offset)
    )
    found = _with_groups(connection, list(rows))
    total = counted(connection, matching.with_only_columns(_person.c.id), cap=COUNT_CAP)
    return window.page(found, total)


def list_groups(connection: sa.Connection, actor: Actor) -> list[Group]:
    """Groups of the tenant by name."""
    rows = connection.execute(_GROUPS, {"tenant_id": actor.tenant_id})
    return [Group(row.id, row.name) for row in rows]


def _with_groups(connection: sa.Connection, rows: list[AnyRow]) -> list[Person]:
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for person_id, group_id in connection.execute(_GROUPS_OF, {"people": [r.id for r in rows]}):
        groups[person_id].append(group_id)
    return [Person(**row._asdict(), groups=tuple(groups[row.id])) for row in rows]
