"""Another system to call, and a connector that may call it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine import tables
from engine.core import Engine
from engine.services.connectors.certificates import Certificates
from engine.services.connectors.http import HttpConnector
from engine.services.connectors.outbound import OutboundRules
from engine.services.connectors.transport import Transport
from engine.settings import Settings
from engine.store import codec
from tests.engine.world import World
from tests.support.recording_server import RecordingServer


@pytest.fixture
def server() -> Iterator[RecordingServer]:
    with RecordingServer().running() as running:
        yield running


@pytest.fixture
def transport() -> Transport:
    return Transport(OutboundRules.parse(["127.0.0.1"]), max_bytes=100_000)


@pytest.fixture
def http(transport: Transport) -> HttpConnector:
    return HttpConnector(transport, Certificates())


class Calling(World):
    """An engine whose connectors may call this machine, with the secret ``ERP_TOKEN``."""

    def __init__(self, url: str, folder: Path, **settings: object) -> None:
        super().__init__(url, folder)
        given = {"outbound_allow": "127.0.0.1", "public_url": "https://laneway.example"}
        self.settings = Settings(**{"notify": False, **given, **settings})
        self.engine = Engine.open(url, clock=self.clock, settings=self.settings)

    def call(self, server: RecordingServer, name: str, **variables: object) -> str:
        """Deploy and start a diagram, and run what is due now; the instance."""
        instance = self.run(name, base=server.url, **{"amount": 7, "note": "hi", **variables})
        self.engine.run_due_jobs(until=self.clock.now())
        return instance

    def wait(self, **duration: float) -> None:
        self.engine.run_due_jobs(until=self.clock.now() + timedelta(**duration))

    def incident(self):
        """The only incident: its message, and its data."""
        (row,) = self.rows("incident")
        return row.message, codec.decode_map(row.data)


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANEWAY_SECRET_ERP_TOKEN", "verysecret")


@contextmanager
def calling_on(url: str, folder: Path) -> Iterator[Calling]:
    made = Calling(url, folder)
    with made.engine.database.writing() as connection:
        rows = [{"id": "default", "name": "Default"}, {"id": "other", "name": "Other"}]
        connection.execute(sa.insert(tables.tenant), rows)
    yield made
    made.engine.close()


@pytest.fixture
def calling(request: pytest.FixtureRequest, sqlite_url: str, secret: None) -> Iterator[Calling]:
    with calling_on(sqlite_url, Path(request.path).parent) as made:
        yield made


@pytest.fixture
def calling_anywhere(
    request: pytest.FixtureRequest, database_url: str, secret: None
) -> Iterator[Calling]:
    """The same, once on each kind of database."""
    with calling_on(database_url, Path(request.path).parent) as made:
        yield made
