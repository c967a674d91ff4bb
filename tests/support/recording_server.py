"""A real HTTP server in a thread that records what arrives and answers what a test tells it."""

from __future__ import annotations

import json
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@dataclass(frozen=True)
class Arrived:
    """A request as it came; ``headers`` by lower-case name."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.target).query, keep_blank_values=True)

    @property
    def json(self) -> object:
        return json.loads(self.body)


@dataclass(frozen=True)
class Told:
    """What to answer. A body that is no bytes is sent as JSON."""

    status: int = 200
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)


Script = Callable[[Arrived], Told]
Raw = Callable[[BaseHTTPRequestHandler], None]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    owner: RecordingServer

    def server_bind(self) -> None:
        # Without asking a name server for our own name, as http.server does.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]


class RecordingServer:
    """One server on a free port; ``answer`` says what it does with the next requests."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.arrived: list[Arrived] = []
        self.answer: Script = lambda _: Told(body={"ok": True})
        self.raw: Raw | None = None
        self.released = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.owner = self
        if context is not None:
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port: int = self._server.server_address[1]
        self.scheme = "https" if context else "http"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.01,), daemon=True
        )

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def url_of(self, host: str) -> str:
        return f"{self.scheme}://{host}:{self.port}"

    @contextmanager
    def running(self) -> Iterator[RecordingServer]:
        self._thread.start()
        try:
            yield self
        finally:
            self.released.set()
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()

    def answers(self, *told: Told) -> None:
        """Answer these in turn, the last one for ever."""
        left = list(told)
        self.answer = lambda _: left.pop(0) if len(left) > 1 else left[0]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def handle_any(self) -> None:
        owner = self.server.owner
        size = int(self.headers.get("Content-Length") or 0)
        headers = {name.lower(): text for name, text in self.headers.items()}
        arrived = Arrived(self.command, self.path, headers, self.rfile.read(size))
        owner.arrived.append(arrived)
        if owner.raw is None:
            self._send(owner.answer(arrived))
        else:
            owner.raw(self)
            self.close_connection = True

    def _send(self, told: Told) -> None:
        is_json = told.body is not None and not isinstance(told.body, bytes)
        body = json.dumps(told.body).encode() if is_json else told.body or b""
        assert isinstance(body, bytes)
        headers = {"Content-Length": str(len(body)), **told.headers}
        if is_json:
            headers.setdefault("Content-Type", "application/json")
        self.send_response(told.status)
        for name, text in headers.items():
            self.send_header(name, text)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


for method in METHODS:
    setattr(_Handler, f"do_{method}", _Handler.handle_any)
