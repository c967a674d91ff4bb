"""What a client of Camunda 7 does, in its own words."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

from werkzeug.test import TestResponse

from tests.web.api.caller import Caller

HERE = Path(__file__).parent


class Client:
    """Calls below ``/engine-rest``."""

    def __init__(self, caller: Caller, prefix: str = "/engine-rest") -> None:
        self.caller = caller
        self.site = caller.site
        self.prefix = prefix

    def call(self, method: str, path: str, json: object = None, **options: Any) -> TestResponse:
        if json is not None:
            options["json"] = json
        return self.caller.call(method, f"{self.prefix}{path}", **options)

    def get(self, path: str, **query: object) -> Any:
        """JSON of an answer that went well."""
        answer = self.call("GET", path, query_string=query)
        assert answer.status_code == 200, answer.text
        assert answer.content_type == "application/json"
        return answer.json

    def post(self, path: str, json: object = None, *, status: int = 200) -> Any:
        """JSON of an answer with *status*, ``None`` of one without content."""
        answer = self.call("POST", path, json)
        assert answer.status_code == status, answer.text
        if status == 204:
            assert answer.data == b""
            return None
        assert answer.content_type == "application/json"
        return answer.json

    def deploy(self, *names: str, **fields: str) -> TestResponse:
        """The multipart form that Camunda Modeler sends."""
        files = {name: (HERE / name).read_bytes() for name in names}
        return self.deploy_bytes(files, **fields)

    def deploy_bytes(self, files: dict[str, bytes], **fields: str) -> TestResponse:
        form: dict[str, object] = {
            "deployment-name": "order",
            "deployment-source": "Camunda Modeler",
            "enable-duplicate-filtering": "true",
            **{name.replace("_", "-"): value for name, value in fields.items()},
        }
        parts = {name: (BytesIO(data), name, "text/xml") for name, data in files.items()}
        return self.call(
            "POST",
            "/deployment/create",
            data={**form, **parts},
            content_type="multipart/form-data",
        )

    def definition(self, name: str = "order.bpmn") -> dict[str, Any]:
        """Deploy a file; what is told of its process."""
        answer = self.deploy(name)
        assert answer.status_code == 200, answer.text
        (found,) = answer.json["deployedProcessDefinitions"].values()
        return found

    def start(self, variables: object = None, key: str | None = None) -> dict[str, Any]:
        """Deploy the order and start it."""
        definition = self.definition()
        body = {"businessKey": key, "variables": variables}
        return self.post(f"/process-definition/{definition['id']}/start", body)

    def fetch(self, topic: str = "charge", worker: str = "w1", **wanted: object) -> list[Any]:
        """Fetch without waiting; *wanted* is said of the topic."""
        asked = {"topicName": topic, "lockDuration": 60_000, **wanted}
        return self.post(
            "/external-task/fetchAndLock", {"workerId": worker, "maxTasks": 10, "topics": [asked]}
        )
