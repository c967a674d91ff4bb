"""Messages and signals from outside, and letting a waiting token go on by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from engine.actor import Right
from engine.commands.delivering import Receiver, deliver, find_holders, find_receivers
from engine.commands.inputs import check_key, check_variables
from engine.commands.stepping import take_step
from engine.commands.transaction import Transaction
from engine.errors import BadInput, MismatchingCorrelation, NotActive
from engine.runtime.commanding import WaitGone
from engine.runtime.correlating import matches, text_of
from engine.runtime.state import Status
from engine.runtime.step import Complete
from engine.runtime.texts import plain_text
from engine.store.history import LostRace
from engine.store.waiting import find_waiting


@dataclass(frozen=True, slots=True)
class Address:
    """To whom a message goes; what is empty does not restrict.

    Attributes:
        instance_id: exactly this instance.
        business_key: instances with this key; the key of an instance that the message starts.
        correlation: variables of the instance that must have these values; one value is also
            the correlation key of receivers that ask for one.
    """

    instance_id: str | None = None
    business_key: str | None = None
    correlation: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reached:
    """Which instance had a message; ``is_new``: the message began it."""

    instance_id: str
    is_new: bool


def correlate_message(
    tx: Transaction,
    name: str,
    address: Address,
    *,
    variables: Mapping[str, object] | None = None,
) -> Reached:
    """Deliver a message to the one receiver that waits for it.

    Instances come first; where none waits, a message start event begins a new one.

    Raises:
        Forbidden: the actor may not send messages.
        MismatchingCorrelation: there is not exactly one receiver; nothing changed.
    """
    tx.require(Right.MESSAGES, "send", "messages")
    given = check_variables(variables)
    key = check_key(address.business_key)
    found = find_receivers(tx, "message", name, tx.actor.tenant_id)
    waiting = _matching(tx, name, found, address)
    starts = [r for r in found if r.instance_id is None and address.instance_id is None]
    chosen = waiting or starts
    if len(chosen) != 1:
        raise MismatchingCorrelation(name, len(chosen))
    delivery = deliver(tx, chosen[0], given, business_key=key)
    take_step(tx, delivery.row, delivery.command)
    return Reached(delivery.row.id, is_new=chosen[0].instance_id is None)


def broadcast_signal(
    tx: Transaction, name: str, *, variables: Mapping[str, object] | None = None
) -> int:
    """Deliver a signal to every catcher and start event of the tenant; how many there were.

    Raises:
        Forbidden: the actor may not send messages.
    """
    tx.require(Right.MESSAGES, "send", "signals")
    given = check_variables(variables)
    received = 0
    for receiver in find_receivers(tx, "signal", name, tx.actor.tenant_id):
        delivery = deliver(tx, receiver, given)
        if delivery.row.is_over:
            continue
        try:
            take_step(tx, delivery.row, delivery.command)
        except LostRace as lost:
            # The signal itself ended this catcher, through another one of the same instance.
            if not isinstance(lost.__cause__, WaitGone):
                raise
            continue
        received += 1
    return received


def trigger(
    tx: Transaction,
    instance_id: str,
    element_id: str,
    *,
    variables: Mapping[str, object] | None = None,
) -> None:
    """Let the token that waits at an element go on, as if what it waits for had happened.

    Raises:
        Forbidden: the actor is no admin.
        NotFound: no such instance.
        NotActive: the instance is suspended or over.
        BadInput: no token, or more than one, waits there.
    """
    tx.require_admin("trigger", "elements")
    given = check_variables(variables)
    row = tx.own_instance(instance_id)
    if row.status is not Status.ACTIVE:
        raise NotActive("process instance", instance_id, row.status.value)
    found = find_waiting(tx.connection, row.id, element_id)
    if len(found) != 1:
        raise BadInput(
            f"{len(found)} tokens wait at {element_id!r} in instance {instance_id}, not 1. "
            "Choose an element where exactly one token waits."
        )
    scope, token = found[0]
    take_step(tx, row, Complete(scope, token, given))


def _matching(
    tx: Transaction, name: str, waiting: Iterable[Receiver], address: Address
) -> list[Receiver]:
    plain = [receiver for receiver in waiting if _is_addressed(receiver, address)]
    if not address.correlation or not plain:
        return plain
    holders = find_holders(tx, name, address.correlation)
    return [r for r in plain if r.correlation or (holders is not None and r.instance_id in holders)]


def _is_addressed(receiver: Receiver, address: Address) -> bool:
    if receiver.instance_id is None:
        return False
    if address.instance_id is not None and receiver.instance_id != address.instance_id:
        return False
    if address.business_key and receiver.business_key != address.business_key:
        return False
    return not receiver.correlation or _is_meant(receiver, address)


def _is_meant(receiver: Receiver, address: Address) -> bool:
    """Whether a receiver with a correlation key is addressed, by that key or by its instance."""
    keys = {plain_text(value) for value in address.correlation.values()}
    keys.add(text_of(address.correlation))
    keys.discard("")
    is_meant = any(matches(receiver.correlation, key) for key in keys)
    return is_meant or (not keys and address.instance_id is not None)
