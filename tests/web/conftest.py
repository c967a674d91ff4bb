"""A site in memory for each test; two threads that race need a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.site import Browser, Site


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.engine.close()


@pytest.fixture
def file_site(tmp_path: Path) -> Iterator[Site]:
    made = Site(f"sqlite:///{tmp_path / 'site.db'}")
    yield made
    made.engine.close()


@pytest.fixture
def ana(site: Site) -> Browser:
    return site.browser("ana")


@pytest.fixture
def ada(site: Site) -> Browser:
    return site.browser("ada")


@pytest.fixture
def iris(site: Site) -> Browser:
    return site.browser("iris")
