"""Published messages: received at once, and kept for whoever begins to wait in their lifetime.

As Camunda 8 has it, each process receives a message once at most, in the instance that waits
longest with its correlation key; and of the instances that keyed messages start, only one a
process and key runs at a time.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from bpmn.model import Dialect, EventKind
from engine import tables
from engine.commands.deliveries import Delivery
from engine.commands.delivering import Receiver, deliver, find_receivers
from engine.commands.transaction import Transaction
from engine.errors import BadInput, MessageAlreadyPublished
from engine.runtime.effects import SendMessage
from engine.runtime.state import WaitKind
from engine.runtime.step import Fire, Opened, OpenedSubscription
from engine.store import codec
from engine.store.apply import move
from engine.store.history import Event
from engine.store.load import InstanceRow

_message = tables.message
_start = tables.message_start
_subscription = tables.subscription

_EXPIRE = sa.delete(_message).where(_message.c.expires_at <= sa.bindparam("now"))
_ADDRESS = (
    _message.c.tenant_id == sa.bindparam("tenant"),
    _message.c.name == sa.bindparam("name"),
    _message.c.correlation == sa.bindparam("correlation"),
)
_SAME = sa.select(_message.c.id).where(*_ADDRESS, _message.c.message_id == sa.bindparam("own"))
_LIVING = (
    sa.select(_message.c.id, _message.c.received, _message.c.variables)
    .where(*_ADDRESS, _message.c.expires_at > sa.bindparam("now"))
    .order_by(_message.c.key)
)
_RECEIVED = (
    sa.update(_message)
    .where(_message.c.id == sa.bindparam("b_id"))
    .values(received=sa.bindparam("received"))
)
_WAITS = sa.select(_subscription.c.id).where(
    _subscription.c.instance_id == sa.bindparam("instance"),
    _subscription.c.wait == sa.bindparam("wait"),
)
_RUNNING = sa.select(_start.c.instance_id).where(
    _start.c.tenant_id == sa.bindparam("tenant"),
    _start.c.process_id == sa.bindparam("process"),
    _start.c.correlation == sa.bindparam("correlation"),
)
_STARTED_BY = sa.select(_start.c.correlation).where(
    _start.c.instance_id == sa.bindparam("instance")
)
_FORGET = sa.delete(_start).where(_start.c.instance_id == sa.bindparam("instance"))
# Nobody begins to wait for a name while it is published: one of the two would miss the other.
_LOCK = {
    "shared": sa.text("SELECT pg_advisory_xact_lock_shared(hashtext(:name))"),
    "alone": sa.text("SELECT pg_advisory_xact_lock(hashtext(:name))"),
}


@dataclass(frozen=True, slots=True)
class Message:
    """A message to publish.

    Attributes:
        correlation: the correlation key; empty: only what asks for no key receives it.
        time_to_live: how long it is kept for those who do not wait yet; 0: not at all.
        message_id: while a message with this id lives, it is not published again; empty: any.
    """

    name: str
    correlation: str = ""
    variables: Mapping[str, object] = field(default_factory=dict)
    time_to_live: timedelta = timedelta(0)
    message_id: str = ""


@dataclass(frozen=True, slots=True)
class Awaited:
    """An instance began to wait for a message, which may have been published before."""

    name: str
    correlation: str
    scope: int
    wait: int


def publish(tx: Transaction, message: Message, tenant_id: str) -> list[Delivery]:
    """Keep the message for its time to live; what receives it at once.

    Raises:
        MessageAlreadyPublished: its id is that of a message that still lives.
        BadInput: its time to live is negative.
    """
    if message.time_to_live < timedelta(0):
        raise BadInput(f"The time to live of message {message.name!r} must not be negative.")
    _lock(tx, message.name, "alone")
    tx.connection.execute(_EXPIRE, {"now": tx.now})
    at = {"tenant": tenant_id, "name": message.name, "correlation": message.correlation}
    if message.message_id:
        same = tx.connection.execute(_SAME, {**at, "own": message.message_id}).first()
        if same is not None:
            raise MessageAlreadyPublished(message.name, message.message_id)
    chosen = _receivers(tx, message, tenant_id)
    if message.time_to_live:
        _keep(tx, message, tenant_id, list(chosen))
    return [_deliver(tx, process, found, message) for process, found in chosen.items()]


def publish_thrown(tx: Transaction, row: InstanceRow, thrown: SendMessage) -> list[Delivery]:
    """Publish what an instance throws with a time to live or a message id."""
    message = Message(
        thrown.name, thrown.correlation, thrown.variables, thrown.time_to_live, thrown.message_id
    )
    told = "message-published"
    try:
        found = publish(tx, message, row.tenant_id)
    except MessageAlreadyPublished:
        # That is what the id is for: the thrower goes on.
        told, found = "message-not-published", []
    event = Event(told, thrown.node, {"message": thrown.name})
    move(tx.connection, row, [event], tx.author())
    return found


def awaited(opened: Iterable[Opened]) -> Iterator[Awaited]:
    """The messages that a step began to wait for."""
    for wait in opened:
        if isinstance(wait, OpenedSubscription) and wait.kind is WaitKind.MESSAGE and wait.name:
            yield Awaited(wait.name, wait.correlation, wait.scope, wait.wait)


def find_early(tx: Transaction, row: InstanceRow, waiting: Awaited) -> list[Delivery]:
    """The oldest living message for what *row* began to wait for, when it waits still."""
    _lock(tx, waiting.name, "shared")
    process = tx.definition(row.definition_id).process_id
    found = _oldest(tx, row.tenant_id, (waiting.name, waiting.correlation), process)
    if found is None:
        return []
    still = tx.connection.execute(_WAITS, {"instance": row.id, "wait": waiting.wait}).first()
    if still is None:
        return []
    _mark(tx, found, process)
    variables = codec.decode_map(found.variables)
    return [Delivery(row, Fire(waiting.scope, waiting.wait, variables))]


def find_next_start(tx: Transaction, row: InstanceRow) -> list[Delivery]:
    """*row* ended: when a keyed message started it, the next message of its key may start one."""
    definition = tx.definition(row.definition_id)
    model = definition.model
    starts = [
        event.name.text
        for node in model.start_events.get(model.id, ())
        for event in node.events
        if event.kind is EventKind.MESSAGE and event.name is not None
    ]
    if model.dialect is not Dialect.CAMUNDA8 or not starts:
        return []
    keys = tx.connection.scalars(_STARTED_BY, {"instance": row.id}).all()
    tx.connection.execute(_FORGET, {"instance": row.id})
    for key in keys:
        for name in starts:
            found = _next_start(tx, row.tenant_id, (name, key), definition.process_id)
            if found is not None:
                return [found]
    return []


def _next_start(
    tx: Transaction, tenant_id: str, address: tuple[str, str], process: str
) -> Delivery | None:
    name, key = address
    kept = _oldest(tx, tenant_id, address, process)
    receiver = next(
        (
            each
            for each in find_receivers(tx, "message", name, tenant_id)
            if each.instance_id is None and _process_of(tx, each) == process
        ),
        None,
    )
    if kept is None or receiver is None:
        return None
    _mark(tx, kept, process)
    message = Message(name, key, codec.decode_map(kept.variables))
    return _deliver(tx, process, receiver, message)


def _receivers(tx: Transaction, message: Message, tenant_id: str) -> dict[str, Receiver]:
    """The one receiver in each process: who waits longest, else its start event."""
    found = find_receivers(tx, "message", message.name, tenant_id)
    chosen: dict[str, Receiver] = {}
    for receiver in sorted(found, key=lambda each: each.instance_id is None):
        process = _process_of(tx, receiver)
        if process not in chosen and _may_receive(tx, receiver, message, (tenant_id, process)):
            chosen[process] = receiver
    return chosen


def _may_receive(
    tx: Transaction, receiver: Receiver, message: Message, of: tuple[str, str]
) -> bool:
    if receiver.instance_id is not None:
        return receiver.correlation == message.correlation
    if not message.correlation:
        return True
    tenant_id, process = of
    values = {"tenant": tenant_id, "process": process, "correlation": message.correlation}
    return tx.connection.execute(_RUNNING, values).first() is None


def _deliver(tx: Transaction, process: str, receiver: Receiver, message: Message) -> Delivery:
    delivery = deliver(tx, receiver, message.variables)
    if receiver.instance_id is None and message.correlation:
        values = {
            "tenant_id": delivery.row.tenant_id,
            "process_id": process,
            "correlation": message.correlation,
            "instance_id": delivery.row.id,
        }
        tx.connection.execute(sa.insert(_start), values)
    return delivery


def _process_of(tx: Transaction, receiver: Receiver) -> str:
    return tx.definition(receiver.definition_id).process_id


def _keep(tx: Transaction, message: Message, tenant_id: str, received: list[str]) -> None:
    identity = tx.tools.ids.new(tx.now)
    values = {
        "id": identity.id,
        "key": identity.key,
        "tenant_id": tenant_id,
        "name": message.name,
        "correlation": message.correlation,
        "message_id": message.message_id or None,
        "variables": codec.encode_map(message.variables),
        "received": json.dumps(received),
        "created_at": tx.now,
        "expires_at": tx.now + message.time_to_live,
    }
    tx.connection.execute(sa.insert(_message), values)


def _oldest(
    tx: Transaction, tenant_id: str, address: tuple[str, str], process: str
) -> sa.Row[*tuple[Any, ...]] | None:
    """The oldest living message that *process* has not received."""
    name, correlation = address
    values = {"tenant": tenant_id, "name": name, "correlation": correlation, "now": tx.now}
    rows = tx.connection.execute(_LIVING, values)
    return next((row for row in rows if process not in json.loads(row.received)), None)


def _mark(tx: Transaction, kept: sa.Row[*tuple[Any, ...]], process: str) -> None:
    received = json.dumps([*json.loads(kept.received), process])
    tx.connection.execute(_RECEIVED, {"b_id": kept.id, "received": received})


def _lock(tx: Transaction, name: str, how: str) -> None:
    # SQLite has one writer at a time anyway.
    if tx.connection.dialect.name == "postgresql":
        tx.connection.execute(_LOCK[how], {"name": name})
