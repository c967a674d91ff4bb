"""Messages and signals that diagrams throw: who receives them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa

from engine import tables
from engine.commands.deliveries import Delivery
from engine.commands.instances import new_instance
from engine.commands.transaction import Transaction
from engine.runtime.correlating import matches
from engine.runtime.effects import BroadcastSignal, SendMessage
from engine.runtime.state import ROOT, Status, Variables, WaitKind
from engine.runtime.step import Fire, Start
from engine.runtime.texts import plain_text
from engine.store import codec
from engine.store.apply import move
from engine.store.history import Event
from engine.store.load import InstanceRow

_subscription = tables.subscription
_instance = tables.process_instance
_definition = tables.process_definition
_INSERT_JOB = sa.insert(tables.job)

_RECEIVERS = (
    sa.select(
        _subscription.c.instance_id,
        _subscription.c.scope,
        _subscription.c.wait,
        _subscription.c.element_id,
        _subscription.c.definition_id,
        _subscription.c.correlation,
        _instance.c.business_key,
    )
    .outerjoin(_instance, _instance.c.id == _subscription.c.instance_id)
    .join(_definition, _definition.c.id == _subscription.c.definition_id)
    .where(
        _subscription.c.kind == sa.bindparam("kind"),
        _subscription.c.name == sa.bindparam("name"),
        _subscription.c.tenant_id == sa.bindparam("tenant"),
        sa.or_(
            _instance.c.status == Status.ACTIVE.value,
            sa.and_(
                _subscription.c.instance_id.is_(None), _definition.c.is_suspended == sa.false()
            ),
        ),
    )
    .order_by(_subscription.c.key)
)


_STARTS = (
    sa.select(
        sa.null(),
        _subscription.c.scope,
        _subscription.c.wait,
        _subscription.c.element_id,
        _subscription.c.definition_id,
        _subscription.c.correlation,
        sa.null(),
    )
    .join(_definition, _definition.c.id == _subscription.c.definition_id)
    .where(
        _subscription.c.kind == sa.bindparam("kind"),
        _subscription.c.tenant_id == sa.bindparam("tenant"),
        _subscription.c.instance_id.is_(None),
        _definition.c.is_suspended == sa.false(),
    )
    .order_by(_subscription.c.key)
)
_variable = tables.variable
_HOLDERS = (
    sa.select(_variable.c.instance_id, _variable.c.value)
    .join(_subscription, _subscription.c.instance_id == _variable.c.instance_id)
    .where(
        _subscription.c.kind == "message",
        _subscription.c.name == sa.bindparam("message"),
        _subscription.c.tenant_id == sa.bindparam("tenant"),
        _variable.c.scope == ROOT,
        _variable.c.name == sa.bindparam("variable"),
        sa.or_(
            _variable.c.value.in_(sa.bindparam("values", expanding=True)),
            sa.and_(_variable.c.value.like('{"$":"decimal"%'), sa.bindparam("is_number")),
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Receiver:
    """Something that waits for a message or signal; ``instance_id`` is ``None`` at a start event.

    ``correlation`` empty: it takes every message of the name.
    """

    instance_id: str | None
    scope: int
    wait: int
    element_id: str
    definition_id: str
    correlation: str
    business_key: str | None


def find_receivers(tx: Transaction, kind: str, name: str, tenant_id: str) -> list[Receiver]:
    """Who waits, oldest first; suspended instances and definitions receive nothing."""
    values = {"kind": kind, "name": name, "tenant": tenant_id}
    return [Receiver(*row) for row in tx.connection.execute(_RECEIVERS, values)]


def find_starts(tx: Transaction, kind: str, tenant_id: str) -> list[Receiver]:
    """Start events of that kind, whatever their name, oldest first."""
    found = tx.connection.execute(_STARTS, {"kind": kind, "tenant": tenant_id})
    return [Receiver(*row) for row in found]


def find_holders(
    tx: Transaction, message: str, wanted: Mapping[str, object]
) -> frozenset[str] | None:
    """Instances that wait for *message* and whose variables have all *wanted* values.

    Numbers are equal as numbers: 1 is 1.0, but not "1". ``None``: nothing is wanted.
    """
    found: frozenset[str] | None = None
    for variable, value in wanted.items():
        is_number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
        values = {
            "message": message,
            "tenant": tx.actor.tenant_id,
            "variable": variable,
            "values": _alike(value) if is_number else [codec.encode(value)],
            "is_number": is_number,
        }
        rows = tx.connection.execute(_HOLDERS, values)
        holders = frozenset(row.instance_id for row in rows if _is_equal(row.value, value))
        found = holders if found is None else found & holders
    return found


def _alike(value: object) -> list[str]:
    """How a number equal to *value* may be stored, but as one of the many decimals."""
    text = plain_text(value)
    is_whole = text.removeprefix("-").isdigit()
    return [codec.encode(float(text)), *([text] if is_whole else [])]


def _is_equal(stored: str, value: object) -> bool:
    return plain_text(codec.decode(stored)) == plain_text(value)


def deliver(
    tx: Transaction,
    receiver: Receiver,
    variables: Variables,
    *,
    business_key: str | None = None,
) -> Delivery:
    """Let the receiver go on, or start its process."""
    if receiver.instance_id is None:
        # The wait of a start event is the number of its definition.
        start = Start(variables, receiver.element_id, receiver.wait)
        return new_instance(tx, receiver.definition_id, start, business_key=business_key)
    row = tx.instance(receiver.instance_id)
    return Delivery(row, Fire(receiver.scope, receiver.wait, variables))


def send_message(tx: Transaction, row: InstanceRow, message: SendMessage) -> Iterable[Delivery]:
    """A thrown message goes to one receiver: the one that waits longest, else a start event.

    Without receiver the sender goes on all the same; its history says so.
    """
    found = [
        receiver
        for receiver in find_receivers(tx, "message", message.name, row.tenant_id)
        if receiver.instance_id is None or matches(receiver.correlation, message.correlation)
    ]
    # Who knows the key comes before who takes any message, a running instance before a new one.
    found.sort(key=lambda receiver: (receiver.instance_id is None, not receiver.correlation))
    if not found:
        told = Event("message-not-received", message.node, {"message": message.name})
        move(tx.connection, row, [told], tx.author())
        return []
    return [deliver(tx, found[0], message.variables, business_key=row.business_key)]


def broadcast(tx: Transaction, row: InstanceRow, signal: BroadcastSignal) -> Iterable[Delivery]:
    """A thrown signal goes to every catcher in other instances and every start event.

    The catchers of the throwing instance had it within its own step. One that is thrown
    asynchronously goes to each catcher by a job, there too.
    """
    found = find_receivers(tx, "signal", signal.name, row.tenant_id)
    if signal.is_async:
        rows = [_signal_job(tx, row.tenant_id, receiver, signal) for receiver in found]
        if rows:
            tx.connection.execute(_INSERT_JOB, rows)
            tx.tell_jobs(row.tenant_id, tx.now)
        return []
    return [
        deliver(tx, receiver, signal.variables, business_key=signal.business_key)
        for receiver in found
        if receiver.instance_id != row.id
    ]


def _signal_job(
    tx: Transaction, tenant_id: str, receiver: Receiver, signal: BroadcastSignal
) -> dict[str, object]:
    """The row of a job that brings the signal to *receiver*, under the receiver's own wait."""
    identity = tx.tools.ids.new(tx.now)
    brought = {"variables": dict(signal.variables), "business_key": signal.business_key}
    return {
        "id": identity.id,
        "key": identity.key,
        "tenant_id": tenant_id,
        "instance_id": receiver.instance_id,
        "scope": receiver.scope,
        "token": 0,
        "wait": receiver.wait,
        "element_id": receiver.element_id,
        "definition_id": receiver.definition_id,
        "kind": WaitKind.SIGNAL.value,
        "due_at": tx.now,
        "priority": 0,
        "is_exclusive": receiver.instance_id is not None,
        "retries": signal.retries,
        "retry_cycle": signal.retry_cycle,
        "handler": "",
        "arguments": codec.encode_map(brought),
        "is_suspended": False,
        "revision": 1,
        "created_at": tx.now,
    }
