"""The connectors that every installation has, made from its settings."""

from __future__ import annotations

from bpmn.dialects.connectors import SPIFF_HTTP
from engine.services.connectors.base import Connectors
from engine.services.connectors.camunda7 import Camunda7Http
from engine.services.connectors.camunda8 import Camunda8Rest
from engine.services.connectors.certificates import Certificates
from engine.services.connectors.http import HttpConnector
from engine.services.connectors.outbound import OutboundRules
from engine.services.connectors.spiff import SpiffHttp
from engine.services.connectors.transport import Transport
from engine.settings import Settings


def outbound_transport(settings: Settings, certificates: Certificates) -> Transport:
    """What sends calls over HTTP to where the settings allow."""
    rules = OutboundRules.parse(filter(None, settings.outbound_allow.split(",")))
    return Transport(rules, max_bytes=settings.outbound_max_bytes, tls=lambda: certificates.context)


def standard_connectors(settings: Settings) -> Connectors:
    """All of them by name; an installed package may add others.

    Raises:
        SettingInvalid: LANEWAY_OUTBOUND_CA cannot be read.
    """
    certificates = Certificates(settings.client_certificates, settings.outbound_ca)
    http = HttpConnector(outbound_transport(settings, certificates), certificates)
    connectors = Connectors()
    connectors.add(http)
    connectors.add(Camunda7Http(http))
    connectors.add(Camunda7Http(http, "soap-http-connector", "POST"))
    connectors.add(Camunda8Rest(http))
    for name in sorted(SPIFF_HTTP):
        connectors.add(SpiffHttp(http, name))
    return connectors
