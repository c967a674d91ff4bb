"""Calls over HTTP against servers that are slow, huge, broken, elsewhere, or somebody else."""

from __future__ import annotations

import gzip
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from engine.services.connectors.exchange import Call, CallFailed
from engine.services.connectors.outbound import NameUnknown, OutboundRules
from engine.services.connectors.transport import Transport
from tests.support.patience import PATIENCE
from tests.support.recording_server import RecordingServer, Told

LONG = timedelta(seconds=60)


class Names(OutboundRules):
    """Rules with a name server of their own, which may change its mind."""

    known: Mapping[str, list[str]] = {}

    def resolve(self, host: str, port: int) -> list[str]:
        if host not in self.known:
            return super().resolve(host, port)
        return super().resolve(self.known[host].pop(0), port)


def names(known: Mapping[str, list[str]], *allowed: str) -> Names:
    rules = Names.parse(allowed)
    assert isinstance(rules, Names)
    object.__setattr__(rules, "known", known)
    return rules


def get(url: str, **options) -> Call:
    return Call(
        url=url, **{"method": "GET", "connect": LONG, "read": LONG, "total": LONG, **options}
    )


def failure(transport: Transport, call: Call) -> CallFailed:
    with pytest.raises(CallFailed) as failed:
        transport.send(call)
    return failed.value


# ---- where to ----------------------------------------------------------------------------------


def test_a_private_address_is_refused_for_good(server):
    failed = failure(Transport(OutboundRules()), get(server.url))
    assert (failed.kind, failed.is_final) == ("refused", True)
    assert server.arrived == []


@pytest.mark.parametrize(
    "url",
    [
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:1/",
        "//127.0.0.1/",
        "127.0.0.1/x",
        "http://",
        "http://ana:secret@127.0.0.1/",
        "http://[::1",
        "http://127.0.0.1:99999/",
        "",
    ],
)
def test_what_is_no_address_over_http_is_refused_without_its_secrets(transport, url):
    failed = failure(transport, get(url))
    assert (failed.kind, failed.is_final) == ("refused", True)
    assert "secret" not in str(failed)


def test_the_connection_goes_to_the_address_that_was_judged(server):
    # The name says 127.0.0.1 once; whoever asked again would be sent elsewhere.
    rules = names({"erp.test": ["127.0.0.1", "127.0.0.9"]}, "127.0.0.1")
    reply = Transport(rules).send(get(server.url_of("erp.test")))
    assert reply.status == 200
    assert server.arrived[0].headers["host"] == f"erp.test:{server.port}"


def test_a_name_that_turns_private_is_refused(server):
    rules = names({"erp.test": ["10.0.0.1"]}, "127.0.0.1")
    assert failure(Transport(rules), get(server.url_of("erp.test"))).kind == "refused"


def test_a_port_that_nobody_listens_on_may_be_tried_again(transport):
    with RecordingServer().running() as gone:
        url = gone.url
    failed = failure(transport, get(url))
    assert (failed.kind, failed.is_final) == ("unreachable", False)


class Nowhere(OutboundRules):
    """Rules of a place without names."""

    def resolve(self, host: str, _port: int) -> list[str]:
        raise NameUnknown(host)


@given(st.one_of(st.text(max_size=40), st.text(max_size=40).map("http://{}".format)))
def test_whatever_an_address_is_a_call_fails_in_words(url):
    with pytest.raises(CallFailed):
        Transport(Nowhere()).send(get(url))


# ---- redirects ---------------------------------------------------------------------------------


def test_a_redirect_within_the_same_origin_keeps_what_was_sent(transport, server):
    server.answers(Told(307, headers={"Location": "/there?b=1"}), Told(200, "here"))
    call = get(f"{server.url}/a", method="PUT", body=b"x", headers={"Authorization": "Bearer t"})
    assert transport.send(call).body == b'"here"'
    assert [(a.method, a.target, a.body) for a in server.arrived] == [
        ("PUT", "/a", b"x"),
        ("PUT", "/there?b=1", b"x"),
    ]
    assert server.arrived[1].headers["authorization"] == "Bearer t"


@pytest.mark.parametrize("status", [301, 302, 303])
def test_a_post_is_followed_by_a_get(transport, server, status):
    server.answers(Told(status, headers={"Location": "/there"}), Told(200))
    headers = {"Content-Type": "text/plain"}
    transport.send(get(server.url, method="POST", body=b"x", headers=headers))
    assert [(a.method, a.body) for a in server.arrived] == [("POST", b"x"), ("GET", b"")]
    assert "content-type" not in server.arrived[1].headers


def test_another_origin_sees_no_credentials_and_no_certificate(transport, server):
    with RecordingServer().running() as other:
        server.answers(Told(302, headers={"Location": f"{other.url}/there"}))
        headers = {"Authorization": "Bearer t", "Cookie": "c", "X-Api-Key": "k", "Accept": "a/b"}
        assert transport.send(get(server.url, headers=headers)).status == 200
        (arrived,) = other.arrived
    assert arrived.headers["accept"] == "a/b"
    assert {"authorization", "cookie", "x-api-key"}.isdisjoint(arrived.headers)


def test_another_origin_gets_no_body(transport, server):
    with RecordingServer().running() as other:
        server.answers(Told(307, headers={"Location": other.url}))
        failed = failure(transport, get(server.url, method="POST", body=b"private"))
        assert (failed.kind, failed.is_final) == ("redirect", True)
        assert other.arrived == []


@pytest.mark.parametrize(
    "location", ["http://10.0.0.1/", "http://[::1]/", "http://169.254.169.254/", "file:///etc"]
)
def test_a_redirect_into_our_network_is_refused(transport, server, location):
    server.answers(Told(302, headers={"Location": location}))
    assert failure(transport, get(server.url)).is_final


def test_redirects_without_end_are_ended(transport, server):
    server.answers(Told(302, headers={"Location": "/again"}))
    failed = failure(transport, get(server.url, redirects=3))
    assert (failed.kind, len(server.arrived)) == ("redirect", 4)


def test_without_redirects_the_redirect_is_the_answer(transport, server):
    server.answers(Told(302, headers={"Location": "/there"}))
    assert transport.send(get(server.url, redirects=0)).status == 302


# ---- size --------------------------------------------------------------------------------------


def test_an_answer_that_says_it_is_too_large_is_not_read(transport, server):
    server.raw = lambda handler: handler.wfile.write(
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n"
    )
    failed = failure(transport, get(server.url))
    assert (failed.kind, failed.is_final) == ("too-large", True)


def test_an_answer_without_end_is_cut_off(transport, server):
    def forever(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        try:
            while True:
                handler.wfile.write(b"2000\r\n" + b"x" * 0x2000 + b"\r\n")
        except OSError:
            return

    server.raw = forever
    assert failure(transport, get(server.url)).kind == "too-large"


def test_a_packed_answer_is_unpacked(transport, server):
    server.answers(Told(200, gzip.compress(b"hello"), {"Content-Encoding": "gzip"}))
    assert transport.send(get(server.url)).body == b"hello"


@pytest.mark.parametrize("layers", [1, 2, 3])
def test_a_bomb_does_not_go_off(transport, server, layers):
    bomb = bytes(50_000_000)
    for _ in range(layers):
        bomb = gzip.compress(bomb)
    encoding = ", ".join(["gzip"] * layers)
    server.answers(Told(200, bomb, {"Content-Encoding": encoding}))
    assert failure(transport, get(server.url)).kind == "too-large"


def test_an_answer_as_large_as_allowed_is_read_whole(transport, server):
    server.answers(Told(200, b"x" * 100_000))
    assert len(transport.send(get(server.url)).body) == 100_000


# ---- time --------------------------------------------------------------------------------------


def test_silence_ends_the_call(transport, server):
    server.raw = lambda _: server.released.wait()
    failed = failure(transport, get(server.url, read=timedelta(seconds=0.2)))
    assert (failed.kind, failed.is_final) == ("timeout", False)


@pytest.mark.parametrize("start", [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_a_server_that_drips_does_not_hold_the_worker(transport, server, start):
    cut = threading.Event()

    def drip(handler):
        handler.wfile.write(start)
        try:
            # Without the watch it ends, too, only later and whole.
            for _ in range(500):
                server.released.wait(0.02)
                handler.wfile.write(b"X" if start.endswith(b"\r\n\r\n") else b"X-A: b\r\n")
                handler.wfile.flush()
        except OSError:
            cut.set()

    server.raw = drip
    assert failure(transport, get(server.url, total=timedelta(seconds=0.5))).kind == "timeout"
    assert cut.wait(PATIENCE)


# ---- what is broken ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 70_000 + b"\r\n\r\n",
    ],
)
def test_a_broken_answer_may_come_whole_the_next_time(transport, server, said):
    server.raw = lambda handler: handler.wfile.write(said)
    failed = failure(transport, get(server.url))
    assert (failed.kind, failed.is_final) in {("broken", False), ("unreachable", False)}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("X-A", "secret\r\nX-Evil: 1"),
        ("X-A\r\nX-Evil", "secret"),
        ("X-A", "secret \u20ac"),
        ("Host", "secret"),
        ("Content-Length", "secret"),
        ("", "secret"),
    ],
)
def test_headers_that_cannot_be_sent_are_refused_without_their_value(transport, server, name, text):
    failed = failure(transport, get(server.url, headers={name: text}))
    assert (failed.kind, failed.is_final) == ("refused", True)
    assert "secret" not in str(failed)
    assert server.arrived == []


# ---- TLS ---------------------------------------------------------------------------------------


@contextmanager
def secure(
    authority: trustme.CA, name: str, *, asks: bool | None = False
) -> Iterator[RecordingServer]:
    """A server; it asks for a certificate, or takes one when *asks* is ``None``."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    if asks is not False:
        authority.configure_trust(context)
        context.verify_mode = ssl.CERT_REQUIRED if asks else ssl.CERT_OPTIONAL
    with RecordingServer(context).running() as running:
        yield running


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def trusting(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


def test_the_certificate_must_be_that_of_the_name(authority):
    with secure(authority, "erp.test") as server:
        rules = names({"erp.test": ["127.0.0.1"], "other.test": ["127.0.0.1"]}, "127.0.0.1")
        transport = Transport(rules, tls=lambda: trusting(authority))
        assert transport.send(get(server.url_of("erp.test"))).status == 200
        failed = failure(transport, get(server.url_of("other.test")))
    assert (failed.kind, failed.is_final) == ("tls", False)


def test_an_authority_that_nobody_trusts_is_refused(authority, transport):
    with secure(authority, "127.0.0.1") as server:
        assert failure(transport, get(server.url)).kind == "tls"
        assert server.arrived == []


def test_a_client_shows_its_certificate(authority):
    with secure(authority, "127.0.0.1", asks=True) as server:
        transport = Transport(OutboundRules.parse(["127.0.0.1"]), tls=lambda: trusting(authority))
        shown = trusting(authority)
        authority.issue_cert("laneway@example.com").configure_cert(shown)
        assert transport.send(get(server.url, tls=shown)).status == 200
        assert failure(transport, get(server.url)).kind in {"tls", "unreachable", "broken"}
        assert len(server.arrived) == 1


def test_another_origin_sees_no_client_certificate(authority):
    seen = []

    def look(handler):
        seen.append(handler.connection.getpeercert())
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    with (
        secure(authority, "127.0.0.1") as first,
        secure(authority, "127.0.0.1", asks=None) as other,
    ):
        transport = Transport(OutboundRules.parse(["127.0.0.1"]), tls=lambda: trusting(authority))
        shown = trusting(authority)
        authority.issue_cert("laneway@example.com").configure_cert(shown)
        other.raw = look
        transport.send(get(other.url, tls=shown))
        first.answers(Told(302, headers={"Location": other.url}))
        transport.send(get(first.url, tls=shown))
    assert [bool(certificate) for certificate in seen] == [True, False]


def test_a_redirect_to_an_address_without_tls_is_refused(authority, server):
    with secure(authority, "127.0.0.1") as first:
        first.answers(Told(302, headers={"Location": server.url}))
        transport = Transport(OutboundRules.parse(["127.0.0.1"]), tls=lambda: trusting(authority))
        assert failure(transport, get(first.url)).kind == "redirect"
        assert server.arrived == []
