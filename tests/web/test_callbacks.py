"""The address at which other systems answer calls that they only accepted."""

from __future__ import annotations

import pytest

from engine.actor import SYSTEM
from engine.core import Engine
from engine.settings import Settings
from tests.support.recording_server import RecordingServer, Told
from tests.web.site import SETTINGS, Site
from web import create_app

BPMN = "../engine/services/connectors/camunda8_own.bpmn"


class Called(Site):
    """A site whose engine calls this machine, with one instance."""

    instance = ""

    def __init__(self) -> None:
        super().__init__()
        settings = Settings(
            secret_key=SETTINGS.secret_key,
            outbound_allow="127.0.0.1",
            outbound_max_bytes=1_000,
            public_url="http://localhost",
            notify=False,
        )
        self.engine = Engine(self.engine.database, clock=self.clock, settings=settings)
        self.app = create_app(settings, engine=self.engine)


@pytest.fixture
def waiting():
    """A site with an instance that waits for an answer, and the path to answer at."""
    site = Called()
    with RecordingServer().running() as server:
        server.answers(Told(202))
        site.deploy(BPMN)
        site.instance = site.start("camunda8_own", base=server.url)
        site.engine.run_due_jobs(until=site.clock.now())
        address = server.arrived[0].json["answer_to"]
    yield site, address.removeprefix("http://localhost")
    site.engine.close()


def tasks(site):
    site.engine.run_due_jobs(until=site.clock.now())
    return [row.name for row in site.engine.instance_tasks(site.instance, actor=SYSTEM).items]


@pytest.mark.parametrize("method", ["post", "put"])
def test_an_answer_needs_nothing_but_its_address(waiting, method):
    site, path = waiting
    client = site.app.test_client()
    response = getattr(client, method)(path, json={"number": 3})
    assert (response.status_code, response.json) == (200, {"status": "taken"})
    assert tasks(site) == ["Look at it"]
    assert client.post(path, json={"number": 4}).status_code == 404


def test_the_same_answer_is_taken_again_as_long_as_it_waits(waiting):
    site, path = waiting
    client = site.app.test_client()
    assert [client.post(path, json={}).status_code for _ in range(3)] == [200] * 3


def test_refusals_are_data_and_show_no_address(waiting):
    site, path = waiting
    client = site.app.test_client()
    unknown = client.post("/callbacks/" + "x" * 40, json={})
    assert (unknown.status_code, unknown.json["code"]) == (404, "not-found")
    assert "x" * 10 not in unknown.json["message"]
    wrong = client.post(path, data=b"{", content_type="application/json")
    assert (wrong.status_code, wrong.json["code"]) == (400, "bad-input")
    assert client.get(path).status_code in {401, 405}
    large = client.post(path, data=b"x" * 2_000, content_type="text/plain")
    assert large.status_code == 413


def test_nobody_can_try_many_addresses(waiting):
    site, path = waiting
    client = site.app.test_client()
    statuses = [client.post(f"/callbacks/{number}", json={}).status_code for number in range(31)]
    assert statuses == [404] * 30 + [429]
    assert client.post(path, json={}).status_code == 429


def test_the_log_shows_no_address(waiting, capsys):
    site, path = waiting
    site.app.test_client().post(path, json={})
    said = capsys.readouterr()
    assert path.removeprefix("/callbacks/") not in said.out + said.err


def test_right_answers_are_not_counted(waiting):
    site, path = waiting
    client = site.app.test_client()
    assert {client.post(path, json={}).status_code for _ in range(40)} == {200}
