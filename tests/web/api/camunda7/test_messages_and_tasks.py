"""Messages, signals, and people's tasks, as programs send and complete them."""

from __future__ import annotations

import pytest

from tests.web.api.caller import with_key
from tests.web.api.camunda7.client import Client


def refusal(answer):
    return answer.status_code, answer.json["type"]


def charged(c7, key="bk1"):
    """An order that waits for its payment."""
    started = c7.start({"number": {"value": 7}}, key)
    (task,) = c7.fetch()
    c7.post(f"/external-task/{task['id']}/complete", {"workerId": "w1"}, status=204)
    return started["id"]


def test_a_message_reaches_the_one_that_waits(c7):
    instance = charged(c7)
    body = {"messageName": "paid", "businessKey": "bk1", "processVariables": {"by": {"value": "x"}}}
    c7.post("/message", body, status=204)
    (task,) = c7.get("/task")
    assert (task["taskDefinitionKey"], task["processInstanceId"]) == ("ship", instance)
    assert c7.get(f"/process-instance/{instance}/variables/by")["value"] == "x"


@pytest.mark.parametrize(
    "address",
    [
        {"correlationKeys": {"number": {"value": 7, "type": "Integer"}}},
        {"businessKey": "bk1", "withoutTenantId": True},
        {"tenantId": "default"},
    ],
)
def test_a_message_is_addressed(c7, address):
    instance = charged(c7)
    (result,) = c7.post("/message", {"messageName": "paid", "resultEnabled": True, **address})
    assert result["resultType"] == "Execution"
    assert result["execution"]["processInstanceId"] == instance
    assert result["processInstance"] is None


def test_a_message_starts_a_process_and_tells_it(c7):
    c7.deploy("events.bpmn")
    body = {
        "messageName": "ordered",
        "businessKey": "bk9",
        "processVariables": {"n": {"value": 1}},
        "resultEnabled": True,
        "variablesInResultEnabled": True,
    }
    (result,) = c7.post("/message", body)
    assert result["resultType"] == "ProcessDefinition"
    assert result["processInstance"]["businessKey"] == "bk9"
    assert result["variables"]["n"]["value"] == 1


def test_a_message_for_nobody_or_for_two_is_refused(c7):
    assert c7.call("POST", "/message", {"messageName": "paid"}).status_code == 400
    charged(c7, "bk1")
    charged(c7, "bk2")
    answer = c7.call("POST", "/message", {"messageName": "paid"})
    assert refusal(answer) == (400, "RestException")
    assert "MismatchingMessageCorrelationException: ENGINE-13031" in answer.json["message"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"messageName": "paid", "tenantId": "default", "withoutTenantId": True},
        {"messageName": "paid", "tenantId": "elsewhere"},
        {"messageName": "paid", "all": True},
        {"messageName": "paid", "localCorrelationKeys": {"x": {"value": 1}}},
        {"messageName": "paid", "processVariablesLocal": {"x": {"value": 1}}},
        {"messageName": "paid", "correlationKeys": {"x": {"value": "a", "type": "Integer"}}},
    ],
)
def test_a_senseless_message_is_refused(still, body):
    assert refusal(still.call("POST", "/message", body)) == (400, "InvalidRequestException")


def test_a_signal_reaches_everybody(c7):
    c7.deploy("events.bpmn")
    for _ in range(2):
        c7.post("/message", {"messageName": "ordered"}, status=204)
    c7.post("/signal", {"name": "holiday", "variables": {"day": {"value": "x"}}}, status=204)
    assert [task["taskDefinitionKey"] for task in c7.get("/task")] == ["rest", "rest"]
    c7.post("/signal", {"name": "nobody waits"}, status=204)


@pytest.mark.parametrize("body", [{}, {"name": "holiday", "executionId": "x"}])
def test_a_senseless_signal_is_refused(still, body):
    assert refusal(still.call("POST", "/signal", body)) == (400, "InvalidRequestException")


def test_who_may_not_send_is_told(c7):
    worker = Client(with_key(c7.site, "work"))
    for path, body in (("/message", {"messageName": "paid"}), ("/signal", {"name": "holiday"})):
        assert refusal(worker.call("POST", path, body)) == (403, "AuthorizationException")


@pytest.fixture
def shipping(c7: Client) -> str:
    """Id of an open task of the clerks."""
    charged(c7)
    c7.post("/message", {"messageName": "paid"}, status=204)
    return str(c7.get("/task")[0]["id"])


def test_a_task_is_listed_with_filters(c7, shipping):
    found = [
        {"processDefinitionKey": "order", "taskDefinitionKey": "ship", "unassigned": "true"},
        {"candidateGroup": "clerks", "active": "true", "minPriority": 50},
        {"processInstanceBusinessKey": "bk1", "name": "Ship"},
        {"candidateGroups": "clerks,others"},
    ]
    missed = [
        {"assignee": "ana"},
        {"assigned": "true"},
        {"candidateUser": "ana"},
        {"suspended": "true"},
        {"maxPriority": 49},
        {"tenantIdIn": "x"},
        {"taskDefinitionKeyIn": "dun"},
    ]
    for wanted, ids in [(w, [shipping]) for w in found] + [(w, []) for w in missed]:
        assert [task["id"] for task in c7.get("/task", **wanted)] == ids
        assert c7.get("/task/count", **wanted) == {"count": len(ids)}
    asked = {"candidateGroups": ["clerks"], "sorting": [{"sortBy": "created", "sortOrder": "desc"}]}
    assert [task["id"] for task in c7.post("/task", asked)] == [shipping]
    answer = c7.call("GET", "/task", query_string={"dueBefore": "2026-01-01T00:00:00.000+0000"})
    assert refusal(answer) == (400, "InvalidRequestException")


def test_a_task_goes_from_hand_to_hand(c7, shipping):
    def assignee():
        return c7.get(f"/task/{shipping}")["assignee"]

    c7.post(f"/task/{shipping}/claim", {"userId": "ana"}, status=204)
    assert assignee() == "ana"
    c7.post(f"/task/{shipping}/unclaim", status=204)
    assert assignee() is None
    c7.post(f"/task/{shipping}/assignee", {"userId": "ben"}, status=204)
    assert assignee() == "ben"


def test_a_person_claims_with_their_own_key_what_nobody_else_holds(c7, shipping):
    ana = Client(with_key(c7.site, "tasks", person="ana"))
    ana.post(f"/task/{shipping}/claim", {"userId": "ana"}, status=204)
    ben = Client(with_key(c7.site, "tasks", person="ben"))
    answer = ben.call("POST", f"/task/{shipping}/claim", {"userId": "ben"})
    assert refusal(answer) == (500, "TaskAlreadyClaimedException")


def test_a_task_is_completed_with_variables(c7, shipping):
    seen = c7.get(f"/task/{shipping}/variables")
    assert seen["number"]["value"] == 7
    body = {"variables": {"parcel": {"value": "P1"}}, "withVariablesInReturn": True}
    told = c7.post(f"/task/{shipping}/complete", body)
    assert told["parcel"] == {"type": "String", "value": "P1", "valueInfo": {}}
    assert c7.get("/task") == []
    answer = c7.call("POST", f"/task/{shipping}/complete", {})
    assert refusal(answer) == (500, "NullValueException")
    assert c7.call("GET", f"/task/{shipping}").status_code == 404


def test_a_task_is_completed_with_nothing(c7, shipping):
    c7.post(f"/task/{shipping}/complete", status=204)
