"""The connectors that every installation has, made from its settings."""

from __future__ import annotations

from bpmn.dialects.connectors import SPIFF_HTTP
from engine.services.connectors.base import Connectors, Secrets
from engine.services.connectors.camunda7 import Camunda7Http
from engine.services.connectors.camunda7_mail import Camunda7Mail
from engine.services.connectors.camunda8 import Camunda8Rest
from engine.services.connectors.certificates import Certificates
from engine.services.connectors.email_smtp import EmailConnector, MailServer
from engine.services.connectors.file_connector import FileConnector
from engine.services.connectors.http import HttpConnector
from engine.services.connectors.outbound import OutboundRules
from engine.services.connectors.sms import SmsConnector, read_gateway
from engine.services.connectors.spiff import SpiffHttp
from engine.services.connectors.sql import SqlConnector
from engine.services.connectors.sql_databases import Opener
from engine.services.connectors.transport import Transport
from engine.settings import Settings


def standard_connectors(settings: Settings, secrets: Secrets) -> Connectors:
    """All of them by name; an installed package may add others.

    Args:
        settings: of the installation.
        secrets: for its own mail server and its own gateway of text messages.

    Raises:
        SettingInvalid: LANEWAY_OUTBOUND_CA or LANEWAY_SMS_GATEWAY cannot be read.
    """
    certificates = Certificates(settings.client_certificates, settings.outbound_ca)
    rules = OutboundRules.parse(filter(None, settings.outbound_allow.split(",")))
    transport = Transport(
        rules, max_bytes=settings.outbound_max_bytes, tls=lambda: certificates.context
    )
    http = HttpConnector(transport, certificates)
    connectors = Connectors()
    connectors.add(http)
    connectors.add(Camunda7Http(http))
    connectors.add(Camunda7Http(http, "soap-http-connector", "POST"))
    connectors.add(Camunda8Rest(http))
    for name in sorted(SPIFF_HTTP):
        connectors.add(SpiffHttp(http, name))
    connectors.add(SmsConnector(http, secrets, read_gateway(settings.sms_gateway)))
    connectors.add(FileConnector(settings.files_dir, max_bytes=settings.outbound_max_bytes))
    connectors.add(SqlConnector(Opener(rules, settings.files_dir)))
    email = EmailConnector(
        rules,
        secrets,
        tls=lambda: certificates.context,
        server=MailServer.parse(settings.smtp_url) if settings.smtp_url else None,
        sender=settings.mail_from,
    )
    connectors.add(email)
    connectors.add(Camunda7Mail(email, "mail-send"))
    connectors.add(Camunda7Mail(email, "mail"))
    return connectors
