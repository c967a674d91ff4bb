"""Secrets in the encrypted table: set, remove, encrypt anew. No verb ever shows a value."""

from __future__ import annotations

import sqlalchemy as sa

from engine import tables
from engine.commands.transaction import Transaction
from engine.errors import BadInput, NotFound
from engine.services.secrets import Keys, check_name
from engine.services.secrets.encryption import Sealed
from engine.store.history import Event, append_to_tenant

LONGEST_VALUE = 65_536

_secret = tables.secret
_ITS = sa.and_(
    _secret.c.tenant_id == sa.bindparam("b_tenant"), _secret.c.name == sa.bindparam("b_name")
)
_WRITE = (
    sa.update(_secret)
    .where(_ITS)
    .values(
        ciphertext=sa.bindparam("sealed"),
        key_id=sa.bindparam("key"),
        updated_by=sa.bindparam("by"),
        updated_at=sa.bindparam("at"),
    )
)
_REMOVE = sa.delete(_secret).where(_ITS)
_OLD = sa.select(_secret).where(_secret.c.key_id != sa.bindparam("key")).with_for_update()
_RESEAL = (
    sa.update(_secret)
    .where(_ITS)
    .values(ciphertext=sa.bindparam("sealed"), key_id=sa.bindparam("key"))
)


def set_secret(tx: Transaction, keys: Keys, name: str, value: str) -> None:
    """Keep a secret, in place of the one of that name.

    Raises:
        Forbidden: the actor is no admin.
        SecretNameInvalid: no secret can be called so.
        BadInput: the value is empty or too long.
        SecretsKeyMissing: no key is set.
    """
    tx.require_admin("set", "secrets")
    _check(name, value)
    sealed = keys.seal(tx.actor.tenant_id, name, value)
    values = {
        "b_tenant": tx.actor.tenant_id,
        "b_name": name,
        "sealed": sealed.ciphertext,
        "key": sealed.key_id,
        "by": tx.actor.id,
        "at": tx.now,
    }
    is_new = tx.connection.execute(_WRITE, values).rowcount == 0
    if is_new:
        row = {
            "tenant_id": tx.actor.tenant_id,
            "name": name,
            "ciphertext": sealed.ciphertext,
            "key_id": sealed.key_id,
            "updated_by": tx.actor.id,
            "updated_at": tx.now,
        }
        tx.connection.execute(sa.insert(_secret), row)
    _tell(tx, "secret-added" if is_new else "secret-changed", {"name": name})


def _check(name: str, value: str) -> None:
    check_name(name)
    if not value.strip():
        raise BadInput(f"The secret {name!r} would be empty. Give its value.")
    if len(value.encode("utf-8", "surrogatepass")) > LONGEST_VALUE:
        raise BadInput(f"The secret {name!r} would be longer than {LONGEST_VALUE} bytes.")


def remove_secret(tx: Transaction, name: str) -> None:
    """Forget a secret of the table.

    Raises:
        Forbidden: the actor is no admin.
        NotFound: the table has none of that name.
    """
    tx.require_admin("remove", "secrets")
    values = {"b_tenant": tx.actor.tenant_id, "b_name": name}
    if tx.connection.execute(_REMOVE, values).rowcount == 0:
        raise NotFound("secret in the database", name)
    _tell(tx, "secret-removed", {"name": name})


def rotate_secrets(tx: Transaction, keys: Keys) -> int:
    """Encrypt every secret with the first key; how many were not yet.

    A person does so for their organisation, the system itself for all.

    Raises:
        Forbidden: the actor is no admin.
        SecretsKeyMissing: a secret needs a key that is not given; then nothing is changed.
    """
    tx.require_admin("rotate the key of", "secrets")
    old = _OLD if tx.actor.id is None else _OLD.where(_secret.c.tenant_id == tx.actor.tenant_id)
    rows = tx.connection.execute(old, {"key": keys.first_id}).all()
    for row in rows:
        value = keys.open(row.tenant_id, row.name, Sealed(row.ciphertext, row.key_id))
        sealed = keys.seal(row.tenant_id, row.name, value)
        values = {
            "b_tenant": row.tenant_id,
            "b_name": row.name,
            "sealed": sealed.ciphertext,
            "key": sealed.key_id,
        }
        tx.connection.execute(_RESEAL, values)
    if rows:
        _tell(tx, "secrets-rotated", {"secrets": len(rows), "key": keys.first_id})
    return len(rows)


def _tell(tx: Transaction, kind: str, data: dict[str, object]) -> None:
    append_to_tenant(
        tx.connection,
        tx.actor.tenant_id,
        [Event(kind, data=data)],
        at=tx.now,
        actor=tx.actor.id,
    )
