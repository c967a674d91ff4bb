"""Statements that go to the driver on the shortest way: the only place that does so.

A step sends the same few statements again and again, and SQLAlchemy's execution of one costs more
than SQLite's. So these are built with SQLAlchemy Core like all others, compiled once for each
dialect, and then handed to the driver as they are. To everybody around they look the same: errors
are SQLAlchemy's, a connection that is lost leaves the pool, and listeners of the event
``before_cursor_execute`` hear of every statement.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.compiler import SQLCompiler

Row = Mapping[str, object]
Rows = list[tuple[Any, ...]]
Core = sa.Select[*tuple[Any, ...]] | sa.Insert | sa.Update | sa.Delete
_Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Compiled:
    """A statement of one dialect.

    Attributes:
        text: SQL with parameters by place.
        binds: names of the parameters in that order, and what each value goes through.
        fixed: parameters that the statement itself gives a value.
        results: place and conversion of the columns that are not taken as they come.
    """

    text: str
    binds: tuple[tuple[str, _Convert | None], ...]
    fixed: Row
    results: tuple[tuple[int, _Convert], ...]

    def arguments(self, values: Row) -> list[object]:
        """What the driver is given for *values*."""
        if self.fixed:
            values = {**self.fixed, **values}
        return [values[n] if to is None else to(values[n]) for n, to in self.binds]

    def converted(self, rows: Rows) -> Rows:
        """Rows as the types of their columns give them."""
        return [self._converted(row) for row in rows] if self.results else rows

    def _converted(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        found = list(row)
        for place, convert in self.results:
            found[place] = convert(found[place])
        return tuple(found)


class Direct:
    """A Core statement that is compiled once for each dialect.

    Its parameters are single values: a list of them is SQLAlchemy's own business.
    """

    __slots__ = ("_compiled", "statement")

    def __init__(self, statement: Core) -> None:
        self.statement = statement
        self._compiled: dict[str, Compiled] = {}

    def rows(self, connection: sa.Connection, values: Row) -> Rows:
        """All rows that the statement gives.

        Raises:
            sqlalchemy.exc.DBAPIError: as by `sqlalchemy.Connection.execute`, here and below.
        """
        compiled = self.compiled(connection.dialect)
        arguments = compiled.arguments(values)
        driver = _driver(connection, compiled, arguments)
        try:
            found = driver.execute(compiled.text, arguments).fetchall()
        except connection.dialect.loaded_dbapi.Error as error:
            raise _translated(connection, compiled, error) from error
        return compiled.converted(found)

    def run(self, connection: sa.Connection, values: Row) -> int:
        """How many rows the statement changed."""
        compiled = self.compiled(connection.dialect)
        arguments = compiled.arguments(values)
        driver = _driver(connection, compiled, arguments)
        try:
            count: int = driver.execute(compiled.text, arguments).rowcount
        except connection.dialect.loaded_dbapi.Error as error:
            raise _translated(connection, compiled, error) from error
        return count

    def run_all(self, connection: sa.Connection, rows: Sequence[Row]) -> None:
        """Run the statement for each of *rows*."""
        compiled = self.compiled(connection.dialect)
        arguments = [compiled.arguments(row) for row in rows]
        driver = _driver(connection, compiled, arguments)
        try:
            driver.executemany(compiled.text, arguments)
        except connection.dialect.loaded_dbapi.Error as error:
            raise _translated(connection, compiled, error) from error

    def compiled(self, dialect: Dialect) -> Compiled:
        """The statement for *dialect*."""
        found = self._compiled.get(dialect.name)
        if found is None:
            found = self._compiled[dialect.name] = _compile(self.statement, dialect)
        return found


def rows_of_both(
    connection: sa.Connection, first: Direct, second: Direct, values: Row
) -> tuple[Rows, Rows]:
    """The rows of one query, then of another; in a single round trip where there is one."""
    if not is_remote(connection):
        return first.rows(connection, values), second.rows(connection, values)
    queries = [query.compiled(connection.dialect) for query in (first, second)]
    sent = [(query, query.arguments(values)) for query in queries]
    cursors = [_driver(connection, *each) for each in sent]
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    try:
        with driver.pipeline():
            for cursor, (query, arguments) in zip(cursors, sent, strict=True):
                cursor.execute(query.text, arguments)
        one, two = (cursor.fetchall() for cursor in cursors)
    except psycopg.Error as error:
        raise _translated(connection, queries[0], error) from error
    return queries[0].converted(one), queries[1].converted(two)


def is_remote(connection: sa.Connection) -> bool:
    """Whether statements travel to a server, so that few large ones cost less than many small."""
    return connection.dialect.name == "postgresql"


def _driver(connection: sa.Connection, compiled: Compiled, arguments: list[Any]) -> Any:
    """A cursor of the driver, after the listeners were told what it will send."""
    raw: Any = connection.connection.driver_connection
    cursor = psycopg.RawCursor(raw) if isinstance(raw, psycopg.Connection) else raw.cursor()
    is_many = bool(arguments) and isinstance(arguments[0], list)
    for listener in connection.dispatch.before_cursor_execute:
        listener(connection, cursor, compiled.text, arguments, None, is_many)
    return cursor


def _translated(connection: sa.Connection, compiled: Compiled, error: Any) -> Exception:
    """The error as SQLAlchemy tells it; without the parameters, which may be personal."""
    dialect = connection.dialect
    is_lost = dialect.is_disconnect(error, connection.connection.dbapi_connection, None)
    if is_lost:
        connection.invalidate(error)
    told: Exception = sa.exc.DBAPIError.instance(
        compiled.text,
        None,
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=is_lost,
        dialect=dialect,
    )
    return told


def _compile(statement: Core, dialect: Dialect) -> Compiled:
    target = _by_place(dialect)
    compiled = statement.compile(dialect=target)
    assert isinstance(compiled, SQLCompiler)
    binds = [(name, compiled.binds[name]) for name in compiled.positiontup or ()]
    to_driver = ((n, b.type.dialect_impl(target).bind_processor(target)) for n, b in binds)
    columns = statement.exported_columns
    from_driver = (c.type.dialect_impl(target).result_processor(target, None) for c in columns)
    return Compiled(
        text=str(compiled),
        binds=tuple(to_driver),
        fixed={name: bind.effective_value for name, bind in binds if not bind.required},
        results=tuple((i, to) for i, to in enumerate(from_driver) if to is not None),
    )


def _by_place(dialect: Dialect) -> Dialect:
    """The dialect with parameters by place: a driver that need not look for names is faster."""
    if isinstance(dialect, PGDialect_psycopg):
        by_place: Dialect = PGDialect_psycopg(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
        return by_place
    return dialect
