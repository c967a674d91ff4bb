"""What `Engine.check` says with all that the installation has."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from bpmn.model import Severity
from engine.core import Engine, File
from engine.settings import Settings
from tests.engine.world import ADMIN, World


def told(world: World, *files: File) -> list[tuple[str, str, Severity]]:
    problems = world.engine.check(files).problems
    return [(p.code, p.element_id, p.severity) for p in problems if not p.code.startswith("lint")]


def changed(world: World, old: str, new: str) -> File:
    file = world.file("calls.bpmn")
    assert old.encode() in file.data
    return replace(file, data=file.data.replace(old.encode(), new.encode()))


def contract(world: World, **changes: object) -> File:
    found = json.loads(world.file("credit.contract.json").data)
    return File("credit.contract.json", json.dumps({**found, **changes}, indent=1).encode())


def test_handlers_that_nobody_registered_are_warned_of(world: World):
    world.with_handlers(**{"com.example.Noted": lambda _: None})
    missing = ("handler-missing", "charge", Severity.WARNING)
    assert told(world, world.file("calls.bpmn")) == [missing]
    world.with_handlers(**{"com.example.Noted": lambda _: None, "charge": lambda _: None})
    assert told(world, world.file("calls.bpmn")) == []
    world.with_handlers()
    assert len(world.deploy("calls.bpmn").processes) == 1


def test_a_statement_that_is_put_together_is_refused(world: World):
    world.with_handlers(**{"com.example.Noted": lambda _: None, "charge": lambda _: None})
    built = changed(world, "WHERE id = :id", "WHERE id = ${order}")
    assert told(world, built) == [("connector-input-built", "ask", Severity.ERROR)]


@pytest.mark.parametrize(
    ("changes", "code", "where"),
    [
        ({"connector": "smoke-signal"}, "connector-unknown", "connector"),
        ({"settings": {"uri": "= request"}}, "connector-input-unknown", "settings.uri"),
        ({"settings": {"method": "= request"}}, "connector-input-missing", "settings"),
        (
            {
                "connector": "sql",
                "settings": {"connection": "x", "statement": '= "SELECT " + customer'},
            },
            "connector-input-built",
            "settings.statement",
        ),
    ],
)
def test_a_contract_that_its_connector_does_not_take_is_refused(
    world: World, changes: dict[str, object], code: str, where: str
):
    problems = world.engine.check([contract(world, **changes)]).problems
    found = next(problem for problem in problems if problem.code == code)
    assert (found.element_id, found.file) == (where, "credit.contract.json")
    assert found.line > 1


def test_a_task_asks_a_database_and_goes_on(world: World, tmp_path: Path):
    (tmp_path / "files/default").mkdir(parents=True)
    with sqlite3.connect(tmp_path / "files/default/erp.db") as database:
        database.execute("CREATE TABLE orders (id INTEGER, total INTEGER)")
        database.execute("INSERT INTO orders VALUES (7, 120)")
    world.engine.close()
    settings = Settings(files_dir=str(tmp_path / "files"), secrets_key="k" * 32)
    handlers = {"com.example.Noted": lambda _: None, "charge": lambda _: None}
    world.engine = Engine.open(world.url, clock=world.clock, settings=settings, handlers=handlers)
    world.engine.set_secret("ERP_DB", "sqlite:///erp.db", actor=ADMIN)
    instance = world.run("calls.bpmn", order=7)
    world.engine.run_due_jobs()
    assert world.status(instance) == "COMPLETED"
    assert world.variables(instance) == {"order": 7, "total": 120}
