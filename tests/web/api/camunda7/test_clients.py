"""Clients of Camunda 7, unmodified, and what Camunda Modeler calls, against a real server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests

from engine.actor import SYSTEM
from engine.core import Engine, File, NewApiKey, NewPerson
from tests.support import clients
from tests.support.patience import PATIENCE, until

HERE = Path(__file__).parents[3] / "worker"
PASSWORD = "correct horse battery"

pytestmark = [pytest.mark.acceptance, pytest.mark.slow]


@dataclass
class Server:
    """A server in a process of its own, and the engine on its database."""

    address: str
    engine: Engine
    key: str

    def call(self, method: str, path: str, body: object = None, **options: Any) -> Any:
        options.setdefault("headers", {"Authorization": f"Bearer {self.key}"})
        return requests.request(
            method,
            self.address + path,
            json=body,
            timeout=PATIENCE,
            allow_redirects=False,
            **options,
        )

    def start(self, key: str, **variables: object) -> str:
        return self.engine.start("order", actor=SYSTEM, variables=variables, business_key=key)

    def end_all(self) -> None:
        """Leave nothing for the next test."""
        for instance in self.engine.instances(actor=SYSTEM, size=500).items:
            if instance.is_open:
                self.engine.cancel_instance(instance.id, actor=SYSTEM)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    url = f"sqlite:///{tmp_path_factory.mktemp('served') / 'laneway.db'}"
    with clients.serving(url) as address:
        engine = Engine.open(url)
        engine.add_person(NewPerson("ada", "Ada", PASSWORD, is_admin=True), actor=SYSTEM)
        engine.deploy([File("order.bpmn", (HERE / "order.bpmn").read_bytes())], actor=SYSTEM)
        secret = engine.add_api_key(NewApiKey("clients", ("admin",)), actor=SYSTEM).secret
        yield Server(address, engine, secret)
        engine.close()


@pytest.fixture
def server(served: Server) -> Iterator[Server]:
    yield served
    served.end_all()


def test_the_client_for_node_does_all_that_a_worker_does(server):
    environment = {
        "ADDRESS": server.address,
        "KEY": server.key,
        "WORK_KEY": server.engine.add_api_key(NewApiKey("js", ("work",)), actor=SYSTEM).secret,
        "FOLDER": str(HERE),
        "PATIENCE": str(int(3 * PATIENCE * 1000)),
    }
    assert "all done" in clients.run_node(Path(__file__).with_name("client.cjs"), environment)


def test_the_client_for_python_does_all_that_a_worker_does(server):
    rich = server.start("rich", amount=5, when=datetime(2026, 1, 5, 8, tzinfo=UTC))
    poor = server.start("poor")
    program = Path(__file__).with_name("python_client.py")
    environment = {**os.environ, "ADDRESS": server.address, "PASSWORD": PASSWORD}
    done = subprocess.run(
        [sys.executable, str(program)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=4 * PATIENCE,
        check=False,
    )
    assert "all done" in done.stdout, done.stderr[-8_000:]
    found = server.engine.instance_values(rich, actor=SYSTEM)
    assert (found["paid"], found["data"], found["flag"]) == (10, {"a": [1]}, True)
    assert "note" not in found
    assert server.engine.instance_values(poor, actor=SYSTEM)["left"] == 0
    waiting = server.engine.search("tasks", actor=SYSTEM).items
    assert sorted(row["element_id"] for row in waiting) == ["dun", "ship"]


def test_the_calls_of_the_modeler_in_its_order(server):
    """Connection check, version, deployment, start, link: INTEROP 1.1."""
    bare = {"headers": {"Accept": "application/json"}}
    probe = server.call("GET", "/rest/deployment?maxResults=0", **bare)
    assert (probe.status_code, probe.headers["Content-Type"]) == (401, "application/json")
    asked = {"Origin": "file://", "Access-Control-Request-Headers": "authorization,content-type"}
    preflight = server.call("OPTIONS", "/rest/process-definition/x/start", headers=asked)
    assert preflight.status_code == 200
    assert preflight.headers["Access-Control-Allow-Origin"] == "*"

    session = requests.Session()
    session.auth = ("ada", PASSWORD)
    session.headers["Accept"] = "application/json"
    rest = f"{server.address}/rest"
    assert session.get(f"{rest}/deployment?maxResults=0", timeout=PATIENCE).json() == []
    assert session.get(f"{rest}/version", timeout=PATIENCE).json()["version"] == "7.24.0"

    def deploy() -> dict[str, Any]:
        data = (HERE / "order.bpmn").read_bytes()
        parts = [
            ("deployment-name", (None, "order")),
            ("deployment-source", (None, "Camunda Modeler")),
            ("enable-duplicate-filtering", (None, "true")),
            ("order.bpmn", ("order.bpmn", data, "text/xml")),
        ]
        answer = session.post(f"{rest}/deployment/create", files=parts, timeout=PATIENCE)
        assert answer.status_code == 200, answer.text
        assert answer.headers["Content-Type"] == "application/json"
        return dict(answer.json())

    first, again = deploy(), deploy()
    (definition,) = again["deployedProcessDefinitions"].values()
    assert list(first["deployedProcessDefinitions"]) == [definition["id"]]
    body = {"businessKey": None, "variables": {"amount": {"type": "Integer", "value": 5}}}
    started = session.post(
        f"{rest}/process-definition/{definition['id']}/start", json=body, timeout=PATIENCE
    )
    assert started.status_code == 200, started.text


def test_the_modelers_links_lead_to_our_pages(server):
    instance = server.start("linked")
    bare = {"headers": {"Accept": "application/json"}}
    webapps = server.call("GET", "/.well-known/camunda-automation-platform/webapps", **bare).json()
    cockpit = webapps["cockpitUrl"]
    assert cockpit == f"{server.address}/ui/"
    page = server.call("GET", f"/ui/process-instance/{instance}", **bare)
    assert page.headers["Location"].endswith(f"/instances/{instance}")
    query = json.dumps([{"type": "id", "operator": "eq", "value": "x"}])
    page = server.call("GET", f"/ui/repository?deploymentsQuery={query}", **bare)
    assert page.headers["Location"].endswith("/models")


def poll(server: Server, worker: str) -> list[dict[str, Any]]:
    """What a worker fetches that polls again and again."""
    topic = {"topicName": "charge", "lockDuration": 60_000}
    body = {"workerId": worker, "maxTasks": 1, "asyncResponseTimeout": 20_000, "topics": [topic]}
    path = "/engine-rest/external-task/fetchAndLock"
    return until(lambda: server.call("POST", path, body).json())


def test_a_poll_that_waits_is_answered_when_work_comes(server):
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(poll, server, "w")
        # Started within the server's process, which wakes the poll; a look each second would too.
        started = server.call("POST", "/engine-rest/process-definition/key/order/start", {}).json()
        (task,) = waiting.result()
    assert task["processInstanceId"] == started["id"]


def test_work_that_another_process_makes_is_found_too(server):
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(poll, server, "w")
        instance = server.start("elsewhere")
        (task,) = waiting.result()
    assert task["processInstanceId"] == instance


def test_nothing_is_locked_for_a_client_that_went_away(server):
    topic = {"topicName": "charge", "lockDuration": 3_600_000}
    body = {"workerId": "gone", "asyncResponseTimeout": 20_000, "topics": [topic]}
    address = f"{server.address}/engine-rest/external-task/fetchAndLock"
    headers = {"Authorization": f"Bearer {server.key}"}
    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.post(address, json=body, headers=headers, timeout=0.3)
    server.start("later")
    (task,) = poll(server, "here")
    assert task["workerId"] == "here"


def test_a_poll_that_waits_is_answered_when_the_server_ends(tmp_path):
    url = f"sqlite:///{tmp_path / 'laneway.db'}"
    with ThreadPoolExecutor(1) as pool, clients.serving(url) as address:
        engine = Engine.open(url)
        secret = engine.add_api_key(NewApiKey("patient", ("work",)), actor=SYSTEM).secret
        body = {"workerId": "w", "asyncResponseTimeout": 20_000, "topics": []}
        call = Server(address, engine, secret).call
        waiting = pool.submit(call, "POST", "/engine-rest/external-task/fetchAndLock", body)
        # The key is used, so the call has come in.
        until(lambda: engine.api_keys(actor=SYSTEM)[0].last_used_at)
        engine.close()
    assert (waiting.result().status_code, waiting.result().json()) == (200, [])
