"""The example that calls another system, against a register that is a real server."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from engine import tables
from engine.actor import SYSTEM
from engine.clock import VirtualClock
from engine.core import Engine, File
from engine.settings import Settings
from tests.examples.test_runs import NOW
from tests.support.recording_server import RecordingServer, Told

DIAGRAM = Path(__file__).parents[2] / "examples/supplier-check/supplier-check.bpmn"


@pytest.fixture
def register():
    with RecordingServer().running() as running:
        yield running


@pytest.fixture
def engine(sqlite_url, register, monkeypatch):
    monkeypatch.setenv("LANEWAY_SECRET_REGISTER_URL", register.url)
    monkeypatch.setenv("LANEWAY_SECRET_REGISTER_KEY", "verysecret")
    settings = Settings(outbound_allow="127.0.0.1", notify=False)
    made = Engine.open(sqlite_url, clock=VirtualClock(NOW), settings=settings)
    with made.database.writing() as connection:
        connection.execute(sa.insert(tables.tenant), [{"id": "default", "name": "Default"}])
    made.deploy([File(DIAGRAM.name, DIAGRAM.read_bytes())], actor=SYSTEM)
    yield made
    made.close()


def check(engine, register, told: Told):
    """An instance after the register answered: its open tasks, and its variables."""
    register.answers(told)
    instance = engine.start("supplier-check", actor=SYSTEM, variables={"vatNumber": "DE 1"})
    engine.run_due_jobs(until=NOW)
    rows = engine.instance_tasks(instance, actor=SYSTEM).items
    return [row.name for row in rows], engine.instance_values(instance, actor=SYSTEM)


def test_a_company_in_business_is_accepted(engine, register):
    told = Told(200, {"name": "Miller & Sons", "active": True})
    tasks, found = check(engine, register, told)
    assert (tasks, found["company"], found["isActive"]) == ([], "Miller & Sons", True)
    (asked,) = register.arrived
    assert (asked.target, asked.headers["x-api-key"]) == ("/companies/DE%201", "verysecret")


def test_a_company_out_of_business_is_clarified(engine, register):
    told = Told(200, {"name": "Miller & Sons", "active": False})
    assert check(engine, register, told)[0] == ["Clarify with the supplier"]


def test_a_company_that_is_not_there_is_clarified(engine, register):
    assert check(engine, register, Told(404))[0] == ["Clarify with the supplier"]
