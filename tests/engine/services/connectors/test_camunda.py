"""Connectors that the two Camundas' modelers draw, run as they are."""

from __future__ import annotations

import pytest

from engine.core import File
from tests.engine.world import ADMIN
from tests.support.recording_server import Told

SECRET = "verysecret"


def everything(calling) -> str:
    """All that the database holds, as one text."""
    return repr(calling.everything())


# ---- Camunda 7 -----------------------------------------------------------------------------------


def test_camunda7s_http_connector_maps_inputs_and_outputs(calling, server):
    server.answers(Told(201, {"id": "A 17"}))
    instance = calling.call(server, "camunda7_http.bpmn")
    (arrived,) = server.arrived
    assert (arrived.method, arrived.target) == ("POST", "/orders?by=")
    assert arrived.json == {"amount": 7, "note": "hi"}
    assert arrived.headers["authorization"] == f"Bearer {SECRET}"
    found = calling.variables(instance)
    assert found["orderId"] == "A 17"
    assert (found["code"], found["kind"], found["seen"]) == (201, "application/json", ["A 17", 7])
    assert {"response", "statusCode", "headers", "url", "payload"}.isdisjoint(found)
    assert calling.tasks() == ["Task_After"]


def test_a_status_of_400_and_more_is_an_answer_in_camunda7(calling, server):
    server.answers(Told(500, {"id": "none"}))
    instance = calling.call(server, "camunda7_http.bpmn")
    assert calling.variables(instance)["code"] == 500


def test_camunda7s_option_makes_it_a_failure_that_is_repeated(calling, server):
    server.answers(Told(500), Told(200, {"a": 1}))
    instance = calling.call(server, "camunda7_errors.bpmn")
    assert (calling.tasks(), len(server.arrived)) == ([], 1)
    calling.wait(minutes=1)
    assert calling.variables(instance)["found"] == '{"a": 1}'
    keys = {arrived.headers["idempotency-key"] for arrived in server.arrived}
    assert (len(server.arrived), len(keys)) == (2, 1)


def test_a_status_that_the_task_names_is_an_error_of_the_diagram(calling, server):
    server.answers(Told(404))
    calling.call(server, "camunda7_errors.bpmn")
    assert calling.tasks() == ["Task_Mend"]
    assert calling.rows("incident") == []


def test_the_last_failure_is_an_incident_with_request_and_answer(calling, server):
    server.answers(Told(503, {"why": "maintenance"}))
    calling.call(server, "camunda7_errors.bpmn")
    calling.wait(hours=1)
    assert len(server.arrived) == 2
    message, data = calling.incident()
    assert "503" in message
    assert data["request"].startswith(f"GET {server.url}/orders/1")
    assert "maintenance" in data["answer"]


def test_an_output_that_cannot_be_read_keeps_the_answer_for_a_person(calling, server):
    server.answers(Told(200, b"<html>", {"Content-Type": "text/html"}))
    calling.call(server, "camunda7_http.bpmn")
    message, data = calling.incident()
    assert "${S(response)" in message
    assert "<html>" in data["answer"]
    assert len(server.arrived) == 1


# ---- secrets -------------------------------------------------------------------------------------


def test_no_secret_is_ever_stored(calling_anywhere, server):
    calling = calling_anywhere
    server.answers(Told(500, {"you said": f"Bearer {SECRET}"}))
    calling.call(server, "camunda8_rest.bpmn")
    calling.wait(hours=1)
    assert server.arrived[0].headers["authorization"] == f"Bearer {SECRET}"
    assert SECRET not in everything(calling)
    assert calling.incident()


def test_a_secret_that_comes_back_is_taken_out_of_the_variables(calling, server):
    server.answers(Told(200, {"id": f"key {SECRET}"}))
    instance = calling.call(server, "camunda8_rest.bpmn")
    assert calling.variables(instance)["orderId"] == "key {{secrets.ERP_TOKEN}}"
    assert SECRET not in everything(calling)


def test_a_reference_that_somebody_typed_in_is_no_reference(calling, server):
    typed = "{{secrets.ERP_TOKEN}} {{secrets.OTHER}}"
    calling.call(server, "camunda7_http.bpmn", note=typed)
    assert server.arrived[0].json["note"] == typed
    calling.call(server, "camunda8_rest.bpmn", note=typed)
    assert server.arrived[1].query["by"] == [typed]


def test_a_secret_that_nobody_has_is_an_incident_at_once(calling, server, monkeypatch):
    monkeypatch.delenv("LANEWAY_SECRET_ERP_TOKEN")
    calling.call(server, "camunda7_http.bpmn")
    message, _ = calling.incident()
    assert "ERP_TOKEN" in message
    assert server.arrived == []


# ---- Camunda 8 -----------------------------------------------------------------------------------


def test_camunda8s_template_gives_body_query_and_headers(calling, server):
    server.answers(Told(200, b'{"id": "A 17"}', {"Content-Type": "text/plain"}))
    instance = calling.call(server, "camunda8_rest.bpmn")
    (arrived,) = server.arrived
    assert (arrived.method, arrived.target) == ("POST", "/orders?by=hi")
    assert arrived.json == {"amount": 7}
    assert arrived.headers["content-type"] == "application/json"
    assert arrived.headers["x-note"] == "hi"
    found = calling.variables(instance)
    assert (found["orderId"], found["code"]) == ("A 17", 200)
    assert found["answer"]["body"] == {"id": "A 17"}
    assert calling.tasks() == ["Task_After"]


def test_an_error_expression_throws_a_bpmn_error_with_variables(calling, server):
    server.answers(Told(404, {"why": "sold out"}))
    instance = calling.call(server, "camunda8_rest.bpmn")
    assert calling.tasks() == ["Task_Mend"]
    assert calling.variables(instance)["why"] == "sold out"


def test_an_error_expression_makes_a_good_answer_a_failed_attempt(calling, server):
    server.answers(Told(200, {"state": "locked"}), Told(200, {"id": 1}))
    calling.call(server, "camunda8_rest.bpmn")
    calling.wait(minutes=4)
    assert len(server.arrived) == 1
    calling.wait(minutes=2)
    assert calling.tasks() == ["Task_After"]


def test_an_error_expression_ignores_an_error(calling, server):
    server.answers(Told(410))
    instance = calling.call(server, "camunda8_rest.bpmn")
    assert calling.tasks() == ["Task_After"]
    assert calling.variables(instance)["gone"] is True


def test_camunda8s_backoff_is_the_pause_between_attempts(calling, server):
    server.answers(Told(500), Told(200, {"id": 1}))
    calling.call(server, "camunda8_rest.bpmn")
    calling.wait(seconds=29)
    assert len(server.arrived) == 1
    calling.wait(seconds=2)
    assert calling.tasks() == ["Task_After"]


def test_a_backoff_of_zero_is_no_mistake(calling, server):
    server.answers(Told(500), Told(200, {"id": 1}))
    data = calling.file("camunda8_rest.bpmn").data.replace(b"PT30S", b"PT0S")
    calling.engine.deploy([File("camunda8_rest.bpmn", data)], actor=ADMIN)
    calling.start("camunda8_rest", base=server.url, amount=7, note="hi")
    calling.engine.run_due_jobs()
    assert calling.tasks() == ["Task_After"]


@pytest.mark.parametrize(
    "said", [b'{"id": "\\ud800"}', b'{"id": "\\u0000"}', b"[" * 400 + b"]" * 400, b"1" * 5_000]
)
def test_no_answer_stops_the_worker(calling_anywhere, server, said):
    calling = calling_anywhere
    server.answers(Told(200, said, {"Content-Type": "application/json"}))
    calling.call(server, "camunda8_rest.bpmn")
    calling.wait(hours=1)
    assert calling.tasks() == ["Task_After"] or calling.incident()


def test_a_redirect_is_the_answer_where_the_template_says_so(calling, server):
    server.answers(Told(302, headers={"Location": "/elsewhere"}))
    instance = calling.call(server, "camunda8_rest.bpmn")
    assert calling.variables(instance)["code"] == 302


# ---- SpiffWorkflow -------------------------------------------------------------------------------


def test_spiffworkflows_newer_operator_gives_body_and_status(calling, server):
    server.answers(Told(201, {"id": 9}))
    instance = calling.call(server, "spiff_http.bpmn")
    (arrived,) = server.arrived
    assert (arrived.method, arrived.path, arrived.json) == ("POST", "/orders", {"amount": 7})
    assert arrived.headers["x-key"] == SECRET
    assert calling.variables(instance)["answer"] == {
        "body": {"id": 9},
        "mimetype": "application/json",
        "http_status": 201,
        "operator_identifier": "http/PostRequestV2",
    }


def test_its_errors_are_caught_by_their_status(calling, server):
    server.answers(Told(404))
    calling.call(server, "spiff_http.bpmn")
    assert calling.tasks() == ["Task_Mend"]


def test_spiffworkflows_older_operator_gives_the_body_alone(calling, server):
    server.answers(Told(200, [1, 2]))
    instance = calling.call(server, "spiff_get.bpmn")
    (arrived,) = server.arrived
    assert (arrived.method, arrived.query) == ("GET", {"by": ["hi"]})
    assert arrived.headers["authorization"] == "Basic YW5hOnZlcnlzZWNyZXQ="
    assert calling.variables(instance)["answer"] == [1, 2]
