"""Deploying as Camunda Modeler does, and asking what is deployed."""

from __future__ import annotations

from io import BytesIO

import pytest

from tests.web.api.caller import with_key
from tests.web.api.camunda7.client import HERE, Client

BROKEN = b"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d"
                  targetNamespace="http://laneway.example/tests">
  <bpmn:process id="broken" isExecutable="true">
    <bpmn:startEvent id="start" />
    <bpmn:sequenceFlow id="flow" sourceRef="start" targetRef="nowhere" />
  </bpmn:process>
</bpmn:definitions>
"""


def test_a_deployment_is_told_with_its_processes(c7):
    told = c7.deploy("order.bpmn").json
    (definition,) = told["deployedProcessDefinitions"].values()
    assert (told["name"], told["source"], told["tenantId"]) == ("order", "Camunda Modeler", None)
    assert told["deploymentTime"] == "2026-01-05T08:00:00.000+0000"
    assert told["links"][0]["href"].endswith(f"/engine-rest/deployment/{told['id']}")
    assert told["deployedDecisionDefinitions"] is None
    key, version, _uuid = definition["id"].split(":")
    assert (key, version) == ("order", "1")
    assert {name: definition[name] for name in ("key", "version", "resource", "versionTag")} == {
        "key": "order",
        "version": 1,
        "resource": "order.bpmn",
        "versionTag": "v7",
    }
    assert definition["deploymentId"] == told["id"]


def test_the_same_file_again_tells_the_version_that_is_there(c7):
    first, again = c7.deploy("order.bpmn").json, c7.deploy("order.bpmn").json
    assert again["deployedProcessDefinitions"] == first["deployedProcessDefinitions"]
    assert again["id"] == first["id"]


def test_a_changed_file_is_a_new_version(c7):
    c7.deploy("order.bpmn")
    data = (HERE / "order.bpmn").read_bytes().replace(b'name="Order"', b'name="Big order"')
    (definition,) = (
        c7.deploy_bytes({"order.bpmn": data}).json["deployedProcessDefinitions"].values()
    )
    assert (definition["version"], definition["name"]) == (2, "Big order")


def test_several_files_go_together(c7):
    told = c7.deploy("order.bpmn", "events.bpmn").json
    keys = sorted(one["key"] for one in told["deployedProcessDefinitions"].values())
    assert keys == ["events", "order"]
    resources = c7.get(f"/deployment/{told['id']}/resources")
    assert [one["name"] for one in resources] == ["events.bpmn", "order.bpmn"]
    one = resources[0]
    assert c7.get(f"/deployment/{told['id']}/resources/{one['id']}")["name"] == "events.bpmn"
    data = c7.call("GET", f"/deployment/{told['id']}/resources/{one['id']}/data")
    assert data.data == (HERE / "events.bpmn").read_bytes()


def test_problems_are_told_in_the_modelers_form(c7):
    answer = c7.deploy_bytes({"broken.bpmn": BROKEN})
    assert (answer.status_code, answer.content_type) == (400, "application/json")
    told = answer.json
    assert (told["type"], told["code"]) == ("ParseException", 0)
    assert told["message"].startswith("ENGINE-09005 Could not parse BPMN process. Errors: \n* ")
    problem = next(p for p in told["details"]["broken.bpmn"]["errors"] if p["line"])
    assert (problem["mainElementId"], problem["elementIds"]) == ("flow", ["flow"])
    assert (problem["line"], problem["column"]) == (6, 1)
    assert "nowhere" in problem["message"]
    assert c7.get("/deployment") == []


def test_nothing_at_all_is_no_deployment(c7):
    assert c7.deploy_bytes({}).json["type"] == "ParseException"


def test_a_part_without_a_file_name_is_a_file_too(c7):
    text = (HERE / "order.bpmn").read_text()
    answer = c7.call(
        "POST",
        "/deployment/create",
        data={"deployment-name": "x", "order.bpmn": text},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    "fields", [{"tenant_id": "elsewhere"}, {"deployment_activation_time": "2030-01-01T00:00:00"}]
)
def test_what_a_deployment_cannot_be_is_refused(still, fields):
    answer = still.deploy("order.bpmn", **fields)
    assert (answer.status_code, answer.json["type"]) == (400, "InvalidRequestException")


def test_the_own_organisation_may_be_named(c7):
    assert c7.deploy("order.bpmn", tenant_id="default").status_code == 200


def test_who_may_not_deploy_is_told_before_the_files_are_read(site):
    worker = Client(with_key(site, "work"))
    answer = worker.deploy_bytes({"broken.bpmn": BROKEN})
    assert (answer.status_code, answer.json["type"]) == (403, "AuthorizationException")


def test_a_list_of_deployments_is_filtered_and_cut(c7):
    first = c7.deploy("order.bpmn", deployment_name="first").json
    second = c7.deploy("events.bpmn", deployment_name="second").json
    assert [one["id"] for one in c7.get("/deployment")] == [second["id"], first["id"]]
    assert c7.get("/deployment", maxResults=0) == []
    assert [one["name"] for one in c7.get("/deployment", firstResult=1)] == ["first"]
    assert [one["name"] for one in c7.get("/deployment", nameLike="%fir%")] == ["first"]
    assert c7.get("/deployment", source="nobody") == []
    sort = {"sortBy": "name", "sortOrder": "asc"}
    assert [one["name"] for one in c7.get("/deployment", **sort)] == ["first", "second"]
    assert c7.get("/deployment/count", name="second") == {"count": 1}
    assert c7.get("/deployment", tenantIdIn="elsewhere") == []
    assert c7.get("/deployment/count", tenantIdIn="elsewhere") == {"count": 0}
    assert c7.get("/deployment", after="2026-01-05T08:00:00.000+0000") == []
    assert len(c7.get("/deployment", before="2026-01-06T08:00:00.000+0000")) == 2
    assert c7.get(f"/deployment/{first['id']}")["name"] == "first"


@pytest.mark.parametrize(
    "query",
    [
        {"sortBy": "name"},
        {"sortOrder": "asc"},
        {"sortBy": "colour", "sortOrder": "asc"},
        {"sortBy": "name", "sortOrder": "up"},
        {"after": "yesterday"},
        {"maxResults": "many"},
        {"firstResult": -1},
    ],
)
def test_senseless_filters_are_refused(still, query):
    answer = still.call("GET", "/deployment", query_string=query)
    assert (answer.status_code, answer.json["type"]) == (400, "InvalidRequestException")


def test_what_is_not_there_is_not_found(still):
    answer = still.call("GET", "/deployment/019b8d2b-0000-7000-8000-000000000000")
    assert answer.status_code == 404
    assert "does not exist" in answer.json["message"]


def test_a_file_of_another_deployment_is_not_found(c7):
    first, second = c7.deploy("order.bpmn").json, c7.deploy("events.bpmn").json
    (resource,) = c7.get(f"/deployment/{first['id']}/resources")
    answer = c7.call("GET", f"/deployment/{second['id']}/resources/{resource['id']}/data")
    assert answer.status_code == 404


def test_a_file_that_is_too_large_is_told_as_data(c7):
    form = {"deployment-name": "x", "data": (BytesIO(b"x" * 300_000), "large.bpmn")}
    answer = c7.call("POST", "/deployment/create", data=form, content_type="multipart/form-data")
    assert (answer.status_code, answer.content_type) == (413, "application/json")
