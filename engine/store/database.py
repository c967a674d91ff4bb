"""Opens the database, and its two kinds of transaction: writing and reading."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from time import monotonic
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_TIMEOUT_MS = 10_000

_TRUSTED = 0.1
"""Seconds for which a server's connection that was just used is taken to be alive."""

_USED = "laneway_used"


class Database:
    """One database and its connection pool, shared by all threads of the process.

    On SQLite one writer at a time gets through a lock of ours: waiting threads are woken at once
    instead of polling the file. Other processes wait by SQLite's own busy timeout.

    Args:
        pool: of an SQLite or PostgreSQL database.
        synchronous: SQLite only, see `engine.settings`; FULL survives a power cut.
    """

    def __init__(self, pool: sa.Engine, synchronous: str = "FULL") -> None:
        self.pool = pool
        self._synchronous = synchronous
        self.is_sqlite = pool.dialect.name == "sqlite"
        self._writer: AbstractContextManager[object] = (
            threading.Lock() if self.is_sqlite else nullcontext()
        )
        self._reader: AbstractContextManager[object] = (
            self._writer if _is_in_memory(pool.url) else nullcontext()
        )
        if self.is_sqlite:
            sa.event.listen(pool, "connect", self._set_pragmas)
        else:
            sa.event.listen(pool, "checkout", self._ask_first)
            sa.event.listen(pool, "checkin", _note_use)

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """One transaction that may write; commits at the end, rolls back on any exception."""
        # Taking SQLite's write lock first avoids SQLITE_BUSY_SNAPSHOT: a reader cannot become a
        # writer once another process has written.
        with self._writer, self.pool.connect() as connection, connection.begin():
            self._begin(connection, "BEGIN IMMEDIATE")
            yield connection

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """One transaction that only reads; on SQLite it never waits for a writer."""
        with self._reader, self.pool.connect() as connection, connection.begin():
            self._begin(connection, "BEGIN")
            yield connection

    def _begin(self, connection: sa.Connection, statement: str) -> None:
        """SQLite only: the driver would begin by itself, and too late, before the first write."""
        if self.is_sqlite:
            driver = connection.connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)
            driver.execute(statement).close()

    def _set_pragmas(self, connection: DBAPIConnection, _record: object) -> None:
        assert isinstance(connection, sqlite3.Connection)
        connection.isolation_level = None
        for pragma in (
            "journal_mode = WAL",
            f"synchronous = {self._synchronous}",
            "foreign_keys = ON",
            f"busy_timeout = {BUSY_TIMEOUT_MS}",
            "wal_autocheckpoint = 4000",
            "cache_size = -65536",
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    def parameters(self) -> dict[str, Any]:
        """What `psycopg.connect` needs for a connection beside the pool."""
        arguments, named = self.pool.dialect.create_connect_args(self.pool.url)
        assert not arguments
        return dict(named)

    def _ask_first(
        self, connection: DBAPIConnection, record: ConnectionPoolEntry, _fairy: object
    ) -> None:
        """Replace a connection that died with its server before anybody notices.

        Asking costs a round trip, so one that was in use a moment ago is not asked: should it have
        died since, the command is repeated (`engine.commands.transaction`).
        """
        used = record.info.get(_USED)
        if used is None or monotonic() - used < _TRUSTED:
            return
        try:
            self.pool.dialect.do_ping(connection)
        except self.pool.dialect.loaded_dbapi.Error as error:
            # The others that wait in the pool came from the same server.
            raise sa.exc.InvalidatePoolError from error

    def close(self) -> None:
        """Close every pooled connection."""
        self.pool.dispose()


def _note_use(_connection: object, record: ConnectionPoolEntry) -> None:
    record.info[_USED] = monotonic()


def open_database(url: str, *, synchronous: str = "FULL") -> Database:
    """Open the database at *url*; the folder of an SQLite file is made when it is missing.

    ``sqlite://`` is a private database in memory that lives as long as the `Database`.
    """
    address = address_of(url)
    return Database(sa.create_engine(address, **pool_options(address)), synchronous)


def address_of(url: str) -> sa.URL:
    """What SQLAlchemy connects to: our driver, and for an SQLite file its whole path.

    The folder of an SQLite file is made when it is missing.
    """
    address = sa.make_url(url)
    if address.get_backend_name() == "postgresql":
        return address.set(drivername="postgresql+psycopg")
    if _is_in_memory(address):
        return address
    assert address.database is not None
    path = Path(address.database).absolute()
    path.parent.mkdir(parents=True, exist_ok=True)
    return address.set(database=str(path))


def pool_options(address: sa.URL) -> dict[str, Any]:
    """Arguments of ``create_engine`` for *address*; in memory all threads share one connection."""
    if _is_in_memory(address):
        return {"poolclass": sa.StaticPool, "connect_args": {"check_same_thread": False}}
    # The one used last is taken first: it need not be asked whether it is alive.
    return {"pool_size": 10, "max_overflow": 20, "pool_use_lifo": True}


def _is_in_memory(url: sa.URL) -> bool:
    return url.get_backend_name() == "sqlite" and url.database in {None, "", ":memory:"}
