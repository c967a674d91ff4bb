"""An engine with one deployed process, and an office where people work on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from engine import tables
from engine.actor import SYSTEM, Actor
from engine.clock import VirtualClock
from engine.core import Engine, File
from engine.queries.tasks import TaskFilter, TaskList, TaskRow

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DIAGRAM = Path(__file__).with_name("request.bpmn")


@dataclass
class Office:
    """Starts requests and reads lists as one person or another."""

    engine: Engine
    clock: VirtualClock

    def request(self, key: str, *, by: str = "ida", **variables: object) -> str:
        """Start a request; *variables* say who approves it, and when it is due."""
        given: dict[str, object] = {
            "who": None,
            "users": None,
            "groups": None,
            "due": None,
            "followUp": None,
        }
        given |= {"priority": 50}
        return self.engine.start(
            "request", actor=Actor(by), variables={**given, **variables}, business_key=key
        )

    def task(self, key: str) -> TaskRow:
        """The open task of the request with that key."""
        rows = self.engine.tasks(TaskFilter(list=TaskList.ALL), actor=SYSTEM, size=500).items
        return next(row for row in rows if row.business_key == key)

    def keys(self, actor: Actor, which: TaskList = TaskList.ALL, **more: Any) -> list[str]:
        """Business keys of a task list, in its order."""
        sort = more.pop("sort", "due")
        wanted = TaskFilter(list=which, **more)
        page = self.engine.tasks(wanted, actor=actor, sort=sort, size=500)
        return [str(row.business_key) for row in page.items]

    def later(self, **duration: float) -> str:
        """ISO time so far from now."""
        return (self.clock.now() + timedelta(**duration)).isoformat()


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    """An office without any request, on each kind of database."""
    clock = VirtualClock(NOW)
    engine = Engine.open(database_url, clock=clock)
    with engine.database.writing() as connection:
        connection.execute(tables.tenant.insert(), {"id": "default", "name": "Default"})
        connection.execute(tables.tenant.insert(), {"id": "other", "name": "Other"})
    engine.deploy([File(DIAGRAM.name, DIAGRAM.read_bytes())], actor=SYSTEM)
    yield Office(engine, clock)
    engine.close()
