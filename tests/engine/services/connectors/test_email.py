"""The email connector against a real SMTP server."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import trustme

from engine.services.connectors.base import CallRefused, Request
from engine.services.connectors.email_smtp import EmailConnector
from engine.services.connectors.email_smtp import MailServer as Server
from engine.services.connectors.outbound import OutboundRules
from engine.services.failure import WorkFailure
from engine.services.secrets import Environment, Redactor, Vault
from tests.support.mail_server import MailServer

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
VAULT = Vault([Environment({"LANEWAY_SECRET_SMTP_PASSWORD": "right"})])


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def certificate(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer().running() as running:
        yield running


def connector(port: int, security: str = "none", authority: trustme.CA | None = None, **more):
    """The connector with that server as the installation's own."""
    context = ssl.create_default_context()
    if authority is not None:
        authority.configure_trust(context)
    username = more.pop("username", "")
    own = Server("127.0.0.1", port, security, username, is_trusted=True)
    rules = OutboundRules.parse(more.pop("allowed", ()))
    return EmailConnector(
        rules, VAULT, tls=lambda: context, server=own, sender="Laneway <no-reply@laneway.example>"
    )


def request(**inputs: object) -> Request:
    given = {"to": "ann@example.org", "subject": "Order 7", "text": "It is here.", **inputs}
    return Request(given, "key-1", NOON, timeout=timedelta(seconds=30))


def test_a_mail_arrives_with_text_and_who_wrote_it(server: MailServer):
    answer = connector(server.port).call(request(cc=["bob@example.org"], bcc="eve@example.org"))
    (mail,) = server.mails
    assert mail.sender == "no-reply@laneway.example"
    assert mail.recipients == ["ann@example.org", "bob@example.org", "eve@example.org"]
    assert mail.message["From"] == "Laneway <no-reply@laneway.example>"
    assert mail.message["Subject"] == "Order 7"
    assert mail.message["Cc"] == "bob@example.org"
    assert mail.message["Bcc"] is None
    assert mail.message["Date"].datetime == NOON
    assert mail.message["Auto-Submitted"] == "auto-generated"
    assert mail.message.get_content().strip() == "It is here."
    assert answer.body == {
        "messageId": mail.message["Message-ID"],
        "recipients": mail.recipients,
    }


def test_a_repeated_mail_can_be_recognised_by_its_message_id(server: MailServer):
    email = connector(server.port)
    for _ in range(2):
        email.call(request())
    email.call(replace(request(), key="key-2"))
    first, second, other = [mail.message["Message-ID"] for mail in server.mails]
    assert first == second != other
    assert first.endswith("@laneway.example>")
    assert "key-1" not in first


def test_text_html_and_files_go_together(server: MailServer):
    files = [
        {"filename": "größe.csv", "content": "a;b\n", "contentType": "text/csv"},
        {"filename": "../logo.png", "base64": "iVBORw0="},
        {"filename": "raw", "content": b"\x00\xff"},
    ]
    connector(server.port).call(request(html="<p>It is <b>here</b>.</p>", attachments=files))
    (mail,) = server.mails
    plain, html = mail.message.get_body(("plain",)), mail.message.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert "here</b>" in html.get_content()
    found = [
        (part.get_filename(), part.get_content_type(), part.get_payload(decode=True))
        for part in mail.message.iter_attachments()
    ]
    assert found == [
        ("größe.csv", "text/csv", b"a;b\n"),
        (".._logo.png", "image/png", b"\x89PNG\r"),
        ("raw", "application/octet-stream", b"\x00\xff"),
    ]


def test_html_alone_and_headers_of_the_task(server: MailServer):
    connector(server.port).call(
        request(text=None, html="<p>x</p>", headers={"X-Order": 7}, replyTo="desk@example.org")
    )
    (mail,) = server.mails
    assert mail.message.get_content_type() == "text/html"
    assert (mail.message["X-Order"], mail.message["Reply-To"]) == ("7", "desk@example.org")


def test_names_and_domains_beyond_ascii(server: MailServer):
    email = connector(server.port)
    email.call(request(to='"Jörg, der Große" <joerg@münchen.example>', subject="Grüße aus Köln"))
    email.call(request(to="jörg@example.org"))
    first, second = server.mails
    assert first.recipients == ["joerg@xn--mnchen-3ya.example"]
    assert first.message["Subject"] == "Grüße aus Köln"
    assert first.message["To"].addresses[0].display_name == "Jörg, der Große"
    assert second.recipients == ["jörg@example.org"]


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"subject": "Hi\r\nBcc: eve@example.org"}, "subject holds a line break"),
        ({"to": "ann@example.org\nRCPT TO:<eve@example.org>"}, "to holds a line break"),
        ({"headers": {"X-A": "1\nBcc: eve@example.org"}}, "header 'X-A' holds a line break"),
        ({"headers": {"X-A: 1\nBcc": "eve@example.org"}}, "cannot be set by a task"),
        ({"headers": {"Bcc": "eve@example.org"}}, "'Bcc' cannot be set"),
        ({"headers": {"content-type": "text/html"}}, "cannot be set"),
        ({"attachments": {"filename": "a\nb", "content": ""}}, "file name holds"),
        ({"attachments": {"filename": "a", "base64": "?"}}, "'a' is no Base64"),
        ({"attachments": {"filename": "a", "content": 7}}, "is int, no text"),
        ({"to": "ann"}, "'ann' is no mail address"),
        ({"to": "ann@example.org; bob@example.org"}, "is no mail address"),
        ({"to": "ann@@example.org"}, "is no mail address"),
        ({"to": "a b@example.org"}, "is no mail address"),
        ({"to": "Team: ann@example.org;"}, "is no mail address"),
        ({"to": "<>"}, "is no mail address"),
        ({"to": "ann@ex..ample"}, "is no mail address"),
        ({"to": [], "cc": " "}, "has no recipient"),
        ({"to": [f"p{number}@example.org" for number in range(101)]}, "101 recipients"),
        ({"from": "a@example.org, b@example.org"}, "one sender, not 2"),
    ],
)
def test_what_makes_no_mail_is_refused_before_anything_is_sent(
    server: MailServer, inputs: dict[str, object], message: str
):
    with pytest.raises(WorkFailure, match=message) as failure:
        connector(server.port).call(request(**inputs))
    assert failure.value.is_final
    assert server.mails == []


def test_starttls_and_login_with_the_password_from_the_secrets(authority, certificate):
    with MailServer(certificate, user="robot").running() as server:
        email = connector(server.port, "starttls", authority, username="robot")
        asked = request()
        email.call(asked)
        (mail,) = server.mails
    assert (mail.user, mail.is_encrypted) == ("robot", True)
    assert asked.redactor.hide("it was right") == "it was {{secrets.SMTP_PASSWORD}}"


def test_tls_from_the_first_byte(authority, certificate):
    with MailServer(certificate, implicit=True).running() as server:
        connector(server.port, "tls", authority).call(request())
        (mail,) = server.mails
    assert mail.is_encrypted


def test_a_server_without_tls_gets_no_mail_in_the_clear(server: MailServer):
    with pytest.raises(WorkFailure, match="STARTTLS") as failure:
        connector(server.port, "starttls").call(request())
    assert failure.value.is_final
    assert server.mails == []


def test_a_certificate_that_nobody_vouches_for_is_refused(certificate):
    with MailServer(certificate).running() as server:
        with pytest.raises(WorkFailure, match="No safe connection") as failure:
            connector(server.port, "starttls").call(request())
        assert server.mails == []
    assert failure.value.is_final


def test_a_wrong_password_is_final(authority, certificate):
    with (
        MailServer(certificate, user="somebody").running() as server,
        pytest.raises(CallRefused, match="535") as failure,
    ):
        connector(server.port, "starttls", authority, username="robot").call(request())
    assert failure.value.is_final
    assert failure.value.code == "535"


@pytest.mark.parametrize(("reply", "is_final"), [("550 Unknown", True), ("450 Later", False)])
def test_when_one_recipient_is_refused_nobody_gets_the_mail(
    server: MailServer, reply: str, is_final: bool
):
    server.refused = {"bob@example.org": reply}
    with pytest.raises(CallRefused, match="refuses the recipient bob@") as failure:
        connector(server.port).call(request(cc="bob@example.org"))
    assert failure.value.is_final is is_final
    assert "Subject: Order 7" in failure.value.request
    assert server.mails == []


def test_a_mail_that_the_server_refuses_is_told(server: MailServer):
    server.answer = "554 Looks like spam"
    with pytest.raises(CallRefused, match="554 Looks like spam") as failure:
        connector(server.port).call(request())
    assert failure.value.code == "554"


def test_a_server_that_does_not_answer_is_tried_again():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(WorkFailure, match="does not answer") as failure:
        connector(port).call(request())
    assert not failure.value.is_final


def test_a_server_that_says_nothing_is_cut_off():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(WorkFailure, match="does not answer") as failure:
            connector(port).call(request(timeout=0.2))
    assert not failure.value.is_final


def test_a_server_that_drips_is_cut_off_when_the_time_is_over():
    stopped = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as dripping:

        def drip() -> None:
            connection, _ = dripping.accept()
            with connection:
                while not stopped.is_set():
                    try:
                        connection.sendall(b"220-still here\r\n")
                    except OSError:
                        return
                    stopped.wait(0.02)

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        try:
            with pytest.raises(WorkFailure, match="does not answer"):
                connector(dripping.getsockname()[1]).call(request(timeout=0.5))
        finally:
            stopped.set()
            thread.join(30)


def test_a_server_of_the_diagram_may_not_be_in_our_network(server: MailServer):
    given = {"host": "127.0.0.1", "port": server.port, "security": "none"}
    asked = request(server=given)
    with pytest.raises(WorkFailure, match="LANEWAY_OUTBOUND_ALLOW") as failure:
        connector(1).call(asked)
    assert failure.value.is_final
    connector(1, allowed=["127.0.0.1"]).call(asked)
    assert len(server.mails) == 1


@pytest.mark.parametrize(
    ("server", "message"),
    [
        ({"host": "mail.example", "port": "smtp"}, "'smtp' is none"),
        ({"host": "mail.example", "port": 70_000}, "70000 is none"),
        (
            {"host": "mail.example", "security": "none", "username": "a", "password": "b"},
            "without encryption",
        ),
    ],
)
def test_a_server_that_makes_no_sense_is_refused(server: dict[str, object], message: str):
    with pytest.raises(WorkFailure, match=message):
        connector(1).target({"server": server})


def test_without_any_server_the_settings_are_named():
    email = EmailConnector(OutboundRules(), VAULT)
    with pytest.raises(WorkFailure, match="LANEWAY_SMTP_URL"):
        email.target({})


def test_the_target_is_the_server():
    email = EmailConnector(OutboundRules(), VAULT, server=Server.parse("smtp://robot@Mail.example"))
    assert email.target({}) == "smtp://mail.example:587"
    assert Server.parse("smtps://a%40b@mail.example").username == "a@b"
    assert email.target({"server": {"host": "Other", "security": "tls"}}) == "smtp://other:465"


def test_a_missing_password_is_said_by_its_name():
    server = Server.parse("smtp://robot@127.0.0.1")
    email = EmailConnector(OutboundRules(), Vault([]), server=server, sender="a@b.example")
    with pytest.raises(WorkFailure, match="SMTP_PASSWORD") as failure:
        email.call(request())
    assert failure.value.is_final


def test_what_is_recorded_holds_no_secret(server: MailServer):
    redactor = Redactor()
    redactor.cover("CODE", "s3cr3t-code")
    server.answer = "554 no"
    with pytest.raises(CallRefused) as failure:
        connector(server.port).call(
            replace(request(text="Your code is s3cr3t-code"), redactor=redactor)
        )
    assert "{{secrets.CODE}}" in failure.value.request
    assert "s3cr3t-code" not in failure.value.request
