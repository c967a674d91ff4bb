"""Contracts: saying how long a version is to be used."""

from __future__ import annotations

import sqlalchemy as sa

from engine import tables
from engine.commands.deploy_contracts import set_lifecycle
from engine.commands.transaction import Transaction
from engine.errors import BadInput, NotFound
from engine.services.contracts import Lifecycle, Version, parse_reference
from engine.store.history import Event, append_to_tenant

_contract = tables.connector_contract
_BY_ID = sa.select(
    _contract.c.tenant_id,
    _contract.c.name,
    _contract.c.major,
    _contract.c.minor,
    _contract.c.patch,
).where(_contract.c.id == sa.bindparam("id"))


def deprecate_contract(tx: Transaction, contract_id: str, lifecycle: Lifecycle) -> None:
    """Say from when a version is deprecated, from when no new deployment may use it, what to use.

    An empty `Lifecycle` takes it back.

    Raises:
        Forbidden: the actor is no admin.
        NotFound: no such contract in this organisation.
        BadInput: it would end before it is deprecated, or the successor is no contract's name.
    """
    tx.require_admin("deprecate", "contracts")
    row = tx.connection.execute(_BY_ID, {"id": contract_id}).one_or_none()
    if row is None or row.tenant_id != tx.actor.tenant_id:
        raise NotFound("contract", contract_id)
    if lifecycle.successor:
        parse_reference(lifecycle.successor)
    start, end = lifecycle.deprecated_at, lifecycle.sunset_at
    if start is not None and end is not None and end < start:
        raise BadInput(
            f"The contract would end on {end:%Y-%m-%d}, before it is deprecated on "
            f"{start:%Y-%m-%d}. Choose a later end."
        )
    set_lifecycle(tx, contract_id, lifecycle)
    told: dict[str, object] = {
        "contract": row.name,
        "version": str(Version(row.major, row.minor, row.patch)),
        "deprecated": start,
        "sunset": end,
        "successor": lifecycle.successor,
    }
    append_to_tenant(
        tx.connection,
        tx.actor.tenant_id,
        [Event("contract-deprecated", data=told)],
        at=tx.now,
        actor=tx.actor.id,
    )
