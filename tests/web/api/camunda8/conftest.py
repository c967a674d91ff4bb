"""A program of Camunda 8 over the application under test."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.web.api.caller import Caller, with_key
from tests.web.site import Site

HERE = Path(__file__).parent


def is_key(value: object) -> bool:
    """Whether *value* is a decimal text of a 63-bit number."""
    return isinstance(value, str) and value.isdecimal() and 0 < int(value) < 2**63


class Client:
    """Calls below ``/v2``."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller
        self.site = caller.site

    def call(self, method: str, path: str, json: object = None, **options: Any) -> TestResponse:
        if json is not None:
            options["json"] = json
        return self.caller.call(method, f"/v2{path}", **options)

    def get(self, path: str) -> Any:
        answer = self.call("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json

    def post(self, path: str, json: object = None, *, status: int = 200) -> Any:
        answer = self.call("POST", path, json)
        assert answer.status_code == status, answer.text
        return answer.json if answer.is_json else None

    def deploy(self, *paths: Path, **fields: str) -> TestResponse:
        files = [(BytesIO(path.read_bytes()), path.name) for path in paths]
        return self.call(
            "POST",
            "/deployments",
            data={"resources": files, **fields},
            content_type="multipart/form-data",
        )

    def start(self, process: str, **variables: object) -> str:
        sent = {"processDefinitionId": process, "variables": variables}
        return str(self.post("/process-instances", sent)["processInstanceKey"])

    def activate(self, most: int = 5, **more: object) -> list[dict[str, Any]]:
        sent = {
            "type": "charge",
            "worker": "w",
            "timeout": 60_000,
            "maxJobsToActivate": most,
            "requestTimeout": -1,
            **more,
        }
        return list(self.post("/jobs/activation", sent)["jobs"])

    def search(self, what: str, **wanted: object) -> list[dict[str, Any]]:
        return list(self.post(f"/{what}/search", {"filter": wanted})["items"])


@pytest.fixture
def c8(site: Site) -> Client:
    """A program that may do everything, with the diagram of the tests deployed."""
    client = Client(with_key(site))
    assert client.deploy(HERE / "order8.bpmn").status_code == 200
    return client


@pytest.fixture
def file_c8(file_site: Site) -> Client:
    """The same over a database in a file, for calls that wait while others are answered."""
    client = Client(with_key(file_site))
    assert client.deploy(HERE / "order8.bpmn").status_code == 200
    return client
