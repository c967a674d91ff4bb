"""Fills a database with open tasks by plain inserts: 100,000 take seconds, not minutes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from engine import tables
from engine.store.ids import Ids
from engine.store.opening import NEVER

NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)
GROUPS = 40
BATCH = 5_000
_NAME = "Review and confirm"
_START = "018f0000-0000-7000-8000-00000000000"


def fill(pool: sa.Engine, tasks: int) -> None:
    """Write *tasks* open tasks of one definition, each candidate of one or two of `GROUPS` groups.

    A tenth is assigned, a fifth has no due date, the rest is due from 100 days ago to 100 days
    ahead.
    """
    with pool.begin() as connection:
        _deployed(connection)
        rows: dict[sa.Table, list[dict[str, object]]] = {}
        for number, found in enumerate(_instances(tasks)):
            for table, row in found:
                rows.setdefault(table, []).append(row)
            if number % BATCH == BATCH - 1:
                _write(connection, rows)
        _write(connection, rows)
    with pool.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def _write(connection: sa.Connection, rows: dict[sa.Table, list[dict[str, object]]]) -> None:
    for table, of_table in rows.items():
        connection.execute(sa.insert(table), of_table)
    rows.clear()


def _deployed(connection: sa.Connection) -> None:
    exists = connection.execute(sa.select(tables.tenant.c.id)).first()
    if exists is None:
        connection.execute(sa.insert(tables.tenant), {"id": "default", "name": "Default"})
    common = {"tenant_id": "default", "digest": "0" * 64}
    connection.execute(
        sa.insert(tables.deployment),
        {"id": _START + "1", "key": 1, "name": "bench", "deployed_at": NOW, **common},
    )
    connection.execute(
        sa.insert(tables.resource),
        {
            "id": _START + "2",
            "deployment_id": _START + "1",
            "name": "w2.bpmn",
            "digest": "0" * 64,
            "content": b"",
        },
    )
    connection.execute(
        sa.insert(tables.process_definition),
        {
            "id": _START + "3",
            "key": 3,
            "process_id": "filled",
            "version": 1,
            "name": _NAME,
            "deployment_id": _START + "1",
            "resource_id": _START + "2",
            "is_executable": True,
            "is_startable": True,
            "is_suspended": False,
            "starters": "{}",
            **common,
        },
    )


def _instances(count: int) -> Iterator[list[tuple[sa.Table, dict[str, object]]]]:
    ids = Ids()
    for number in range(count):
        yield list(_instance(ids, number))


def _instance(ids: Ids, number: int) -> Iterator[tuple[sa.Table, dict[str, object]]]:
    instance, task = ids.new(NOW), ids.new(NOW)
    due = None if number % 5 == 0 else NOW + timedelta(minutes=(number * 7919) % 288_000 - 144_000)
    assignee = f"person{number % 200}" if number % 10 == 0 else None
    owned = {"tenant_id": "default", "definition_id": _START + "3"}
    name = f"Review {number % 97}"
    found_by = {"priority": number % 100, "search": f"{name} R-{number} {_NAME}".casefold()}
    yield (
        tables.process_instance,
        {
            "id": instance.id,
            "key": instance.key,
            "business_key": f"R-{number}",
            "status": "ACTIVE",
            "revision": 1,
            "next_id": 9,
            "state": '{"k":"p","n":"filled","w":[[1,"review","f1","x",2,"task",null]]}',
            "initiator": f"person{number % 500}",
            "root_id": instance.id,
            "history_seq": 0,
            "history_hash": "0" * 64,
            "started_at": NOW,
            **owned,
        },
    )
    yield (
        tables.task,
        {
            "id": task.id,
            "key": task.key,
            "instance_id": instance.id,
            "scope": 0,
            "token": 1,
            "wait": 2,
            "element_id": "review",
            "name": name,
            "assignee": assignee,
            "is_suspended": False,
            "revision": 1,
            "created_at": NOW,
            "due_at": due,
            "due_sort": due or NEVER,
            **owned,
            **found_by,
        },
    )
    for group in {number % GROUPS, (number * 31) % GROUPS}:
        yield (
            tables.task_candidate,
            {
                "task_id": task.id,
                "kind": "group",
                "name": f"group{group}",
                "tenant_id": "default",
                "is_assigned": assignee is not None,
                "due_sort": due or NEVER,
                **found_by,
            },
        )
