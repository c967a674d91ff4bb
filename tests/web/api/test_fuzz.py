"""Whatever is sent to a door, the answer is no mistake of the server, and JSON or nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import hypothesis
import pytest
from hypothesis import strategies as st

from engine.actor import SYSTEM
from engine.core import File
from tests.web.api.caller import Caller, with_key
from tests.web.api.fuzz import KEYS, TEXTS, VALUES, bodies
from tests.web.site import Site

DIAGRAM = Path(__file__).parent / "camunda8" / "order8.bpmn"
NAMES = (
    *("processDefinitionId", "processDefinitionKey", "processDefinitionVersion", "variables"),
    *("tenantId", "type", "worker", "timeout", "maxJobsToActivate", "fetchVariable", "tenantIds"),
    *("retries", "retryBackOff", "errorMessage", "errorCode", "changeset", "name", "messageId"),
    *("correlationKey", "timeToLive", "signalName", "assignee", "allowOverride", "dueDate"),
    *("candidateUsers", "priority", "filter", "sort", "page", "awaitCompletion", "local"),
    *("process_id", "definition_id", "version", "business_key", "note", "form", "arguments"),
    *("correlation", "time_to_live", "message_id", "element_id", "with_instances", "reason"),
)
FILTERS = (
    *("processInstanceKey", "state", "elementId", "startDate", "type", "retries", "name"),
    *("hasIncident", "scopeKey", "value", "candidateUser", "creationDate", "messageName"),
)
NO_WAIT = {"requestTimeout": -1}
pytestmark = pytest.mark.slow
FEW = hypothesis.settings(
    max_examples=15,
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture],
)


@pytest.fixture(scope="module")
def robot() -> Iterator[Caller]:
    """A program that may do everything, over an engine with a few instances."""
    site = Site()
    site.engine.deploy([File(DIAGRAM.name, DIAGRAM.read_bytes())], actor=SYSTEM)
    for number in ("1", "2"):
        site.engine.start("order8", actor=SYSTEM, variables={"number": number})
        site.engine.start("wait8", actor=SYSTEM, variables={"number": number})
    yield with_key(site)
    site.engine.close()


def routes(prefix: str) -> list[tuple[str, str]]:
    """Every method and path below *prefix*."""
    site = Site()
    found = [
        (method, rule.rule)
        for rule in site.app.url_map.iter_rules()
        if rule.rule.startswith(prefix)
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"})
    ]
    site.engine.close()
    return sorted(found)


def call(robot: Caller, method: str, rule: str, key: str, **sent: object) -> None:
    path = rule
    while "<" in path:
        head, _, rest = path.partition("<")
        path = head + (key if key.startswith("%") else quote(key)) + rest.partition(">")[2]
    answer = robot.call(method, path, **sent)
    assert answer.status_code != 500, (method, path, sent, answer.text)
    if answer.is_json:
        json.loads(answer.data, parse_constant=lambda name: pytest.fail(f"{name} in {path}"))


@pytest.mark.parametrize(("method", "rule"), routes("/v2/") + routes("/api/v1/"))
def test_no_body_is_a_mistake_of_the_server(robot: Caller, method: str, rule: str):
    @FEW
    @hypothesis.given(KEYS, bodies(NAMES), st.dictionaries(st.sampled_from(FILTERS), VALUES))
    def send(key: str, body: dict[str, object], wanted: dict[str, object]) -> None:
        if rule.endswith("/search"):
            body = {**body, "filter": wanted}
        call(robot, method, rule, key, json={**body, **NO_WAIT})

    send()


@pytest.mark.parametrize(("method", "rule"), [r for r in routes("/api/v1/") if r[0] == "GET"])
def test_no_query_is_a_mistake_of_the_server(robot: Caller, method: str, rule: str):
    names = ("limit", "cursor", "text", "state", "kind", "instance_id", "started_from", "list")

    @FEW
    @hypothesis.given(KEYS, st.dictionaries(st.sampled_from(names), TEXTS, max_size=4))
    def send(key: str, query: dict[str, str]) -> None:
        plain = {name: text.encode("utf-8", "replace").decode() for name, text in query.items()}
        call(robot, method, rule, key, query_string=plain)

    send()


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b"\xff\xfe",
        b'{"a": NaN}',
        b'{"variables": {"a": 1e999}}',
        b'{"variables": {"a": ' + b"9" * 5_000 + b"}}",
        b"[" * 5_000,
        b'{"variables":' + b'{"a":' * 3_000 + b"1" + b"}" * 3_000 + b"}",
    ],
)
def test_no_bytes_are_a_mistake_of_the_server(robot: Caller, sent: bytes):
    for path in ("/v2/process-instances", "/v2/jobs/activation", "/api/v1/instances"):
        for kind in ("application/json", "text/plain", "multipart/form-data", ""):
            answer = robot.call("POST", path, data=sent, content_type=kind)
            assert 400 <= answer.status_code < 500, (path, kind, answer.text)
