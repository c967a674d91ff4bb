"""What the server is: topology, status, licence, and who asks."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from flask import request

from web.api.access import get_actor
from web.api.camunda8.door import NO_CONTENT, blueprint
from web.api.camunda8.keys import tenant_text

_OTHER = re.compile(r"[^a-zA-Z0-9_~@.+-]")
VERSION = "8.8.0"
"""The version of Camunda 8 whose dialect this is; Camunda Modeler compares it with the file's."""


@blueprint.get("/topology")
def show_topology() -> dict[str, object]:
    """One broker with one partition: the database is what is shared, not the servers."""
    get_actor()
    host = urlsplit(request.host_url)
    partition = {"partitionId": 1, "role": "leader", "health": "healthy", "state": "active"}
    broker = {
        "nodeId": 0,
        "brokerId": "0",
        "host": host.hostname or "localhost",
        "port": host.port or (443 if host.scheme == "https" else 80),
        "partitions": [partition],
        "version": VERSION,
    }
    return {
        "brokers": [broker],
        "clusterId": "laneway",
        "clusterSize": 1,
        "partitionsCount": 1,
        "replicationFactor": 1,
        "gatewayVersion": VERSION,
        "lastCompletedChangeId": "-1",
    }


@blueprint.get("/status")
def show_status() -> tuple[str, int]:
    """The server answers."""
    return NO_CONTENT


@blueprint.get("/license")
def show_license() -> dict[str, object]:
    """No licence of Camunda is needed here."""
    return {
        "validLicense": True,
        "licenseType": "none",
        "isCommercial": False,
        "expiresAt": None,
    }


@blueprint.get("/authentication/me")
def show_me() -> dict[str, object]:
    """As whom the calling program acts."""
    actor = get_actor()
    tenant = tenant_text(actor.tenant_id)
    return {
        # Clients know logins of these characters only; API keys are called ``key:NAME``.
        "username": _OTHER.sub(".", actor.label),
        "displayName": actor.label,
        "email": None,
        "authorizedComponents": ["*"],
        "authorizedApplications": ["*"],
        "tenants": [{"tenantId": tenant, "name": tenant, "description": None}],
        "groups": sorted(actor.groups),
        "roles": ["admin"] if actor.is_admin else [],
        "salesPlanType": None,
        "c8Links": {},
        "canLogout": False,
    }
