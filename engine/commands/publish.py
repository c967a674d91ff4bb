"""Publish a message: everyone who waits gets it once, and who waits in time gets it later."""

from __future__ import annotations

from engine.actor import Right
from engine.commands.inputs import check_text, check_variables
from engine.commands.kept_messages import Message, publish
from engine.commands.stepping import take_step
from engine.commands.transaction import Transaction


def publish_message(tx: Transaction, message: Message) -> tuple[str, ...]:
    """Publish *message*; ids of the instances that received it at once, started ones included.

    Raises:
        Forbidden: the actor may not send messages.
        MessageAlreadyPublished: its id is that of a message that still lives; nothing changed.
        BadInput: name or key is too long, a variable cannot be stored, or a negative lifetime.
    """
    tx.require(Right.MESSAGES, "publish", "messages")
    check_text("message name", message.name, required=True)
    check_text("correlation key", message.correlation)
    check_text("message id", message.message_id)
    given = Message(
        message.name,
        message.correlation,
        check_variables(message.variables),
        message.time_to_live,
        message.message_id,
    )
    found = publish(tx, given, tx.actor.tenant_id)
    for delivery in found:
        take_step(tx, delivery.row, delivery.command)
    return tuple(delivery.row.id for delivery in found)
