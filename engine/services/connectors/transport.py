"""HTTP calls over connections that go only where the rules allow, with every size limited.

Each call has a connection of its own: no keys, cookies or half-read answers are shared between
organisations, and a connection that the other side closed meanwhile cannot fail the next call.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import cache
from http.client import HTTPException
from typing import Self

from urllib3 import BaseHTTPResponse
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, ReadTimeoutError, SSLError
from urllib3.util import Url

from engine.services.connectors.exchange import (
    Call,
    CallFailed,
    Reply,
    is_redirect,
    parse_address,
    redirected,
    sent_headers,
)
from engine.services.connectors.outbound import NameUnknown, OutboundRefused, OutboundRules

_CHUNK = 65_536


class Transport:
    """Sends calls; shared by all threads.

    Args:
        rules: where to.
        max_bytes: largest answer, unpacked.
        tls: makes the context of calls that bring none, when it is first needed.
    """

    def __init__(
        self,
        rules: OutboundRules,
        *,
        max_bytes: int = 10_000_000,
        tls: Callable[[], ssl.SSLContext] = ssl.create_default_context,
    ) -> None:
        self.rules = rules
        self.max_bytes = max_bytes
        self._tls = cache(tls)

    def send(self, call: Call) -> Reply:
        """Send *call*, follow redirects, read the reply.

        Raises:
            CallFailed: there is no whole reply.
        """
        with _Watch(call.total) as watch:
            for _ in range(call.redirects + 1):
                reply = self._once(call, watch)
                if not call.redirects or not is_redirect(reply):
                    return reply
                call = redirected(call, reply)
        raise CallFailed(
            "redirect", f"The answer of {call.origin} is one redirect too many.", is_final=True
        )

    def _once(self, call: Call, watch: _Watch) -> Reply:
        url = parse_address(call.url)
        connection = self._connection(call, url)
        try:
            with _explained(call, watch):
                connection.connect()
                watch.hold(connection.sock)
                connection.timeout = call.read.total_seconds()
                connection.request(
                    call.method,
                    url.request_uri,
                    body=call.body,
                    headers=sent_headers(call),
                    preload_content=False,
                    decode_content=True,
                )
                response = connection.getresponse()
                body = b"".join(self._chunks(response, call))
                # A body without a length ends where the connection was cut.
                watch.check()
                return Reply(response.status, dict(response.headers), body, call.url)
        finally:
            connection.close()

    def _connection(self, call: Call, url: Url) -> HTTPConnection:
        host, port = str(url.host).strip("[]"), url.port
        try:
            addresses = self.rules.resolve(host, int(port or 0))
        except OutboundRefused as refused:
            raise CallFailed("refused", str(refused), is_final=True) from refused
        except NameUnknown as unknown:
            raise CallFailed("unreachable", str(unknown)) from unknown
        connect = call.connect.total_seconds()
        connection: _Plain | _Secure
        if url.scheme == "http":
            connection = _Plain(host, port, timeout=connect)
        else:
            connection = _Secure(host, port, timeout=connect, ssl_context=call.tls or self._tls())
        connection.addresses = addresses
        return connection

    def _chunks(self, response: BaseHTTPResponse, call: Call) -> Iterator[bytes]:
        """The decoded body in parts, as long as it is not too large."""
        size = 0
        promised = response.headers.get("Content-Length", "")
        if promised.isdecimal() and int(promised) > self.max_bytes and call.method != "HEAD":
            raise self._too_large(call)
        for chunk in response.stream(_CHUNK, decode_content=True):
            size += len(chunk)
            if size > self.max_bytes:
                raise self._too_large(call)
            yield chunk

    def _too_large(self, call: Call) -> CallFailed:
        return CallFailed(
            "too-large",
            f"The answer of {call.origin} has more than {self.max_bytes} bytes. Ask for less, or "
            "raise LANEWAY_OUTBOUND_MAX_BYTES.",
            is_final=True,
        )


class _Plain(HTTPConnection):
    """Over http, to addresses that were judged, whatever the name resolves to by now."""

    addresses: Sequence[str] = ()

    def _new_conn(self) -> socket.socket:
        return _opened(self.addresses, self)


class _Secure(HTTPSConnection):
    """The same over https; the certificate is that of the name."""

    addresses: Sequence[str] = ()

    def _new_conn(self) -> socket.socket:
        return _opened(self.addresses, self)


def _opened(addresses: Sequence[str], connection: HTTPConnection) -> socket.socket:
    """A connection to the first of *addresses* that answers."""
    problem: OSError | None = None
    for address in addresses:
        try:
            return socket.create_connection((address, connection.port), connection.timeout)
        except OSError as error:
            problem = error
    assert problem is not None
    raise problem


class _Watch:
    """Ends whatever is read or written when the time for the whole call is over.

    Timeouts of sockets begin anew with every byte, so a server that sends one now and then
    would hold a worker for ever.
    """

    def __init__(self, total: timedelta) -> None:
        self.is_over = False
        self._lock = threading.Lock()
        self._sock: socket.socket | None = None
        self._timer = threading.Timer(total.total_seconds(), self._end)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def hold(self, sock: socket.socket) -> None:
        """Watch *sock*, which is connected: until then its own timeout ends it.

        The connection itself forgets it as soon as the answer begins.

        Raises:
            TimeoutError: the time is over.
        """
        with self._lock:
            self._sock = sock
        self.check()

    def check(self) -> None:
        """Nothing, as long as there is time.

        Raises:
            TimeoutError: the time is over.
        """
        if self.is_over:
            raise TimeoutError

    def _end(self) -> None:
        with self._lock:
            self.is_over = True
            if self._sock is not None:
                # It may be closed meanwhile.
                with suppress(OSError):
                    socket.socket.shutdown(self._sock, socket.SHUT_RDWR)


@contextmanager
def _explained(call: Call, watch: _Watch) -> Iterator[None]:
    """Say what went wrong in words for a person, and whether trying again can help."""
    try:
        yield
    except TimeoutError as error:
        raise _timeout(call) from error
    except (OSError, HTTPError, HTTPException) as error:
        if watch.is_over or isinstance(error, ReadTimeoutError):
            raise _timeout(call) from error
        if isinstance(error, ssl.SSLError | SSLError):
            raise CallFailed("tls", f"No secure connection to {call.origin}: {error}.") from error
        if isinstance(error, OSError):
            raise CallFailed("unreachable", f"{call.origin} is not there: {error}.") from error
        raise CallFailed("broken", f"The answer of {call.origin} is broken: {error}.") from error


def _timeout(call: Call) -> CallFailed:
    seconds = call.total.total_seconds()
    silence = call.read.total_seconds()
    return CallFailed(
        "timeout",
        f"{call.origin} did not answer in time ({silence:g} s of silence, {seconds:g} s in all).",
    )
