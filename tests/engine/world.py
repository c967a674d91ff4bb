"""An engine under test, with the people who use it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from engine import tables
from engine.actor import Actor
from engine.clock import VirtualClock
from engine.core import Deployed, Engine, File
from engine.runtime.state import Status
from engine.services.handlers import Handler
from engine.settings import Settings

MONDAY = datetime(2026, 1, 5, 8, tzinfo=UTC)

ADMIN = Actor("ada", is_admin=True)
CLARA = Actor("clara", groups=frozenset({"clerks"}))
CARL = Actor("carl", groups=frozenset({"clerks"}))
PAUL = Actor("paul")
STRANGER = Actor("sven")
FOREIGN_ADMIN = Actor("olga", tenant_id="other", is_admin=True)


class World:
    """One engine on one database."""

    def __init__(
        self, url: str, folder: Path, handlers: Mapping[str, Handler] | None = None
    ) -> None:
        self.url = url
        self.folder = folder
        self.clock = VirtualClock(MONDAY)
        # Nobody else works on this database: a connection for telling others would be a waste.
        settings = Settings(notify=False)
        self.engine = Engine.open(url, clock=self.clock, settings=settings, handlers=handlers)

    def with_handlers(self, **handlers: Handler) -> None:
        self.engine.handlers.given = handlers

    def file(self, name: str) -> File:
        return File(name, (self.folder / name).read_bytes())

    def deploy(self, *names: str) -> Deployed:
        return self.engine.deploy([self.file(name) for name in names], actor=ADMIN)

    def start(self, process_id: str, **variables: object) -> str:
        return self.engine.start(process_id, actor=ADMIN, variables=variables)

    def run(self, name: str, **variables: object) -> str:
        """Deploy a diagram and start its process, which has the file's name."""
        self.deploy(name)
        return self.start(name.removesuffix(".bpmn"), **variables)

    def tasks(self) -> list[str]:
        """Element ids of all open tasks, sorted."""
        return sorted(row.element_id for row in self.rows("task"))

    def task(self, element_id: str) -> str:
        """Id of the open task at an element, the oldest when there are several."""
        found = [row for row in self.rows("task") if row.element_id == element_id]
        return str(min(found, key=lambda row: row.key).id)

    def complete(self, element_id: str, *, actor: Actor = ADMIN, **variables: object) -> None:
        self.engine.complete_task(self.task(element_id), actor=actor, variables=variables)

    def status(self, instance_id: str) -> Status:
        return self.engine.instance(instance_id, actor=ADMIN).row.status

    def variables(self, instance_id: str) -> dict[str, object]:
        return self.engine.instance_values(instance_id, actor=ADMIN)

    def events(self, instance_id: str) -> list[str]:
        return [row.kind for row in self.history(instance_id)]

    def history(self, chain: str) -> list[sa.Row]:
        table = tables.history
        with self.engine.database.reading() as connection:
            wanted = sa.select(table).where(table.c.chain == chain).order_by(table.c.seq)
            return list(connection.execute(wanted))

    def rows(self, table: str) -> list[sa.Row]:
        with self.engine.database.reading() as connection:
            return list(connection.execute(sa.select(tables.metadata.tables[table])))

    def everything(self) -> dict[str, list[tuple[object, ...]]]:
        """All rows of all tables, to see that nothing changed."""
        names = tables.metadata.tables
        return {name: sorted(map(tuple, self.rows(name)), key=repr) for name in names}

    def open_rows(self) -> dict[str, int]:
        """How many run-time rows there are, by table, without empty tables."""
        names = ("scope", "variable", "task", "task_candidate", "job", "external_task")
        counts = {name: len(self.rows(name)) for name in (*names, "subscription", "incident")}
        return {name: count for name, count in counts.items() if count}
