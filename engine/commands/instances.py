"""New instances."""

from __future__ import annotations

from dataclasses import dataclass

from engine.commands.deliveries import Delivery
from engine.commands.transaction import Transaction
from engine.runtime.effects import CallProcess
from engine.runtime.state import Status
from engine.runtime.step import Start
from engine.store.history import Head
from engine.store.load import InstanceRow


@dataclass(frozen=True, slots=True)
class Caller:
    """The call activity that waits for a new instance."""

    row: InstanceRow
    call: CallProcess


def new_instance(
    tx: Transaction,
    definition_id: str,
    start: Start,
    *,
    business_key: str | None = None,
    caller: Caller | None = None,
) -> Delivery:
    """An instance that is not stored yet: taking the delivery's step writes it."""
    identity = tx.tools.ids.new(tx.now)
    row = InstanceRow(
        id=identity.id,
        key=identity.key,
        # Whoever starts it: an instance belongs to whose process it is.
        tenant_id=tx.definition(definition_id).tenant_id,
        definition_id=definition_id,
        business_key=business_key,
        status=Status.ACTIVE,
        revision=1,
        next_id=1,
        state=None,
        initiator=tx.actor.id,
        parent_id=None,
        parent_scope=None,
        parent_token=None,
        parent_wait=None,
        root_id=identity.id,
        head=Head(),
        started_at=tx.now,
        is_new=True,
    )
    if caller is not None:
        _belong(row, caller)
    return Delivery(tx.keep(row), start)


def _belong(row: InstanceRow, caller: Caller) -> None:
    row.initiator = caller.row.initiator
    row.parent_id = caller.row.id
    row.parent_scope = caller.call.scope
    row.parent_token = caller.call.token
    row.parent_wait = caller.call.wait
    row.root_id = caller.row.root_id
