"""Camunda 8's dialect: what its clients read is there, and what they rely on happens."""

from __future__ import annotations

import pytest

from tests.web.api.caller import Caller, with_key
from tests.web.api.camunda8.conftest import HERE, Client, is_key
from tests.web.site import HERE as WEB

# ---- server, errors -----------------------------------------------------------------------------


def test_the_topology_is_what_clients_check_the_connection_with(c8: Client):
    found = c8.get("/topology")
    assert found["gatewayVersion"].startswith("8.")
    assert found["brokers"][0]["partitions"][0]["role"] == "leader"
    assert c8.get("/license")["validLicense"]
    assert c8.get("/authentication/me")["username"] == "key.robot"
    assert c8.call("GET", "/status").status_code == 204


def test_refusals_are_problem_documents(c8: Client):
    answer = c8.call("POST", "/process-instances", {"processDefinitionId": "nothing"})
    assert answer.content_type == "application/problem+json"
    assert {**answer.json, "detail": ""} == {
        "type": "about:blank",
        "title": "NOT_FOUND",
        "status": 404,
        "detail": "",
        "instance": "/v2/process-instances",
    }
    assert c8.call("GET", "/no-such-path").json["title"] == "NOT_FOUND"
    answer = Caller(c8.site).get("/v2/topology")
    assert (answer.status_code, answer.json["title"]) == (401, "UNAUTHORIZED")


@pytest.mark.parametrize("key", ["x", "-1", "9" * 20, "1.5", "%20", "²"])
def test_a_key_that_is_none_is_told_so(c8: Client, key: str):
    assert c8.call("POST", f"/jobs/{key}/completion").json["title"] == "INVALID_ARGUMENT"


def test_another_tenant_is_not_found(c8: Client):
    sent = {"processDefinitionId": "order8", "tenantId": "other"}
    assert c8.post("/process-instances", sent, status=404)["title"] == "NOT_FOUND"
    assert c8.activate(tenantIds=["other"]) == []
    assert c8.search("process-instances", tenantId="other") == []


# ---- deploying ----------------------------------------------------------------------------------


def test_a_deployment_names_each_file_as_it_was_sent(c8: Client):
    files = (HERE / "order8.bpmn", WEB / "route.dmn", WEB / "claim.form")
    found = c8.deploy(*files, tenantId="<default>").json
    assert is_key(found["deploymentKey"])
    kinds = ("processDefinition", "decisionDefinition", "decisionRequirements", "form")
    told = {kind: [item[kind] for item in found["deployments"] if item[kind]] for kind in kinds}
    assert {item["resourceName"] for item in told["processDefinition"]} == {"order8.bpmn"}
    assert {item["resourceName"] for item in told["decisionRequirements"]} == {"route.dmn"}
    assert [item["formId"] for item in told["form"]] == ["claim"]
    graph = told["decisionRequirements"][0]["decisionRequirementsKey"]
    assert {item["decisionRequirementsKey"] for item in told["decisionDefinition"]} == {graph}
    for item in found["deployments"]:
        assert set(item) == {*kinds, "resource"}


def test_a_refused_deployment_tells_all_problems_in_its_detail(c8: Client, tmp_path):
    broken = tmp_path / "broken.bpmn"
    broken.write_text("<x/>")
    answer = c8.deploy(broken)
    assert (answer.status_code, answer.json["title"]) == (400, "INVALID_ARGUMENT")
    assert "broken.bpmn:1" in answer.json["detail"]
    nothing = c8.call("POST", "/deployments", data={}, content_type="multipart/form-data")
    assert "resources" in nothing.json["detail"]


# ---- instances ----------------------------------------------------------------------------------


def test_an_instance_is_started_by_id_version_or_key(c8: Client):
    first = c8.post("/process-instances", {"processDefinitionId": "order8", "businessId": "B"})
    assert is_key(first["processInstanceKey"])
    assert (first["businessId"], first["variables"], first["tags"]) == ("B", {}, [])
    key = first["processDefinitionKey"]
    assert c8.post("/process-instances", {"processDefinitionKey": key})["processDefinitionId"]
    by_version = {"processDefinitionId": "order8", "processDefinitionVersion": 1}
    assert c8.post("/process-instances", by_version)["processDefinitionVersion"] == 1
    latest = {"processDefinitionId": "order8", "processDefinitionVersion": -1}
    assert c8.post("/process-instances", latest)["processDefinitionKey"] == key


def test_awaiting_answers_with_the_last_variables(c8: Client):
    sent = {
        "processDefinitionId": "sum8",
        "variables": {"a": 1, "b": 2},
        "awaitCompletion": True,
        "fetchVariables": ["total"],
    }
    assert c8.post("/process-instances", sent)["variables"] == {"total": 3}


def test_awaiting_an_instance_that_does_not_end_is_told_so(c8: Client):
    sent = {"processDefinitionId": "order8", "awaitCompletion": True, "requestTimeout": 1}
    answer = c8.call("POST", "/process-instances", sent)
    assert (answer.status_code, answer.json["title"]) == (504, "DEADLINE_EXCEEDED")
    assert len(c8.search("process-instances", state="ACTIVE")) == 1


def test_a_cancelled_instance_is_terminated(c8: Client):
    key = c8.start("order8")
    c8.post(f"/process-instances/{key}/cancellation", {"operationReference": 1}, status=204)
    assert c8.get(f"/process-instances/{key}")["state"] == "TERMINATED"
    again = c8.post(f"/process-instances/{key}/cancellation", status=409)
    assert again["title"] == "INVALID_STATE"


def test_instances_are_searched_sorted_and_paged(c8: Client):
    keys = [c8.start("order8", number=n) for n in range(3)]
    c8.start("wait8", number="w")
    found = c8.search("process-instances", processDefinitionId={"$like": "order*"})
    assert [row["processInstanceKey"] for row in found] == keys
    some = {"processInstanceKey": {"$in": keys[:2]}, "state": {"$neq": "COMPLETED"}}
    assert len(c8.search("process-instances", **some)) == 2
    wanted = {
        "filter": {"processDefinitionId": "order8"},
        "sort": [{"field": "processInstanceKey", "order": "DESC"}],
        "page": {"limit": 2},
    }
    first = c8.post("/process-instances/search", wanted)
    assert [row["processInstanceKey"] for row in first["items"]] == keys[:0:-1]
    assert first["page"]["totalItems"] == 3
    wanted["page"] = {"limit": 2, "after": first["page"]["endCursor"]}
    rest = c8.post("/process-instances/search", wanted)
    assert [row["processInstanceKey"] for row in rest["items"]] == keys[:1]
    wanted["page"] = {"limit": 2, "before": rest["page"]["startCursor"]}
    assert c8.post("/process-instances/search", wanted)["items"] == first["items"]


@pytest.mark.parametrize(
    "wanted",
    [
        {"filter": {"nonsense": 1}},
        {"filter": {"state": {"$foo": 1}}},
        {"filter": {"startDate": "yesterday"}},
        {"filter": {"processInstanceKey": {"$in": "1"}}},
        {"sort": [{"field": "nonsense"}]},
        {"page": {"after": "nonsense"}},
        {"page": {"limit": -1}},
        {"filter": []},
    ],
)
def test_a_search_that_makes_no_sense_is_refused(c8: Client, wanted: dict[str, object]):
    for what in ("process-instances", "jobs", "incidents", "user-tasks"):
        found = c8.post(f"/{what}/search", wanted, status=400)
        assert found["title"] == "INVALID_ARGUMENT"


# ---- elements and variables ---------------------------------------------------------------------


def test_elements_tell_where_an_instance_is_and_was(c8: Client):
    key = c8.start("order8")
    (job,) = c8.activate()
    c8.post(f"/jobs/{job['jobKey']}/completion", status=204)
    found = c8.search("element-instances", processInstanceKey=key)
    assert [(row["elementId"], row["type"], row["state"]) for row in found] == [
        ("order8", "PROCESS", "ACTIVE"),
        ("start", "START_EVENT", "COMPLETED"),
        ("charge", "SERVICE_TASK", "COMPLETED"),
        ("pack", "USER_TASK", "ACTIVE"),
    ]
    assert found[0]["elementInstanceKey"] == key
    (task,) = c8.search("user-tasks", processInstanceKey=key)
    assert found[-1]["elementInstanceKey"] == task["elementInstanceKey"]
    assert c8.get(f"/element-instances/{task['elementInstanceKey']}") == found[-1]
    active = c8.search(
        "element-instances", processInstanceKey=key, state="ACTIVE", type="USER_TASK"
    )
    assert active == [found[-1]]
    assert c8.post("/element-instances/search", {}, status=400)


def test_variables_are_set_at_an_element_or_upwards(c8: Client):
    key = c8.start("order8", amount=1)
    (job,) = c8.activate()
    path = f"/element-instances/{job['elementInstanceKey']}/variables"
    assert c8.call("PUT", path, {"variables": {"amount": 2}}).status_code == 204
    assert c8.call("PUT", path, {"variables": {"own": 3}, "local": True}).status_code == 204
    found = {row["name"]: row for row in c8.search("variables", processInstanceKey=key)}
    assert found["amount"]["value"] == "2"
    assert found["amount"]["scopeKey"] == key
    assert found["own"]["scopeKey"] != key
    assert c8.search("variables", processInstanceKey=key, name="own") == [found["own"]]
    here = f"/element-instances/{key}/variables"
    assert c8.call("PUT", here, {"variables": {}}).status_code == 400
    assert (
        c8.call("PUT", "/element-instances/5/variables", {"variables": {"a": 1}}).status_code == 404
    )


def test_long_values_are_cut_unless_asked_for_in_full(c8: Client):
    key = c8.start("order8", long="x" * 10_000)
    wanted = {"filter": {"processInstanceKey": key}}
    (cut,) = c8.post("/variables/search", wanted)["items"]
    assert (len(cut["value"]), cut["isTruncated"]) == (8191, True)
    (full,) = c8.post("/variables/search?truncateValues=false", wanted)["items"]
    assert (len(full["value"]), full["isTruncated"]) == (10_002, False)


# ---- messages, tasks, decisions -----------------------------------------------------------------


def test_messages_are_correlated_and_published(c8: Client):
    key = c8.start("wait8", number="n1")
    (waiting,) = c8.search("message-subscriptions", messageName="paid")
    assert (waiting["correlationKey"], waiting["processInstanceKey"]) == ("n1", key)
    sent = {"name": "paid", "correlationKey": "n1", "variables": {}}
    assert c8.post("/messages/correlation", sent)["processInstanceKey"] == key
    early = {"name": "paid", "correlationKey": "n2", "timeToLive": 60_000, "messageId": "1"}
    assert is_key(c8.post("/messages/publication", early)["messageKey"])
    assert c8.post("/messages/publication", early, status=409)["title"] == "ALREADY_EXISTS"
    later = c8.start("wait8", number="n2")
    assert c8.get(f"/process-instances/{later}")["state"] == "COMPLETED"
    assert is_key(c8.post("/signals/broadcast", {"signalName": "s"})["signalKey"])


def test_a_task_is_assigned_changed_and_completed(c8: Client):
    key = c8.start("order8")
    (job,) = c8.activate()
    c8.post(f"/jobs/{job['jobKey']}/completion", status=204)
    (task,) = c8.search("user-tasks", candidateGroup="clerks", processInstanceKey=key)
    here = f"/user-tasks/{task['userTaskKey']}"
    c8.post(f"{here}/assignment", {"assignee": "ana"}, status=204)
    once = {"assignee": "ben", "allowOverride": False}
    assert c8.post(f"{here}/assignment", once, status=409)["title"] == "INVALID_STATE"
    assert c8.call("DELETE", f"{here}/assignee").status_code == 204
    changes = {"dueDate": "2026-02-01T00:00:00Z", "candidateUsers": ["ben"], "priority": 80}
    assert c8.call("PATCH", here, {"changeset": changes}).status_code == 204
    found = c8.get(here)
    assert found["dueDate"] == "2026-02-01T00:00:00.000Z"
    assert (found["candidateUsers"], found["candidateGroups"]) == (["ben"], ["clerks"])
    assert (found["priority"], found["assignee"]) == (80, None)
    assert c8.call("PATCH", f"{here}/update", {"candidateGroups": []}).status_code == 204
    assert c8.get(here)["candidateGroups"] == []
    assert c8.call("PATCH", here, {"changeset": {}}).status_code == 400
    assert c8.post(f"{here}/variables/search", {"filter": {}})["page"]["totalItems"] == 0
    c8.post(f"{here}/completion", {"variables": {"packed": True}}, status=204)
    assert c8.post(f"{here}/completion", status=404)


def test_an_instance_that_is_in_no_list_of_the_caller_is_not_found(c8: Client):
    key = c8.start("order8")
    (job,) = c8.activate()
    c8.post(f"/jobs/{job['jobKey']}/completion", status=204)
    clerk = Client(with_key(c8.site, "tasks", name="ana's", person="ana"))
    assert clerk.get(f"/process-instances/{key}")["processInstanceKey"] == key
    (task,) = clerk.search("user-tasks")
    clerk.post(f"/user-tasks/{task['userTaskKey']}/completion", status=204)
    assert clerk.call("GET", f"/process-instances/{key}").status_code == 404
    assert c8.get(f"/process-instances/{key}")["processInstanceKey"] == key


def test_people_find_only_tasks_that_could_be_theirs(c8: Client):
    c8.start("order8")
    (job,) = c8.activate()
    c8.post(f"/jobs/{job['jobKey']}/completion", status=204)
    site = c8.site
    clerk = Client(with_key(site, "tasks", name="ana's", person="ana"))
    other = Client(with_key(site, "tasks", name="iris's", person="iris"))
    assert len(clerk.search("user-tasks")) == 1
    assert other.search("user-tasks") == []
    (task,) = clerk.search("user-tasks")
    assert other.call("GET", f"/user-tasks/{task['userTaskKey']}").status_code == 404
    for what in ("jobs", "incidents", "message-subscriptions"):
        assert clerk.post(f"/{what}/search", {}, status=403)["title"] == "FORBIDDEN"


def test_a_worker_with_a_key_for_work_can_work_and_no_more(c8: Client):
    c8.start("order8")
    worker = Client(with_key(c8.site, "work", name="worker"))
    (job,) = worker.activate()
    worker.post(f"/jobs/{job['jobKey']}/completion", {"variables": {"a": 1}}, status=204)
    assert worker.post("/process-instances/search", {})["items"] == []
    assert worker.post("/incidents/search", {}, status=403)


def test_definitions_are_searched_and_read(c8: Client):
    found = c8.search("process-definitions", processDefinitionId="order8", isLatestVersion=True)
    assert [row["name"] for row in found] == ["Order 8"]
    here = f"/process-definitions/{found[0]['processDefinitionKey']}"
    assert c8.get(here) == found[0]
    assert c8.call("GET", f"{here}/xml").data == (HERE / "order8.bpmn").read_bytes()


def test_a_decision_is_evaluated_with_its_rules(c8: Client):
    c8.deploy(WEB / "route.dmn")
    sent = {"decisionDefinitionId": "route", "variables": {"weight": 100}}
    found = c8.post("/decision-definitions/evaluation", sent)
    assert found["failureMessage"] is None
    assert found["evaluatedDecisions"][-1]["matchedRules"][0]["ruleIndex"] >= 1
    by_key = {"decisionDefinitionKey": found["decisionDefinitionKey"], "variables": {"weight": 1}}
    assert c8.post("/decision-definitions/evaluation", by_key)["decisionDefinitionId"] == "route"
    assert c8.post("/decision-definitions/evaluation", {}, status=400)
