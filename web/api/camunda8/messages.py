"""Messages, signals, and who waits for messages."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from engine.core import Address, Message
from web.api.body import Body, read_body
from web.api.camunda8.door import blueprint
from web.api.camunda8.keys import key_text, moment_text, require_tenant, tenant_text
from web.api.camunda8.searching import Field, Kind, search_page
from web.extensions import get_engine

LONGEST = timedelta(days=3660)
FIELDS = {
    "messageSubscriptionKey": Field("key", Kind.KEY),
    "processDefinitionId": Field("process_id"),
    "processDefinitionKey": Field("definition_key", Kind.KEY),
    "processInstanceKey": Field("instance_key", Kind.KEY),
    "rootProcessInstanceKey": Field("root_key", Kind.KEY),
    "elementId": Field("element_id"),
    "elementInstanceKey": Field("key", Kind.KEY),
    "messageSubscriptionState": Field("state", values={"CREATED": "CREATED"}),
    "lastUpdatedDate": Field("created_at", Kind.MOMENT),
    "messageName": Field("name"),
    "correlationKey": Field("correlation"),
}


@blueprint.post("/messages/publication")
def publish_message() -> dict[str, object]:
    """Deliver a message, and keep it for its time to live."""
    body = read_body()
    actor = require_tenant(body)
    message = Message(
        body.required_text("name"),
        correlation=body.text("correlationKey"),
        variables=body.variables(),
        time_to_live=body.milliseconds("timeToLive", most=LONGEST),
        message_id=body.text("messageId"),
    )
    get_engine().publish_message(message, actor=actor)
    return {"tenantId": tenant_text(actor.tenant_id), "messageKey": _key_of(body)}


@blueprint.post("/messages/correlation")
def correlate_message() -> dict[str, object]:
    """Deliver a message to the one who waits for it."""
    body = read_body()
    actor = require_tenant(body)
    key = body.text("correlationKey")
    instance = get_engine().correlate_message(
        body.required_text("name"),
        actor=actor,
        to=Address(correlation={"": key} if key else {}),
        variables=body.variables(),
    )
    found = get_engine().find_keys("process instance", [instance], actor=actor)
    return {
        "tenantId": tenant_text(actor.tenant_id),
        "messageKey": _key_of(body),
        "processInstanceKey": key_text(found[instance]),
    }


@blueprint.post("/signals/broadcast")
def broadcast_signal() -> dict[str, object]:
    """Deliver a signal to all who wait for it."""
    body = read_body()
    actor = require_tenant(body)
    name = body.required_text("signalName")
    get_engine().broadcast_signal(name, actor=actor, variables=body.variables())
    return {"tenantId": tenant_text(actor.tenant_id), "signalKey": _key_of(body)}


@blueprint.post("/message-subscriptions/search")
def search_subscriptions() -> dict[str, object]:
    """Who waits for messages: catch events, receive tasks, and message start events."""
    return search_page("messages", read_body(), FIELDS, _shown)


def _key_of(body: Body) -> str:
    """A number for what is not kept under one: clients only show it."""
    now = get_engine().clock.now().isoformat()
    digest = hashlib.blake2b(f"{now}{body.values!r}".encode("utf-8", "replace"), digest_size=8)
    return str(int.from_bytes(digest.digest(), "big") >> 1)


def _shown(row: Mapping[str, Any]) -> dict[str, object]:
    return {
        "messageSubscriptionKey": key_text(row["key"]),
        "messageSubscriptionState": row["state"],
        "messageSubscriptionType": ("PROCESS_EVENT" if row["instance_key"] else "START_EVENT"),
        "messageName": row["name"],
        "correlationKey": row["correlation"] or None,
        "processDefinitionId": row["process_id"],
        "processDefinitionKey": key_text(row["definition_key"]),
        "processDefinitionName": row["process_name"],
        "processDefinitionVersion": row["version"],
        "processInstanceKey": key_text(row["instance_key"]),
        "rootProcessInstanceKey": key_text(row["root_key"]),
        "elementId": row["element_id"],
        "elementInstanceKey": key_text(row["key"]) if row["instance_key"] else None,
        "lastUpdatedDate": moment_text(row["created_at"]),
        "tenantId": tenant_text(row["tenant_id"]),
        "extensionProperties": {},
        "toolProperties": {},
        "businessId": row["business_key"],
    }
