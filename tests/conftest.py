"""Fixtures for every test: a database with the current schema and no rows."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck

from tests.support import chromium, postgres, schema
from tests.support.sharing import ByFile

# Time on a shared machine says nothing about an example; CI repeats the same examples each run.
hypothesis.settings.register_profile(
    "local", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis.settings.register_profile(
    "ci", hypothesis.settings.get_profile("local"), derandomize=True
)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "local")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the browser tests, saying why, where there is no browser."""
    if chromium.find_chromium():
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason=chromium.MISSING))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> ByFile:
    """Share the tests by whole files."""
    return ByFile(config, log)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the schema; copying it is cheaper than creating 20 tables."""
    path = tmp_path_factory.mktemp("schema") / "template.db"
    db_engine = sa.create_engine(f"sqlite:///{path}", poolclass=sa.NullPool)
    schema.create_in(db_engine)
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a fresh SQLite file with the schema."""
    path = shutil.copyfile(sqlite_template, tmp_path / "laneway.db")
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def postgres_database() -> Iterator[sa.URL]:
    """One PostgreSQL database for the whole run."""
    with postgres.running_server() as server, postgres.scratch_database(server) as url:
        yield url


@pytest.fixture
def postgres_url(postgres_database: sa.URL) -> str:
    """The address of a PostgreSQL database with the schema and no rows."""
    postgres.empty(postgres_database)
    return postgres_database.render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty database; the test runs once on each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url
