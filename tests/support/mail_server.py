"""A real SMTP server in a thread that records mails and refuses what a test tells it."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass(frozen=True)
class Mail:
    """A mail as it came: who handed it in for whom, and what it says."""

    sender: str
    recipients: list[str]
    message: EmailMessage
    user: str
    is_encrypted: bool


class MailServer:
    """One server on a free port of 127.0.0.1.

    Args:
        tls: certificate for TLS; without it there is none.
        implicit: TLS from the first byte instead of STARTTLS.
        user: who must log in with the password ``right``.
    """

    def __init__(
        self, tls: ssl.SSLContext | None = None, *, implicit: bool = False, user: str = ""
    ) -> None:
        self.mails: list[Mail] = []
        self.refused: dict[str, str] = {}
        self.answer = "250 OK"
        options: dict[str, Any] = {"hostname": "127.0.0.1", "port": 0, "enable_SMTPUTF8": True}
        if tls is not None and implicit:
            options["ssl_context"] = tls
        elif tls is not None:
            options |= {"tls_context": tls, "require_starttls": True}
        if user:
            options |= {"authenticator": self._judge, "auth_required": True}
            options["auth_require_tls"] = not implicit
        self._user = user
        self._implicit = implicit
        self._controller = _Controller(self, **options)

    @property
    def port(self) -> int:
        return int(self._controller.server.sockets[0].getsockname()[1])

    @contextmanager
    def running(self) -> Iterator[MailServer]:
        self._controller.start()
        try:
            yield self
        finally:
            self._controller.stop()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd finds it by this name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: object
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - as above
        self, _server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        message = message_from_bytes(content, policy=default)
        assert isinstance(message, EmailMessage)
        user = session.auth_data.login.decode() if session.auth_data else ""
        is_encrypted = self._implicit or bool(session.ssl)
        assert envelope.mail_from is not None
        if self.answer.startswith("2"):
            self.mails.append(
                Mail(envelope.mail_from, list(envelope.rcpt_tos), message, user, is_encrypted)
            )
        return self.answer

    def _judge(self, *given: Any) -> AuthResult:
        data = given[-1]
        is_right = isinstance(data, LoginPassword) and data.password == b"right"
        is_ours = is_right and data.login == self._user.encode()
        return AuthResult(success=is_ours, handled=is_ours, auth_data=data)


class _Controller(Controller):
    """aiosmtpd asks its own port once before it says that it is ready; it has none before."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()
