"""The http connector against a real server: what it sends, and what it makes of answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bpmn.expressions.base import BpmnErrorThrown
from engine.services.connectors.base import CallRefused, Request
from engine.services.failure import WorkFailure
from tests.support.recording_server import Told

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def request(server, path="/", **inputs):
    return Request({"url": f"{server.url}{path}", **inputs}, "key-1", NOON)


def test_a_get_gives_status_headers_and_body(http, server):
    server.answers(Told(200, {"number": 7}, {"X-Trace": "t1"}))
    answer = http.call(request(server, "/orders?a=1", query={"b": [2, 3], "c": None}))
    assert (answer.status, answer.body) == (200, {"number": 7})
    assert answer.headers["X-Trace"] == "t1"
    (arrived,) = server.arrived
    assert (arrived.method, arrived.path) == ("GET", "/orders")
    assert arrived.query == {"a": ["1"], "b": ["2", "3"]}
    assert arrived.headers["idempotency-key"] == "key-1"
    assert arrived.headers["user-agent"] == "Laneway"
