"""The sql connector: parameters only, read-only by default, limited in rows and time."""

from __future__ import annotations

import sqlite3
import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from bpmn.expressions.base import BpmnErrorThrown
from engine.services.connectors.base import CallRefused, Request
from engine.services.connectors.outbound import OutboundRules
from engine.services.connectors.sql import SqlConnector
from engine.services.connectors.sql_databases import Opener
from engine.services.failure import WorkFailure

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
HERE = OutboundRules.parse(["127.0.0.0/8", "::1", "localhost"])


class Orders:
    """A database with a table of orders, and a connector that may reach it."""

    def __init__(self, url: str, files: str = "") -> None:
        self.url = url
        self.connector = SqlConnector(Opener(HERE, files))

    def ask(self, statement: str, **inputs: object) -> dict:
        asked = Request({"connection": self.url, "statement": statement, **inputs}, "key-1", NOON)
        return self.connector.call(replace(asked, timeout=timedelta(seconds=30))).body  # type: ignore[return-value]

    def refused(self, statement: str, **inputs: object) -> CallRefused:
        with pytest.raises(CallRefused) as refused:
            self.ask(statement, **inputs)
        assert refused.value.is_final
        return refused.value


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def orders(request: pytest.FixtureRequest) -> Orders:
    return request.getfixturevalue(f"{request.param}_orders")


@pytest.fixture
def sqlite_orders(tmp_path: Path) -> Orders:
    (tmp_path / "default").mkdir()
    with sqlite3.connect(tmp_path / "default/erp.db") as database:
        database.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, name TEXT, total NUMERIC)")
        database.execute("INSERT INTO orders VALUES (1, 'Ann', 2.5), (2, 'Bob', 7)")
    return Orders("sqlite:///erp.db", str(tmp_path))


@pytest.fixture
def postgres_orders(postgres_database: sa.URL) -> Orders:
    """A table of its own in the shared database, which is dropped with its schema."""
    url = postgres_database.set(drivername="postgresql", host=postgres_database.host or "localhost")
    orders = Orders(url.render_as_string(hide_password=False))
    orders.ask("DROP TABLE IF EXISTS orders", write=True)
    orders.ask("CREATE TABLE orders (id INTEGER PRIMARY KEY, name TEXT, total NUMERIC)", write=True)
    orders.ask("INSERT INTO orders VALUES (1, 'Ann', 2.5), (2, 'Bob', 7)", write=True)
    return orders


def test_rows_come_as_mappings(orders: Orders):
    answer = orders.ask(
        "SELECT id, name FROM orders WHERE id >= :low ORDER BY id", parameters={"low": 1}
    )
    assert answer == {"rows": [{"id": 1, "name": "Ann"}, {"id": 2, "name": "Bob"}], "rowCount": 2}


def test_a_value_is_never_a_part_of_the_statement(orders: Orders):
    answer = orders.ask(
        "SELECT id FROM orders WHERE name = :name", parameters={"name": "x' OR '1'='1"}
    )
    assert answer["rows"] == []


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO orders VALUES (3, 'Eve', 1)",
        "UPDATE orders SET name = 'Eve'",
        "DELETE FROM orders",
        "DROP TABLE orders",
        "CREATE TABLE more (id INTEGER)",
    ],
)
def test_nothing_is_written_unless_the_task_says_so(orders: Orders, statement: str):
    assert "only" in str(orders.refused(statement)).lower()
    assert orders.ask("SELECT name FROM orders WHERE id = 1")["rows"] == [{"name": "Ann"}]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT 1; DELETE FROM orders",
        "COMMIT; DELETE FROM orders",
        "SET TRANSACTION READ WRITE; DELETE FROM orders",
        "DELETE FROM orders; SELECT 1",
    ],
)
@pytest.mark.parametrize("is_write", [False, True])
def test_a_text_is_one_statement(orders: Orders, statement: str, is_write: bool):
    with pytest.raises(WorkFailure):
        orders.ask(statement, write=is_write)
    assert orders.ask("SELECT count(*) AS n FROM orders")["rows"] == [{"n": 2}]


@pytest.mark.postgres
@pytest.mark.parametrize(
    "statement",
    [
        "SET TRANSACTION READ WRITE",
        "SET transaction_read_only = off",
        "SELECT set_config('transaction_read_only', 'off', true)",
        "WITH gone AS (DELETE FROM orders RETURNING id) SELECT * FROM gone",
        "DO $$ BEGIN DELETE FROM orders; END $$",
    ],
)
def test_a_transaction_that_reads_cannot_be_made_to_write(postgres_orders: Orders, statement: str):
    postgres_orders.refused(statement)


def test_what_is_written_is_committed_and_counted(orders: Orders):
    answer = orders.ask(
        "UPDATE orders SET total = :total WHERE id > 0", parameters={"total": 3}, write=True
    )
    assert answer == {"rows": [], "rowCount": 2}
    assert [row["total"] for row in orders.ask("SELECT total FROM orders")["rows"]] == [3, 3]
    returned = orders.ask("DELETE FROM orders WHERE id = 2 RETURNING name", write=True)
    assert returned["rows"] == [{"name": "Bob"}]


def test_the_key_of_the_call_makes_a_repeated_write_harmless(orders: Orders):
    orders.ask("CREATE TABLE IF NOT EXISTS booked (key TEXT PRIMARY KEY)", write=True)
    orders.ask("DELETE FROM booked", write=True)
    statement = "INSERT INTO booked VALUES (:idempotency_key) ON CONFLICT DO NOTHING"
    assert [orders.ask(statement, write=True)["rowCount"] for _ in range(2)] == [1, 0]
    assert orders.ask("SELECT key FROM booked")["rows"] == [{"key": "key-1"}]
    orders.ask("DROP TABLE booked", write=True)


def test_too_many_rows_are_an_error_and_never_cut_off(orders: Orders):
    many = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) "
        "SELECT i FROM n"
    )
    assert orders.ask(many)["rowCount"] == 500
    with pytest.raises(WorkFailure, match="more than 499 rows") as failure:
        orders.ask(many, maxRows=499)
    assert failure.value.is_final


def test_rows_that_are_too_large_are_an_error(orders: Orders):
    text = "printf('%1000000s', 'x')" if "sqlite" in orders.url else "repeat('x', 1000000)"
    many = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12) "
        f"SELECT {text} AS x FROM n"
    )
    with pytest.raises(WorkFailure, match="more than 10000000 characters"):
        orders.ask(many)


def test_a_statement_that_takes_too_long_is_stopped_and_tried_again(orders: Orders):
    endless = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    )
    with pytest.raises(WorkFailure, match="does not answer") as failure:
        orders.ask(endless, timeout="PT0.3S")
    assert not failure.value.is_final


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({}, "asks for :low"),
        ({"low": 1, "high": 2}, "gives 'high'"),
        ({"low": [1, 2]}, "'low' is list"),
    ],
)
def test_parameters_are_those_of_the_statement(
    sqlite_orders: Orders, parameters: dict, message: str
):
    with pytest.raises(WorkFailure, match=message) as failure:
        sqlite_orders.ask("SELECT id FROM orders WHERE id >= :low", parameters=parameters)
    assert failure.value.is_final


def test_two_columns_of_one_name_are_an_error(orders: Orders):
    with pytest.raises(WorkFailure, match="Give each its own with AS"):
        orders.ask("SELECT id, id FROM orders")


@pytest.mark.postgres
def test_values_come_as_what_they_are(postgres_orders: Orders):
    answer = postgres_orders.ask(
        "SELECT 1.50::numeric AS a, date '2026-01-05' AS b, '{\"x\": [1]}'::jsonb AS c, "
        "'0193e6a0-0000-7000-8000-000000000000'::uuid AS d, '\\x00ff'::bytea AS e, "
        "ARRAY[1, 2] AS f, NULL AS g, timestamptz '2026-01-05T12:00:00Z' AS h"
    )
    (row,) = answer["rows"]
    assert row["a"] == Decimal("1.50")
    assert row["b"] == date(2026, 1, 5)
    assert (row["c"], row["e"], row["f"], row["g"]) == ({"x": [1]}, b"\x00\xff", [1, 2], None)
    assert row["d"] == str(uuid.UUID("0193e6a0-0000-7000-8000-000000000000"))
    assert row["h"] == NOON


@pytest.mark.postgres
def test_what_the_database_refuses_has_its_code_and_can_be_an_error(postgres_orders: Orders):
    again = "INSERT INTO orders VALUES (1, 'Ann', 1)"
    refused = postgres_orders.refused(again, write=True)
    assert refused.code == "23505"
    with pytest.raises(BpmnErrorThrown) as thrown:
        postgres_orders.ask(again, write=True, errors={"23505": "DUPLICATE"})
    assert thrown.value.error_code == "DUPLICATE"
    assert postgres_orders.ask("SHOW transaction_read_only")["rows"] == [
        {"transaction_read_only": "on"}
    ]


def test_a_wrong_statement_is_told_without_values(orders: Orders):
    refused = orders.refused(
        "SELECT nothing FROM orders WHERE name = :name", parameters={"name": "private"}
    )
    assert "nothing" in str(refused)
    assert "private" not in str(refused) + refused.request + refused.answer


@pytest.mark.parametrize(
    ("connection", "message"),
    [
        ("mysql://db.example/erp", "no address of a database that can be read"),
        ("erp", "no address"),
        ("postgresql:///erp", "names no host"),
        ("postgresql://u:p@127.0.0.1/erp?host=10.0.0.1", "more than it may"),
        ("postgresql://u:p@127.0.0.1/erp?service=x", "more than it may"),
        ("postgresql://u:p@127.0.0.1/host=10.0.0.1", "more than it may"),
        ("postgresql://u:p@10.0.0.1/erp", "LANEWAY_OUTBOUND_ALLOW"),
        ("postgresql://u:p@169.254.169.254/erp", "LANEWAY_OUTBOUND_ALLOW"),
        ("sqlite:////etc/passwd", "is no path here"),
        ("sqlite:///../other/erp.db", "is no path here"),
        ("sqlite:///erp.db?mode=rw", "without"),
        ("sqlite://", "Write sqlite"),
    ],
)
def test_databases_that_may_not_be_opened(sqlite_orders: Orders, connection: str, message: str):
    sqlite_orders.url = connection
    with pytest.raises(WorkFailure, match=message) as failure:
        sqlite_orders.ask("SELECT 1")
    assert failure.value.is_final
    assert ":p@" not in str(failure.value)


def test_a_file_of_sqlite_leads_to_no_other(sqlite_orders: Orders, tmp_path: Path):
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as database:
        database.execute("CREATE TABLE secret (x)")
    for is_write in (False, True):
        sqlite_orders.refused(f"ATTACH DATABASE '{other}' AS other", write=is_write)


def test_a_database_of_sqlite_that_is_not_there_is_not_made_by_reading(
    sqlite_orders: Orders, tmp_path: Path
):
    sqlite_orders.url = "sqlite:///new.db"
    with pytest.raises(WorkFailure):
        sqlite_orders.ask("SELECT 1")
    assert not (tmp_path / "default/new.db").exists()
    sqlite_orders.ask("CREATE TABLE a (x)", write=True)
    assert (tmp_path / "default/new.db").exists()


def test_without_a_store_there_is_no_sqlite():
    with pytest.raises(WorkFailure, match="LANEWAY_FILES_DIR"):
        Orders("sqlite:///erp.db").ask("SELECT 1")


def test_a_database_that_is_away_is_tried_again():
    orders = Orders("postgresql://u:s3cret@127.0.0.1:1/erp")
    with pytest.raises(WorkFailure, match="does not answer") as failure:
        orders.ask("SELECT 1")
    assert not failure.value.is_final
    assert "s3cret" not in str(failure.value)


def test_the_target_is_the_database_without_its_password():
    connector = SqlConnector(Opener(HERE))
    asked = {"connection": "postgresql://u:p@db.example/erp"}
    assert connector.target(asked) == "postgresql://db.example:5432/erp"
    assert connector.target({"connection": "sqlite:///erp.db"}) == "sqlite:erp.db"
