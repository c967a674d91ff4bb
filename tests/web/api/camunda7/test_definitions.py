"""Process definitions, starting them, and their instances."""

from __future__ import annotations

from base64 import b64encode

import pytest

from tests.web.api.caller import with_key
from tests.web.api.camunda7.client import HERE, Client

ELSEWHERE = "order:1:019b8d2b-0000-7000-8000-000000000000"


def kind(answer):
    return answer.status_code, answer.json["type"]


def test_a_definition_is_found_by_id_and_by_key(c7):
    definition = c7.definition()
    uuid = definition["id"].rpartition(":")[2]
    for path in (definition["id"], uuid, "key/order", "key/order/tenant-id/default"):
        assert c7.get(f"/process-definition/{path}") == definition
    for path in (
        f"/process-definition/{definition['id']}/xml",
        "/process-definition/key/order/xml",
    ):
        assert c7.get(path)["bpmn20Xml"] == (HERE / "order.bpmn").read_text()


@pytest.mark.parametrize("path", [ELSEWHERE, "key/nothing", "x", "order:1:"])
def test_a_definition_that_is_not_here_is_not_found(still, path):
    assert kind(still.call("GET", f"/process-definition/{path}")) == (404, "RestException")


def test_an_id_whose_key_is_another_is_not_found(c7):
    uuid = c7.definition()["id"].rpartition(":")[2]
    answer = c7.call("POST", f"/process-definition/other:1:{uuid}/start", {})
    assert answer.status_code == 404


def test_a_list_of_definitions_takes_filters(c7):
    c7.deploy("order.bpmn", "events.bpmn")
    data = (HERE / "order.bpmn").read_bytes().replace(b'name="Order"', b'name="Big order"')
    c7.deploy_bytes({"order.bpmn": data})

    def found(**query):
        rows = c7.get("/process-definition", **query)
        count = c7.get("/process-definition/count", **query)["count"]
        assert count == len(rows)
        return sorted(f"{row['key']}:{row['version']}" for row in rows)

    every = ["events:1", "order:1", "order:2"]
    assert found() == every
    assert found(latestVersion="true") == ["events:1", "order:2"]
    assert found(key="order", version=1) == ["order:1"]
    assert found(keysIn="order,other") == ["order:1", "order:2"]
    assert found(nameLike="Big%") == ["order:2"]
    assert found(versionTag="v7") == ["order:1", "order:2"]
    assert found(withoutVersionTag="true") == ["events:1"]
    assert found(suspended="true") == []
    assert found(active="true") == every
    assert found(tenantIdIn="elsewhere") == []
    assert found(startableInTasklist="true") == ["order:1", "order:2"]
    answer = c7.call("GET", "/process-definition", query_string={"category": "x"})
    assert kind(answer) == (400, "InvalidRequestException")


def test_starting_tells_the_instance(c7):
    definition = c7.definition()
    variables = {"amount": {"type": "Integer", "value": 5}, "plain": {"value": {"a": [1]}}}
    started = c7.post(
        f"/process-definition/{definition['id']}/start",
        {"businessKey": "bk1", "variables": variables},
    )
    assert started["definitionId"] == definition["id"]
    assert (started["businessKey"], started["ended"], started["tenantId"]) == ("bk1", False, None)
    assert started["links"][0]["href"].endswith(f"/process-instance/{started['id']}")
    assert c7.get(f"/process-instance/{started['id']}/variables") == {
        "amount": {"type": "Integer", "value": 5, "valueInfo": {}},
        "plain": {"type": "Json", "value": '{"a": [1]}', "valueInfo": {}},
    }


@pytest.mark.parametrize("body", [None, {}, {"businessKey": None, "variables": None}])
def test_starting_needs_nothing(still, body):
    started = still.post("/process-definition/key/order/start", body)
    assert started["businessKey"] is None
    assert "variables" not in started


def test_starting_gives_the_variables_back_when_asked(c7):
    c7.definition()
    body = {"variables": {"n": {"value": 1}}, "withVariablesInReturn": True}
    started = c7.post("/process-definition/key/order/tenant-id/default/start", body)
    assert started["variables"]["n"]["value"] == 1


@pytest.mark.parametrize(
    "body",
    [
        {"variables": {"n": {"value": "x", "type": "Integer"}}},
        {"variables": []},
        {"businessKey": 5},
        {"startInstructions": [{"type": "startBeforeActivity", "activityId": "ship"}]},
    ],
)
def test_a_start_that_makes_no_sense_is_refused(still, body):
    before = still.get("/process-instance/count")
    answer = still.call("POST", "/process-definition/key/order/start", body)
    assert kind(answer) == (400, "InvalidRequestException")
    assert still.get("/process-instance/count") == before


@pytest.mark.parametrize("sent", [b"{", b"[1]", b"nonsense"])
def test_what_is_no_json_object_is_refused(still, sent):
    answer = still.call("POST", "/process-definition/key/order/start", data=sent)
    assert kind(answer) == (400, "InvalidRequestException")


def test_a_key_without_the_scope_starts_nothing(c7):
    c7.definition()
    worker = Client(with_key(c7.site, "work"))
    answer = worker.call("POST", "/process-definition/key/order/start", {})
    assert kind(answer) == (403, "AuthorizationException")


def test_a_suspended_definition_starts_nothing(c7):
    definition = c7.definition()
    uuid = definition["id"].rpartition(":")[2]
    c7.site.engine.suspend_definition(uuid, actor=c7.site.actor("ada"))
    answer = c7.call("POST", "/process-definition/key/order/start", {})
    assert kind(answer) == (500, "SuspendedEntityInteractionException")


def test_instances_are_listed_and_ended(c7):
    first = c7.start(key="bk1")
    second = c7.start(key="bk2")

    def found(**query):
        rows = c7.get("/process-instance", **query)
        assert c7.get("/process-instance/count", **query)["count"] == len(rows)
        return [row["businessKey"] for row in rows]

    assert found(sortBy="businessKey", sortOrder="desc") == ["bk2", "bk1"]
    assert found(businessKey="bk2") == ["bk2"]
    assert found(processDefinitionKey="other") == []
    assert found(processInstanceIds=first["id"]) == ["bk1"]
    assert found(active="true", rootProcessInstances="true") == ["bk1", "bk2"]
    assert found(suspended="true") == []
    assert found(tenantIdIn="x") == []
    asked = {"businessKey": "bk2", "sorting": [{"sortBy": "instanceId", "sortOrder": "asc"}]}
    assert [row["id"] for row in c7.post("/process-instance", asked)] == [second["id"]]
    assert c7.get(f"/process-instance/{first['id']}")["definitionKey"] == "order"
    assert c7.call("DELETE", f"/process-instance/{first['id']}").status_code == 204
    assert found() == ["bk2"]
    gone = c7.call("GET", f"/process-instance/{first['id']}")
    assert gone.status_code == 404
    assert "does not exist" in gone.json["message"]
    history = c7.get(f"/history/process-instance/{first['id']}")
    assert (history["state"], history["durationInMillis"]) == ("EXTERNALLY_TERMINATED", 0)
    assert c7.get(f"/history/process-instance/{second['id']}")["state"] == "ACTIVE"


def test_a_filter_that_is_not_built_is_told(c7):
    answer = c7.call("POST", "/process-instance", {"variables": [{"name": "x"}]})
    assert kind(answer) == (400, "InvalidRequestException")


def test_variables_are_read_and_written_one_by_one(c7):
    path = f"/process-instance/{c7.start({'n': {'value': 1}})['id']}/variables"
    assert c7.call("PUT", f"{path}/n", {"value": 2, "type": "Integer"}).status_code == 204
    assert c7.get(f"{path}/n") == {"type": "Integer", "value": 2, "valueInfo": {}}
    c7.post(path, {"modifications": {"m": {"value": "x"}}}, status=204)
    assert c7.get(f"{path}/m")["value"] == "x"
    assert c7.call("GET", f"{path}/nothing").status_code == 404
    assert c7.call("POST", path, {"deletions": ["n"]}).status_code == 400


def test_a_file_travels_with_its_bytes_apart(c7):
    sent = {
        "value": b64encode(b"hello").decode(),
        "type": "File",
        "valueInfo": {"filename": "a.txt", "mimeType": "text/plain"},
    }
    started = c7.start({"paper": sent, "n": {"value": 1}})
    path = f"/process-instance/{started['id']}/variables"
    told = c7.get(f"{path}/paper")
    assert told == {
        "type": "File",
        "value": None,
        "valueInfo": {"filename": "a.txt", "mimeType": "text/plain"},
    }
    for where in (path, f"/execution/{started['id']}/localVariables"):
        data = c7.call("GET", f"{where}/paper/data")
        assert (data.data, data.mimetype) == (b"hello", "application/octet-stream")
    assert c7.call("GET", f"{path}/n/data").status_code == 400
    local = c7.get(f"/execution/{started['id']}/localVariables")
    assert sorted(local) == ["n", "paper"]
    assert c7.get(f"/execution/{started['id']}/localVariables/n")["value"] == 1
