"""Start an instance at most once for a key of the caller's, however often the call is repeated."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import sqlalchemy as sa

from engine import tables
from engine.commands import start
from engine.commands.inputs import check_text
from engine.commands.start import Which
from engine.commands.transaction import Transaction
from engine.errors import BadInput
from engine.store import codec

KEPT = timedelta(days=7)
"""How long a key is remembered."""

_key = tables.start_key
_EXPIRE = sa.delete(_key).where(_key.c.created_at <= sa.bindparam("before"))
_OF_CALLER = sa.and_(
    _key.c.tenant_id == sa.bindparam("tenant"),
    _key.c.caller == sa.bindparam("caller"),
    _key.c.name == sa.bindparam("name"),
)
_FIND = sa.select(_key.c.instance_id, _key.c.digest, _key.c.created_at).where(_OF_CALLER)
_FORGET = sa.delete(_key).where(_OF_CALLER)


class KeyReused(BadInput):
    """The same idempotency key came with another request."""

    code = "idempotency-key-reused"

    def __init__(self, key: str) -> None:
        super().__init__(
            f"The idempotency key {key!r} was used for another start. Use a new key for it."
        )


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be started."""

    which: Which
    variables: Mapping[str, object] = field(default_factory=dict)
    business_key: str | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of all of it, in hex."""
        which = [self.which.process_id, self.which.version, self.which.definition_id]
        text = codec.encode([which, self.business_key, sorted(self.variables.items())])
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Started:
    """The instance; not ``is_new`` when an earlier call with that key started it."""

    instance_id: str
    is_new: bool


def start_once(tx: Transaction, key: str, order: Order) -> Started:
    """Start an instance, or find the one that the same caller started with *key* before.

    Raises:
        KeyReused: another order came with that key.
        NotFound, NotStartable, NotActive, BadInput: as of `start.start`.
    """
    check_text("idempotency key", key, required=True)
    caller = tx.actor.id or ""
    values = {"tenant": tx.actor.tenant_id, "caller": caller, "name": key}
    found = tx.connection.execute(_FIND, values).one_or_none()
    if found is not None and found.created_at > tx.now - KEPT:
        if found.digest != order.digest:
            raise KeyReused(key)
        return Started(found.instance_id, is_new=False)
    if found is not None:
        tx.connection.execute(_FORGET, values)
    instance = start.start(
        tx, order.which, variables=order.variables, business_key=order.business_key
    )
    # Of two calls at the same time one meets the primary key, is repeated, and finds the other's.
    row = {
        "tenant_id": tx.actor.tenant_id,
        "caller": caller,
        "name": key,
        "digest": order.digest,
        "instance_id": instance,
        "created_at": tx.now,
    }
    tx.connection.execute(sa.insert(_key), row)
    return Started(instance, is_new=True)


def forget_keys(tx: Transaction) -> None:
    """Forget the keys of all callers that were remembered for long enough."""
    tx.connection.execute(_EXPIRE, {"before": tx.now - KEPT})
