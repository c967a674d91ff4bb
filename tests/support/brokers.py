"""Brokers for tests: a Redis of our own, the RabbitMQ of this machine, and a wire to cut."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from kombu import Connection
from kombu.exceptions import OperationalError

from tests.support.patience import PATIENCE, until
from tests.support.ports import free_port

RABBITMQ = "amqp://guest:guest@127.0.0.1:5672//"


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """The address of a Redis of our own, which keeps nothing; skips where there is no program."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("there is no redis-server on this machine")
    port = free_port()
    options = ("--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", "")
    with (folder / "redis.log").open("wb") as log:
        server = subprocess.Popen([program, *options], stdout=log, stderr=log)
    try:
        until(lambda: _answers("127.0.0.1", port))
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.kill()
        server.wait(PATIENCE)


def rabbitmq() -> str:
    """The address of the RabbitMQ that is here; skips where there is none."""
    named = os.environ.get("LANEWAY_TEST_RABBITMQ_URL", RABBITMQ)
    try:
        with Connection(named, connect_timeout=2) as connection:
            connection.ensure_connection(max_retries=1)
    except (OperationalError, OSError):
        pytest.skip(
            "no RabbitMQ on 127.0.0.1:5672 lets guest in, and LANEWAY_TEST_RABBITMQ_URL is not set"
        )
    return named


def forget(broker: str, *queues: str) -> None:
    """Delete queues that a test made."""
    with Connection(broker) as connection, connection.channel() as channel:
        for queue in queues:
            channel.queue_delete(queue)


def _answers(host: str, port: int) -> bool:
    with suppress(OSError), socket.create_connection((host, port), 1):
        return True
    return False


class Wire:
    """A wire to a server, which can be cut and mended: a forwarding port of ours."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        assert parts.hostname is not None
        self._to = (parts.hostname, parts.port or 5672)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.address = address.replace(f"{parts.hostname}:{self._to[1]}", f"127.0.0.1:{self.port}")
        self._ends: list[socket.socket] = []
        self._is_cut = False
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Nothing gets through any more."""
        with self._lock:
            self._is_cut = True
            ends, self._ends = self._ends, []
        for end in ends:
            _shut(end)

    def mend(self) -> None:
        """New connections get through again."""
        with self._lock:
            self._is_cut = False

    def close(self) -> None:
        self.cut()
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                if self._is_cut:
                    _shut(near)
                    continue
                far = socket.create_connection(self._to)
                self._ends += [near, far]
            for source, target in ((near, far), (far, near)):
                threading.Thread(target=_pump, args=(source, target), daemon=True).start()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
    _shut(target)


def _shut(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
