"""Another system to call, and a connector that may call it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.services.connectors.certificates import Certificates
from engine.services.connectors.http import HttpConnector
from engine.services.connectors.outbound import OutboundRules
from engine.services.connectors.transport import Transport
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
