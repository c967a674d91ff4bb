"""Which databases the connector ``sql`` may open, and how a transaction there only reads."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

from engine.services.connectors.file_store import FileStore, StoreError
from engine.services.connectors.outbound import NameUnknown, OutboundRefused, OutboundRules
from engine.services.failure import WorkFailure
from engine.services.secrets import SecretNameInvalid, check_name

PORT = 5432
_READ_ONLY = {
    # After its first query a transaction cannot be made to write again (PostgreSQL, SET
    # TRANSACTION).
    "postgresql": ("SET TRANSACTION READ ONLY", "SELECT 1"),
    "sqlite": ("PRAGMA query_only = ON",),
}
# What an address may say besides: nothing that leads to another host, file or program.
_QUERY = ("application_name", "client_encoding", "connect_timeout", "sslmode")


@dataclass(slots=True)
class Opened:
    """An open database.

    Attributes:
        begin: statements at the beginning of each transaction.
        password: of the account; must not be shown.
        may_stream: rows can be asked for in portions, so that they never fill the memory.
    """

    db_engine: sa.Engine
    begin: tuple[str, ...]
    password: str
    may_stream: bool = False

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """One transaction; commits at the end."""
        with self.db_engine.connect() as connection, connection.begin():
            for statement in self.begin:
                connection.exec_driver_sql(statement)
            yield connection

    def close(self) -> None:
        """Close every connection."""
        self.db_engine.dispose()


@dataclass(frozen=True, slots=True)
class Opener:
    """Opens databases on other machines, and SQLite files of the organisation's own folder.

    Attributes:
        rules: where a database may be.
        files: holds a folder for each organisation; empty: no SQLite.
    """

    rules: OutboundRules
    files: str = ""

    def target(self, text: str) -> str:
        """Kind, host, port and name.

        Raises:
            WorkFailure: final; it is no address of a database.
        """
        url = _parse(text)
        kind = url.get_backend_name()
        if kind == "sqlite":
            return f"sqlite:{url.database}"
        return f"{kind}://{url.host}:{url.port or PORT}/{url.database}"

    def open(self, text: str, tenant_id: str, *, timeout: timedelta, is_write: bool) -> Opened:
        """Open the database at *text*, an SQLAlchemy URL; nothing is connected yet.

        Raises:
            WorkFailure: it may not be opened.
        """
        url = _parse(text)
        kind = url.get_backend_name()
        begin = () if is_write else _READ_ONLY[kind]
        if kind == "sqlite":
            return Opened(self._sqlite(url, tenant_id, timeout, is_write=is_write), begin, "")
        if not url.host:
            raise _wrong("The address of the database names no host.")
        if set(url.query) - set(_QUERY) or any(mark in (url.database or "") for mark in "=:"):
            known = ", ".join(_QUERY)
            raise _wrong(
                f"The address of the database says more than it may: after ? only {known}."
            )
        arguments = {
            "hostaddr": self._address(url.host, url.port or PORT),
            "connect_timeout": max(int(timeout.total_seconds()), 1),
            # Prepared at once, so that a text can never be two statements.
            "prepare_threshold": 0,
        }
        db_engine = sa.create_engine(
            url, poolclass=NullPool, connect_args=arguments, hide_parameters=True
        )
        milliseconds = max(int(timeout.total_seconds() * 1_000), 1)
        limit = f"SET LOCAL statement_timeout = {milliseconds}"
        return Opened(db_engine, (*begin, limit), str(url.password or ""), not is_write)

    def _address(self, host: str, port: int) -> str:
        try:
            return self.rules.resolve(host, port)[0]
        except OutboundRefused as error:
            raise _wrong(str(error)) from error
        except NameUnknown as error:
            raise WorkFailure(str(error)) from error

    def _sqlite(
        self, url: sa.URL, tenant_id: str, timeout: timedelta, *, is_write: bool
    ) -> sa.Engine:
        path = self._file(url, tenant_id)
        mode = "rwc" if is_write else "ro"

        def connect() -> sqlite3.Connection:
            found = sqlite3.connect(
                f"{path.as_uri()}?mode={mode}",
                uri=True,
                timeout=timeout.total_seconds(),
                check_same_thread=False,
            )
            # No other file can be reached through this one.
            found.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
            return found

        return sa.create_engine(
            "sqlite://", creator=connect, poolclass=NullPool, hide_parameters=True
        )

    def _file(self, url: sa.URL, tenant_id: str) -> Path:
        if not self.files:
            raise _wrong("SQLite files are in the store of files: set LANEWAY_FILES_DIR.")
        if url.query or not url.database:
            raise _wrong("Write sqlite:///NAME.db with a path in the store of files, without ?.")
        try:
            root = (Path(self.files) / check_name(tenant_id)).absolute()
            return FileStore(root, max_bytes=0).place(url.database)
        except (StoreError, SecretNameInvalid) as error:
            raise _wrong(str(error)) from error


def _parse(text: str) -> sa.URL:
    try:
        url = sa.make_url(text)
        kind = url.get_backend_name()
    except (ArgumentError, ValueError):
        kind = ""
    if kind not in _READ_ONLY:
        raise _wrong(
            "The connection is no address of a database that can be read: "
            "postgresql://USER:PASSWORD@HOST/NAME or sqlite:///NAME.db. For others install a "
            "package with a connector of its own."
        )
    return url.set(drivername="postgresql+psycopg") if kind == "postgresql" else url


def _wrong(message: str) -> WorkFailure:
    return WorkFailure(message, is_final=True)
