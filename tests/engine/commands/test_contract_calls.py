"""A service task calls by a contract: from the diagram to the other system and back."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from engine.core import Engine, File
from engine.settings import Settings
from tests.engine.world import ADMIN, World
from tests.support.recording_server import RecordingServer, Told

SETTINGS = Settings(outbound_allow="127.0.0.1", secrets_key="k" * 32)


@pytest.fixture
def server() -> Iterator[RecordingServer]:
    with RecordingServer().running() as running:
        yield running


@pytest.fixture
def calling(world: World, server: RecordingServer) -> World:
    """A world whose contract leads to the server, with its secret."""
    world.engine.close()
    world.engine = Engine.open(world.url, clock=world.clock, settings=SETTINGS)
    world.engine.set_secret("CREDIT", "t0p-s3cret", actor=ADMIN)
    world.engine.set_secret("NOTE", "n0te-s3cret", actor=ADMIN)
    world.engine.deploy([contract(world, server)], actor=ADMIN)
    server.answers(Told(200, {"score": 7}))
    return world


def contract(world: World, server: RecordingServer, **changes: object) -> File:
    found = json.loads(world.file("credit.contract.json").data)
    found["settings"]["url"] = f"{server.url}/checks"
    return File("credit.contract.json", json.dumps({**found, **changes}).encode())


def run(world: World, process: str = "credit", **variables: object) -> str:
    world.deploy(f"{process}.bpmn")
    instance = world.start(process, **variables)
    world.engine.run_due_jobs()
    return instance


def test_the_contract_makes_the_call(calling: World, server: RecordingServer):
    instance = run(calling, customer="C-7")
    (arrived,) = server.arrived
    assert (arrived.method, arrived.path, arrived.json) == ("POST", "/checks", {"customer": "C-7"})
    assert arrived.headers["authorization"] == "Bearer t0p-s3cret"
    assert calling.status(instance) == "COMPLETED"


def test_camunda_8_names_it_as_job_type_and_maps_the_answer(calling, server):
    instance = run(calling, "credit8", person="C-8")
    assert server.arrived[0].json == {"customer": "C-8"}
    assert calling.variables(instance)["score"] == 7


def test_a_request_that_breaks_the_contract_is_an_incident_and_no_call(calling, server):
    instance = run(calling, customer=7)
    (incident,) = calling.rows("incident")
    assert "request.customer: must be string, is integer" in incident.message
    assert "credit-check 1.0" in incident.message
    assert server.arrived == []
    calling.engine.set_variables(instance, {"customer": "C-7"}, actor=ADMIN)
    calling.engine.retry_incident(incident.id, actor=ADMIN)
    calling.engine.run_due_jobs()
    assert calling.status(instance) == "COMPLETED"


def test_an_answer_that_breaks_the_contract_is_an_incident_with_its_path(calling, server):
    server.answers(Told(200, {"points": 7}))
    run(calling, customer="C-7")
    (incident,) = calling.rows("incident")
    assert "response: misses 'score'" in incident.message
    assert "(Risk)" in incident.message
    assert len(server.arrived) == 1


def test_a_newer_version_is_used_from_its_deployment_on(calling, server):
    run(calling, customer="C-7")
    newer = contract(calling, server, version="1.1", response={"required": ["points"]})
    calling.engine.deploy([newer], actor=ADMIN)
    server.answers(Told(200, {"points": 7}))
    instance = calling.start("credit", customer="C-7")
    calling.engine.run_due_jobs()
    assert calling.status(instance) == "COMPLETED"


def test_no_secret_is_left_anywhere(calling: World, server: RecordingServer):
    # The other system says what it was sent, and refuses it.
    server.answer = lambda arrived: Told(
        500, {"you sent": arrived.headers["authorization"]}, {"X-Echo": "t0p-s3cret"}
    )
    run(calling, customer="C-7")
    for _ in range(5):
        calling.clock.move(calling.engine.settings.job_retry_delay * 100)
        calling.engine.run_due_jobs()
    assert len(calling.rows("incident")) == 1
    assert "t0p-s3cret" not in str(calling.everything())
    assert "n0te-s3cret" not in str(calling.everything())


def test_a_reference_that_somebody_typed_is_sent_as_it_is(calling: World, server: RecordingServer):
    run(calling, customer="{{secrets.CREDIT}}")
    assert server.arrived[0].json == {"customer": "{{secrets.CREDIT}}"}


def test_a_missing_secret_is_an_incident_that_names_it(calling: World, server: RecordingServer):
    calling.engine.remove_secret("CREDIT", actor=ADMIN)
    run(calling, customer="C-7")
    (incident,) = calling.rows("incident")
    assert "No secret 'CREDIT'" in incident.message
    assert server.arrived == []


def test_limits_of_the_contract_hold_its_calls_back(calling: World, server: RecordingServer):
    limits = {"rate": {"calls": 1, "seconds": 3_600}}
    limited = contract(calling, server, version="1.2", limits=limits)
    calling.engine.deploy([limited], actor=ADMIN)
    calling.deploy("credit.bpmn")
    for _ in range(2):
        calling.start("credit", customer="C-7")
    calling.engine.run_due_jobs()
    assert len(server.arrived) == 1
    (waiting,) = calling.rows("job")
    assert waiting.due_at > calling.clock.now()
    assert calling.rows("incident") == []
