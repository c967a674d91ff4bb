"""Messages, signals, conditions: what comes from outside."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from engine.core import Address, Message
from web.api.access import get_actor
from web.api.v1.door import blueprint
from web.api.v1.schemas.base import Counted
from web.api.v1.schemas.people import (
    Conditions,
    Correlation,
    Publication,
    Receiver,
    Receivers,
    Signal,
)
from web.extensions import get_engine


@blueprint.post("/messages/correlate")
@blueprint.input(Correlation, arg_name="sent")
@blueprint.output(Receiver)
@blueprint.doc(tags=["Messages"], summary="Deliver a message to its one receiver")
def correlate_message(sent: dict[str, Any]) -> dict[str, object]:
    """Deliver a message to the one who waits for it, or start the process that it starts."""
    instance = get_engine().correlate_message(
        sent["name"],
        actor=get_actor(),
        to=Address(sent["instance_id"], sent["business_key"], sent["correlation"]),
        variables=sent["variables"],
    )
    return {"instance_id": instance}


@blueprint.post("/messages/publish")
@blueprint.input(Publication, arg_name="sent")
@blueprint.output(Receivers)
@blueprint.doc(tags=["Messages"], summary="Deliver a message to all, and keep it")
def publish_message(sent: dict[str, Any]) -> dict[str, object]:
    """Deliver a message to all who wait, and keep it for ``time_to_live`` seconds.

    While a message with the same ``message_id`` lives, it is refused with
    ``message-already-published``: repeating a call does no harm.
    """
    message = Message(
        sent["name"],
        correlation=sent["correlation_key"],
        variables=sent["variables"],
        time_to_live=timedelta(seconds=sent["time_to_live"]),
        message_id=sent["message_id"],
    )
    return {"instance_ids": list(get_engine().publish_message(message, actor=get_actor()))}


@blueprint.post("/signals")
@blueprint.input(Signal, arg_name="sent")
@blueprint.output(Counted)
@blueprint.doc(tags=["Messages"], summary="Deliver a signal to all")
def broadcast_signal(sent: dict[str, Any]) -> dict[str, object]:
    """Deliver a signal to every catcher and start event; how many there were."""
    count = get_engine().broadcast_signal(
        sent["name"], actor=get_actor(), variables=sent["variables"]
    )
    return {"count": count}


@blueprint.post("/conditions/evaluate")
@blueprint.input(Conditions, arg_name="sent")
@blueprint.output(Receivers)
@blueprint.doc(tags=["Messages"], summary="Start at conditional start events")
def evaluate_conditions(sent: dict[str, Any]) -> dict[str, object]:
    """Begin an instance at every conditional start event whose condition holds."""
    found = get_engine().evaluate_conditions(
        sent["variables"],
        actor=get_actor(),
        process_id=sent["process_id"],
        business_key=sent["business_key"],
    )
    return {"instance_ids": found}
