"""API keys: which there are, and whose a presented one is. The keys themselves are not stored."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from engine import tables
from engine.actor import OF_PEOPLE, Actor, Right
from engine.queries.page import AnyRow
from engine.queries.people import find_person

ADMIN = "admin"
"""The scope of a key that may do everything that an administrator may."""

SCOPES = (ADMIN, *(right.value for right in Right))
MARK = "lw"
"""What every key begins with, so that people and scanners of repositories know it."""

FRESH = timedelta(minutes=1)
"""``last_used_at`` is written at most so often."""

_key = tables.api_key

_KEYS = (
    sa.select(_key)
    .where(_key.c.tenant_id == sa.bindparam("tenant"))
    .order_by(_key.c.created_at.desc(), _key.c.key.desc())
)
_BY_PREFIX = sa.select(_key).where(_key.c.prefix == sa.bindparam("prefix"))


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as lists show it.

    Attributes:
        person_id: as whom its program acts; ``None``: as itself.
        scopes: ``admin``, or rights of `engine.actor.Right`.
        prefix: its beginning, ``lw_1a2b3c4d``.
        last_used_at: to the minute.
    """

    id: str
    name: str
    person_id: str | None
    scopes: tuple[str, ...]
    prefix: str
    created_by: str | None
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None

    def is_live(self, now: datetime) -> bool:
        """Whether it still opens a door."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


@dataclass(frozen=True, slots=True)
class Presented:
    """A key that is right: its row, and as whom its program acts."""

    row: ApiKey
    actor: Actor

    def is_stale(self, now: datetime) -> bool:
        """Whether ``last_used_at`` should be written."""
        return self.row.last_used_at is None or now - self.row.last_used_at >= FRESH


def list_keys(connection: sa.Connection, actor: Actor) -> list[ApiKey]:
    """All keys of the tenant for administrators, else one's own; the newest first."""
    wanted = _KEYS if actor.is_admin else _KEYS.where(_key.c.person_id == (actor.id or ""))
    rows = connection.execute(wanted, {"tenant": actor.tenant_id})
    return [read_row(row) for row in rows]


def find_presented(connection: sa.Connection, secret: str, now: datetime) -> Presented | None:
    """Whose key *secret* is; ``None`` for a wrong, revoked or outdated one, and of who left."""
    prefix = prefix_of(secret)
    found = connection.execute(_BY_PREFIX, {"prefix": prefix}).one_or_none() if prefix else None
    if found is None or not hmac.compare_digest(found.digest, digest_of(secret)):
        return None
    row = read_row(found)
    actor = _actor(connection, row, found.tenant_id) if row.is_live(now) else None
    return None if actor is None else Presented(row, actor)


def prefix_of(secret: str) -> str:
    """The part of a key that lists show; empty when it is no key of ours."""
    mark, _, rest = secret.partition("_")
    name, _, tail = rest.partition("_")
    return f"{mark}_{name}" if mark == MARK and name.isascii() and len(name) == 8 and tail else ""


def digest_of(secret: str) -> str:
    """What is stored of a key. It holds 192 random bits, so a fast hash is enough."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def read_row(row: AnyRow) -> ApiKey:
    """A row of ``api_key``."""
    return ApiKey(
        id=row.id,
        name=row.name,
        person_id=row.person_id,
        scopes=tuple(json.loads(row.scopes)),
        prefix=row.prefix,
        created_by=row.created_by,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        last_used_at=row.last_used_at,
    )


def _actor(connection: sa.Connection, row: ApiKey, tenant_id: str) -> Actor | None:
    rights = frozenset(Right(scope) for scope in row.scopes if scope != ADMIN)
    is_admin = ADMIN in row.scopes
    if row.person_id is None:
        return Actor(f"key:{row.name}", tenant_id, is_admin=is_admin, rights=rights)
    person = find_person(connection, row.person_id)
    if person is None or not person.is_active or person.tenant_id != tenant_id:
        return None
    # Who is no administrator any more has no key of one either.
    allowed = rights if person.is_admin else rights & OF_PEOPLE
    return Actor(
        person.id,
        tenant_id,
        frozenset(person.groups),
        is_admin=is_admin and person.is_admin,
        rights=allowed,
    )
