"""The connector ``email``: one mail over SMTP (RFC 5321), to all its recipients or to none."""

from __future__ import annotations

import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from email.message import EmailMessage
from typing import Any
from urllib.parse import unquote, urlsplit

from engine.actor import DEFAULT_TENANT
from engine.services.connectors.base import (
    Answer,
    CallRefused,
    Request,
    Schema,
    Secrets,
    reveal,
)
from engine.services.connectors.email_inputs import (
    LARGEST,
    SCHEMA,
    as_bytes,
    author_of,
    build_message,
    is_international,
)
from engine.services.connectors.http_inputs import time_input
from engine.services.connectors.outbound import NameUnknown, OutboundRefused, OutboundRules
from engine.services.connectors.recording import LONGEST as RECORDED
from engine.services.failure import WorkFailure

PASSWORD = "SMTP_PASSWORD"  # noqa: S105 - the name of a secret
_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_SECURITY = {"smtp": "starttls", "smtps": "tls", "smtp+plain": "none"}


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mails are handed in.

    Attributes:
        security: ``starttls``, ``tls`` from the first byte, or ``none``.
        is_trusted: the installation's own, which may stand in a private network.
    """

    host: str
    port: int
    security: str = "starttls"
    username: str = ""
    password: str = ""
    is_trusted: bool = False

    @classmethod
    def parse(cls, url: str) -> MailServer:
        """Read ``smtp://USER@HOST:PORT``, which `engine.settings` has checked."""
        parts = urlsplit(url)
        security = _SECURITY[parts.scheme]
        return cls(
            parts.hostname or "",
            parts.port or _PORTS[security],
            security,
            unquote(parts.username or ""),
            is_trusted=True,
        )


class EmailConnector:
    """Sends mails; see `email_inputs.SCHEMA` for what it takes.

    Args:
        rules: where servers may be that a diagram names.
        secrets: has the password of the installation's server.
        tls: makes the settings of encrypted connections.
        server: the installation's own, where a task names none.
        sender: where a task names none.
    """

    name = "email"
    schema: Schema = SCHEMA

    def __init__(
        self,
        rules: OutboundRules,
        secrets: Secrets,
        *,
        tls: Callable[[], ssl.SSLContext] = ssl.create_default_context,
        server: MailServer | None = None,
        sender: str = "",
    ) -> None:
        self._rules = rules
        self._secrets = secrets
        self._tls = tls
        self._server = server
        self._sender = sender

    def target(self, inputs: Mapping[str, object]) -> str:
        """Host and port of the mail server."""
        server = self._chosen(inputs)
        return f"smtp://{server.host.lower()}:{server.port}"

    def call(self, request: Request, /) -> Answer:
        """Hand the mail in.

        Raises:
            WorkFailure: no connection, or the inputs make no mail.
            CallRefused: the server refuses the login, a recipient or the mail; nobody got it.
        """
        server = self._chosen(request.inputs)
        if server.is_trusted and server.username:
            server = self._with_password(server, request)
        message, recipients = build_message(request, self._sender)
        data = as_bytes(message, recipients)
        if len(data) > LARGEST * 2:
            raise WorkFailure(f"The mail has {len(data)} bytes; that is too much.", is_final=True)
        sent = request.redactor.hide(_record(message, data))
        with _told(server, sent):
            timeout = min(time_input(request.inputs, "timeout", request.timeout), request.timeout)
            with self._connected(server, timeout) as connection:
                _hand_in(connection, message, recipients, data)
        body = {"messageId": str(message["Message-ID"]), "recipients": recipients}
        return Answer(body, seen=body, sent=sent, received="250 accepted")

    def _chosen(self, inputs: Mapping[str, object]) -> MailServer:
        given: Any = inputs.get("server")
        if given is None:
            if self._server is None:
                raise WorkFailure(
                    "No mail server is known: set LANEWAY_SMTP_URL, or give the task a 'server'.",
                    is_final=True,
                )
            return self._server
        security = given.get("security", "starttls")
        try:
            port = int(given.get("port") or _PORTS[security])
        except ValueError:
            port = 0
        if not 1 <= port <= 65_535:
            raise WorkFailure(f"The port {given['port']!r} is none.", is_final=True)
        username, password = given.get("username", ""), given.get("password", "")
        if username and security == "none":
            raise WorkFailure(
                "A password may not go over a connection without encryption. Use starttls or tls.",
                is_final=True,
            )
        return MailServer(given["host"], port, security, username, password)

    def _with_password(self, server: MailServer, request: Request) -> MailServer:
        password = reveal(self._secrets, PASSWORD, DEFAULT_TENANT, request.redactor)
        return replace(server, password=password)

    @contextmanager
    def _connected(self, server: MailServer, timeout: timedelta) -> Iterator[smtplib.SMTP]:
        """A connection on which mails can be handed in; closed when the time is over."""
        address = server.host if server.is_trusted else self._judged(server)
        context = self._tls()
        connection = _Connection(server, address, timeout, context)
        watch = threading.Timer(timeout.total_seconds(), connection.cut)
        watch.daemon = True
        watch.start()
        try:
            connection.connect(server.host, server.port)
            connection.ehlo_or_helo_if_needed()
            if server.security == "starttls":
                connection.starttls(context=context)
                connection.ehlo()
            if server.username:
                connection.login(server.username, server.password)
            yield connection
        finally:
            watch.cancel()
            with suppress(OSError, smtplib.SMTPException):
                connection.quit()
            connection.close()

    def _judged(self, server: MailServer) -> str:
        return self._rules.resolve(server.host, server.port)[0]


class _Connection(smtplib.SMTP):
    """Connects to an address that was judged, and checks the certificate of the name."""

    def __init__(
        self, server: MailServer, address: str, timeout: timedelta, context: ssl.SSLContext
    ) -> None:
        # The name of this machine is nobody's business, and looking it up may take its time.
        super().__init__(local_hostname="[127.0.0.1]", timeout=timeout.total_seconds())
        self._address = address
        self._is_encrypted = server.security == "tls"
        self._context = context
        # What `starttls` checks the certificate against.
        self._host = server.host
        self.is_cut = False

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = socket.create_connection((self._address, port), timeout)
        if not self._is_encrypted:
            return plain
        try:
            return self._context.wrap_socket(plain, server_hostname=host)
        except BaseException:
            plain.close()
            raise

    def cut(self) -> None:
        """The time is over: whatever the other side does now fails."""
        self.is_cut = True
        found = self.sock
        if found is not None:
            with suppress(OSError):
                found.shutdown(socket.SHUT_RDWR)


def _hand_in(
    connection: smtplib.SMTP, message: EmailMessage, recipients: list[str], data: bytes
) -> None:
    """Every recipient is accepted before the mail itself is sent."""
    sender = author_of(message)
    options = []
    if is_international(message, recipients):
        if not connection.has_extn("smtputf8"):
            raise WorkFailure(
                "The mail server takes no addresses with letters beyond ASCII.", is_final=True
            )
        options = ["SMTPUTF8", "BODY=8BITMIME"]
    _accepted(connection.mail(sender, options), f"the sender {sender}")
    for recipient in recipients:
        _accepted(connection.rcpt(recipient), f"the recipient {recipient}")
    _accepted(connection.data(data), "the mail")


def _accepted(reply: tuple[int, bytes], what: str) -> None:
    code, text = reply
    if code in {250, 251}:
        return
    raise _refused(code, text, f"refuses {what}")


def _refused(code: int, text: bytes | str, what: str) -> CallRefused:
    said = text.decode(errors="replace") if isinstance(text, bytes) else text
    refused = CallRefused(
        f"The mail server {what}: {code} {said[:500]}. Nobody got the mail.",
        # 4xx passes, 5xx stays (RFC 5321, 4.2.1).
        is_final=code >= 500,
        answer=f"{code} {said}"[:RECORDED],
    )
    refused.code = str(code)
    refused.is_outage = code == 421
    return refused


@contextmanager
def _told(server: MailServer, sent: str) -> Iterator[None]:
    """Failures of the connection in words, with what was to be sent."""
    place = f"{server.host}:{server.port}"
    try:
        yield
    except WorkFailure as failure:
        failure.request = failure.request or sent
        raise
    except OutboundRefused as error:
        raise WorkFailure(str(error), request=sent, is_final=True) from error
    except smtplib.SMTPNotSupportedError as error:
        raise WorkFailure(
            f"The mail server {place} cannot do what is asked: {error}", request=sent, is_final=True
        ) from error
    except ssl.SSLError as error:
        raise WorkFailure(
            f"No safe connection to the mail server {place}: {error.reason or error}. Check its "
            "certificate and whether it takes starttls or tls.",
            request=sent,
            is_final=True,
        ) from error
    except smtplib.SMTPResponseException as error:
        raise _with_request(_refused(error.smtp_code, error.smtp_error, "refuses"), sent) from error
    except (OSError, smtplib.SMTPException, NameUnknown) as error:
        raise WorkFailure(
            f"The mail server {place} does not answer: {str(error) or type(error).__name__}",
            request=sent,
        ) from error


def _with_request(failure: CallRefused, sent: str) -> CallRefused:
    failure.request = sent
    return failure


def _record(message: EmailMessage, data: bytes) -> str:
    """Head and beginning of a mail, as an incident shows it."""
    head = "\n".join(f"{name}: {value}" for name, value in message.items())
    part = message.get_body(("plain", "html"))
    text = str(part.get_content()) if part else ""
    return f"{head}\n\n{text}"[:RECORDED] + f"\n[{len(data)} bytes]"
