"""Programs of Camunda 7 over the application under test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.web.api.caller import with_key
from tests.web.api.camunda7.client import Client
from tests.web.site import Site


@pytest.fixture
def c7(site: Site) -> Client:
    """A program that may do everything."""
    return Client(with_key(site, name="robot"))


@pytest.fixture(scope="module")
def still() -> Iterator[Client]:
    """A program over one order that waits, for calls that leave everything as it is.

    One site for all tests of a module: making one takes longer than most calls.
    """
    site = Site()
    client = Client(with_key(site, name="robot"))
    client.start({"amount": {"type": "Integer", "value": 5}}, "bk1")
    yield client
    site.engine.close()
