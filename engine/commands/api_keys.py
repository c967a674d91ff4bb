"""API keys: how programs come in, without anybody's password."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from engine import tables
from engine.actor import Actor, Right
from engine.commands.inputs import check_text
from engine.commands.transaction import Transaction
from engine.errors import BadInput, Forbidden, NotFound
from engine.queries.api_keys import ADMIN, MARK, SCOPES, digest_of, prefix_of
from engine.queries.people import Person, find_person
from engine.store.history import Event

_key = tables.api_key

_BY_ID_OR_PREFIX = sa.select(_key).where(
    sa.or_(_key.c.id == sa.bindparam("id"), _key.c.prefix == sa.bindparam("prefix"))
)
_REVOKE = (
    sa.update(_key)
    .where(_key.c.id == sa.bindparam("b_id"), _key.c.revoked_at.is_(None))
    .values(revoked_at=sa.bindparam("at"))
)
_USED = (
    sa.update(_key).where(_key.c.id == sa.bindparam("b_id")).values(last_used_at=sa.bindparam("at"))
)


@dataclass(frozen=True, slots=True)
class NewApiKey:
    """A key to make.

    Attributes:
        name: what the program is called.
        scopes: ``admin``, or some of ``start``, ``tasks``, ``work``, ``deploy``, ``messages``.
        person_id: as whom the program acts; ``None``: as itself, named ``key:NAME`` in the history.
        expires_at: aware UTC; ``None``: it opens doors until it is revoked.
    """

    name: str
    scopes: tuple[str, ...]
    person_id: str | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A new key. ``secret`` is told this once; only its hash is kept."""

    id: str
    secret: str


def add_api_key(tx: Transaction, new: NewApiKey) -> IssuedKey:
    """Make a key; administrators for everybody and everything, others for themselves.

    Raises:
        Forbidden: it would belong to somebody else, or may do more than its owner.
        NotFound: no such person in this organisation.
        BadInput: the name cannot be stored, a scope is unknown, or it would be outdated at once.
    """
    _check(tx, new)
    identity = tx.tools.ids.new(tx.now)
    secret = f"{MARK}_{secrets.token_hex(4)}_{secrets.token_urlsafe(24)}"
    tx.connection.execute(
        sa.insert(_key),
        {
            "id": identity.id,
            "key": identity.key,
            "tenant_id": tx.actor.tenant_id,
            "name": new.name,
            "person_id": new.person_id,
            "scopes": json.dumps(sorted(set(new.scopes))),
            "prefix": prefix_of(secret),
            "digest": digest_of(secret),
            "created_by": tx.actor.id,
            "created_at": tx.now,
            "expires_at": new.expires_at,
        },
    )
    told: dict[str, object] = {
        "name": new.name,
        "prefix": prefix_of(secret),
        "person": new.person_id,
        "scopes": sorted(set(new.scopes)),
    }
    _tell(tx, "api-key-added", told)
    return IssuedKey(identity.id, secret)


def revoke_api_key(tx: Transaction, which: str) -> None:
    """A key opens no door any more; *which* is its id or its prefix. Twice is no error.

    Raises:
        NotFound: no such key, or it is somebody else's and the actor is no admin.
    """
    values = {"id": which, "prefix": which}
    row = tx.connection.execute(_BY_ID_OR_PREFIX, values).one_or_none()
    is_own = row is not None and row.person_id is not None and row.person_id == tx.actor.id
    if row is None or row.tenant_id != tx.actor.tenant_id or not (is_own or tx.actor.is_admin):
        raise NotFound("API key", which)
    if row.revoked_at is None:
        tx.connection.execute(_REVOKE, {"b_id": row.id, "at": tx.now})
        _tell(tx, "api-key-revoked", {"name": row.name, "prefix": row.prefix})


def mark_used(tx: Transaction, key_id: str) -> None:
    """Remember when a key was last used."""
    tx.connection.execute(_USED, {"b_id": key_id, "at": tx.now})


def _check(tx: Transaction, new: NewApiKey) -> None:
    check_text("name of the key", new.name, required=True)
    unknown = sorted(set(new.scopes) - set(SCOPES))
    if unknown or not new.scopes:
        told = f"{unknown[0]!r} is no scope." if unknown else "The key has no scope."
        raise BadInput(f"{told} Choose among {', '.join(SCOPES)}.")
    if new.expires_at is not None and new.expires_at <= tx.now:
        raise BadInput(f"The key would expire at {new.expires_at}, which is over. Say a later day.")
    owner = _owner(tx, new)
    if owner is not None:
        beyond = sorted(scope for scope in new.scopes if not _has(owner.actor, scope))
        if beyond:
            what = f"keys of {owner.id} with the scope {beyond[0]!r}"
            hint = "A key may not do more than its owner."
            raise Forbidden(tx.actor.label, "make", what, hint=hint)


def _owner(tx: Transaction, new: NewApiKey) -> Person | None:
    """The person as whom the key acts.

    An actor that came in with a narrower key of its own cannot make itself a wider one.
    """
    if new.person_id is None or new.person_id != tx.actor.id:
        tx.require_admin("make", "API keys of others")
    if not all(_has(tx.actor, scope) for scope in new.scopes):
        raise Forbidden(tx.actor.label, "make", "a key that may do more than they themselves")
    if new.person_id is None:
        return None
    person = find_person(tx.connection, new.person_id)
    if person is None or person.tenant_id != tx.actor.tenant_id:
        raise NotFound("person", new.person_id)
    return person


def _has(actor: Actor, scope: str) -> bool:
    return actor.is_admin if scope == ADMIN else actor.may(Right(scope))


def _tell(tx: Transaction, kind: str, data: dict[str, object]) -> None:
    tx.tell_tenant(Event(kind, data=data))
