"""The connector ``sql``: one statement with parameters, in a transaction that only reads."""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bpmn.expressions.base import BpmnErrorThrown
from engine.services.connectors.base import Answer, CallRefused, Request, Schema
from engine.services.connectors.http_inputs import time_input
from engine.services.connectors.recording import LONGEST as RECORDED
from engine.services.connectors.sql_databases import Opened, Opener
from engine.services.failure import WorkFailure
from engine.services.secrets import Redactor

MOST_ROWS = 10_000
LARGEST = 10_000_000
"""Characters of all values of one result, about."""

_PORTION = 200
_QUERY = re.compile(r"\s*(\(\s*)*(select|values|table|with)\b", re.IGNORECASE)

SCHEMA: Schema = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "A statement of a database",
    "type": "object",
    "required": ["connection", "statement"],
    "additionalProperties": False,
    "properties": {
        "connection": {"type": "string", "minLength": 1},
        "statement": {
            "type": "string",
            "minLength": 1,
            # Values go in as parameters; a text that is put together could be another statement.
            "x-literal": True,
        },
        "parameters": {"type": ["object", "null"]},
        "write": {"type": "boolean"},
        "maxRows": {"type": "integer", "minimum": 1, "maximum": MOST_ROWS},
        "timeout": {"type": ["number", "string"]},
        "errors": {
            "type": "object",
            "propertyNames": {"pattern": "^[0-9A-Z]{5}$"},
            "additionalProperties": {"type": "string", "minLength": 1},
            "description": "SQLSTATE to the code of a BPMN error.",
        },
    },
}


class SqlConnector:
    """Runs statements; see `SCHEMA` for what it takes.

    Args:
        opener: opens databases, and says which may be.
    """

    name = "sql"
    schema: Schema = SCHEMA

    def __init__(self, opener: Opener) -> None:
        self._opener = opener

    def target(self, inputs: Mapping[str, object]) -> str:
        """Kind, host, port and name of the database."""
        return self._opener.target(str(inputs["connection"]))

    def call(self, request: Request, /) -> Answer:
        """Run the statement; what it wrote is committed.

        Raises:
            WorkFailure: no connection, too slow; final: wrong inputs, too many rows.
            CallRefused: the database refuses the statement; ``code`` is the SQLSTATE.
            BpmnErrorThrown: a SQLSTATE that ``errors`` names.
        """
        given: Mapping[str, Any] = request.inputs
        statement = sa.text(given["statement"])
        parameters = _parameters(statement, given.get("parameters") or {}, request.key)
        timeout = min(time_input(given, "timeout", request.timeout), request.timeout)
        most = given.get("maxRows", 1_000)
        is_write = bool(given.get("write", False))
        opened = self._opener.open(
            given["connection"], request.tenant_id, timeout=timeout, is_write=is_write
        )
        request.redactor.cover("connection", opened.password)
        sent = request.redactor.hide(given["statement"])[:RECORDED]
        try:
            with _told(given, request.redactor, sent), opened.transaction() as connection:
                body = _run(opened, connection, statement, parameters, timeout, most)
        finally:
            opened.close()
        return Answer(body, seen=body, sent=sent)


def _run(
    opened: Opened,
    connection: sa.Connection,
    statement: sa.TextClause,
    parameters: Mapping[str, object],
    timeout: timedelta,
    most: int,
) -> dict[str, object]:
    options = {"stream_results": opened.may_stream and bool(_QUERY.match(statement.text))}
    with (
        _limited(connection, timeout),
        connection.execute(statement, parameters, execution_options=options) as result,
    ):
        if not result.returns_rows:
            return {"rows": [], "rowCount": max(result.rowcount, 0)}
        rows = _fetch(result, most)
    return {"rows": rows, "rowCount": len(rows)}


def _fetch(result: sa.CursorResult[Any], most: int) -> list[dict[str, object]]:
    names = list(result.keys())
    if len(set(names)) < len(names):
        raise _wrong(
            f"Two columns have one name: {', '.join(names)}. Give each its own with AS.",
        )
    found: list[dict[str, object]] = []
    size = 0
    while portion := result.fetchmany(_PORTION):
        for row in portion:
            values = [_value(value) for value in row]
            size += sum(len(value) if isinstance(value, str | bytes) else 8 for value in values)
            found.append(dict(zip(names, values, strict=True)))
        if len(found) > most:
            raise _wrong(
                f"The statement gives more than {most} rows. Ask for fewer (WHERE, LIMIT), or "
                f"raise maxRows (at most {MOST_ROWS})."
            )
        if size > LARGEST:
            raise _wrong(f"The rows have more than {LARGEST} characters. Ask for less.")
    return found


_KEPT = (str, int, float, bool, Decimal, datetime, date, time, timedelta, type(None))


def _value(value: object) -> object:
    """A column's value as a variable can hold it; what has no word there as text."""
    if isinstance(value, _KEPT):
        return value
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    if isinstance(value, list | tuple):
        return [_value(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _value(item) for key, item in value.items()}
    return str(value)


def _parameters(
    statement: sa.TextClause, given: Mapping[str, object], key: str
) -> dict[str, object]:
    """What the statement's ``:names`` stand for; ``:idempotency_key`` is the call's own.

    Raises:
        WorkFailure: final; one is missing, or not in the statement, or of a type that no column
            has.
    """
    asked = set(statement.compile().params)
    values = dict(given)
    if "idempotency_key" in asked:
        values.setdefault("idempotency_key", key)
    lost, more = sorted(asked - set(values)), sorted(set(values) - asked)
    if lost:
        raise _wrong(f"The statement asks for :{lost[0]}, which 'parameters' does not give.")
    if more:
        raise _wrong(f"'parameters' gives {more[0]!r}, which the statement does not ask for.")
    for name, value in values.items():
        if not isinstance(value, (*_KEPT, bytes)):
            raise _wrong(
                f"The parameter {name!r} is {type(value).__name__}; a parameter is one value. Give "
                "lists as a text, and split it in the statement."
            )
    return values


@contextmanager
def _limited(connection: sa.Connection, timeout: timedelta) -> Iterator[None]:
    """SQLite has no time limit of its own for a statement: it is interrupted."""
    driver = connection.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        yield
        return
    watch = threading.Timer(timeout.total_seconds(), driver.interrupt)
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()


@contextmanager
def _told(given: Mapping[str, Any], redactor: Redactor, sent: str) -> Iterator[None]:
    """Failures of the database in its own words, without what was given to it."""
    try:
        yield
    except WorkFailure as failure:
        failure.request = failure.request or sent
        raise
    except DBAPIError as error:
        raise _failed(given, error, redactor.hide, sent) from None
    except SQLAlchemyError as error:
        raise WorkFailure(
            f"The statement cannot be run: {redactor.hide(str(error))[:500]}",
            request=sent,
            is_final=True,
        ) from None


def _failed(
    given: Mapping[str, Any], error: DBAPIError, hide: Callable[[str], str], sent: str
) -> Exception:
    state = str(getattr(error.orig, "sqlstate", None) or "")
    said = hide(str(error.orig)).strip()[:1_000]
    if _is_passing(error, state):
        return WorkFailure(f"The database does not answer: {said}", request=sent)
    code = (given.get("errors") or {}).get(state)
    if code:
        return BpmnErrorThrown(code, said)
    refused = CallRefused(f"The database refuses the statement: {said}", request=sent, answer=said)
    refused.is_final = True
    refused.code = state
    return refused


# Classes of SQLSTATE that pass by themselves: connection, transaction rollback (deadlock,
# serialization), insufficient resources, operator intervention (among it the time limit).
_PASSING = ("08", "40", "53", "57")


def _is_passing(error: DBAPIError, state: str) -> bool:
    if state:
        return state.startswith(_PASSING) or error.connection_invalidated
    if isinstance(error.orig, sqlite3.OperationalError):
        primary = error.orig.sqlite_errorcode & 0xFF if error.orig.sqlite_errorcode else 0
        return primary in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_INTERRUPT}
    return isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError)


def _wrong(message: str) -> WorkFailure:
    return WorkFailure(message, is_final=True)
