"""External tasks: all that workers of Camunda 7 call, with exact answers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.web.api.caller import with_key
from tests.web.api.camunda7.client import Client

NOBODY = "019b8d2b-0000-7000-8000-000000000000"


@pytest.fixture
def worker(c7: Client) -> Client:
    """A program that may only work, over an order that waits for it."""
    c7.start({"amount": {"type": "Integer", "value": 5}}, "bk1")
    return Client(with_key(c7.site, "work", name="worker"))


@pytest.fixture(scope="module")
def held(still: Client) -> dict[str, object]:
    """A task of another order that nothing changes, which the worker w9 holds for an hour."""
    started = still.start(key="held")
    (task,) = still.get("/external-task", processInstanceId=started["id"])
    body = {"workerId": "w9", "lockDuration": 3_600_000}
    still.post(path(task, "lock"), body, status=204)
    return task


def path(task, verb):
    return f"/external-task/{task['id']}/{verb}"


def refusal(answer):
    assert answer.content_type == "application/json"
    assert set(answer.json) == {"type", "message", "code"}
    return answer.status_code, answer.json["type"]


def test_a_fetched_task_has_every_field(worker):
    (task,) = worker.fetch(includeExtensionProperties=True)
    instance, definition = task["processInstanceId"], task["processDefinitionId"]
    assert task == {
        "id": task["id"],
        "activityId": "charge",
        "activityInstanceId": f"charge:{task['id']}",
        "executionId": task["executionId"],
        "processInstanceId": instance,
        "processDefinitionId": definition,
        "processDefinitionKey": "order",
        "processDefinitionVersionTag": "v7",
        "topicName": "charge",
        "workerId": "w1",
        "businessKey": "bk1",
        "tenantId": None,
        "priority": 3,
        "retries": None,
        "suspended": False,
        "errorMessage": None,
        "errorDetails": None,
        "createTime": "2026-01-05T08:00:00.000+0000",
        "lockExpirationTime": "2026-01-05T08:01:00.000+0000",
        "variables": {
            "amount": {"type": "Integer", "value": 5, "valueInfo": {}},
            "currency": {"type": "String", "value": "EUR", "valueInfo": {}},
        },
        "extensionProperties": {"desk": "cash"},
    }
    assert definition.startswith("order:1:")


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({"variables": ["amount", "missing"]}, ["amount"]),
        ({"variables": None}, ["amount", "currency"]),
        ({"variables": []}, []),
        ({"localVariables": True}, ["currency"]),
        ({"deserializeValues": True, "unknown": 1}, ["amount", "currency"]),
    ],
)
def test_a_worker_says_which_variables_it_wants(still, wanted, names):
    (task,) = still.fetch(**wanted)
    still.post(path(task, "unlock"), status=204)
    assert sorted(task["variables"]) == names
    assert task["extensionProperties"] == {}


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ({"businessKey": "bk1"}, 1),
        ({"businessKey": "bk2"}, 0),
        ({"processDefinitionKey": "order"}, 1),
        ({"processDefinitionKeyIn": ["other", "order"]}, 1),
        ({"processDefinitionKey": "order", "processDefinitionKeyIn": ["other"]}, 0),
        ({"processDefinitionIdIn": [f"order:1:{NOBODY}"]}, 0),
        ({"processDefinitionVersionTag": "v7"}, 1),
        ({"processDefinitionVersionTag": "v8"}, 0),
        ({"processVariables": {"amount": 5}}, 1),
        ({"processVariables": {"amount": {"value": 5, "type": "Integer"}}}, 1),
        ({"processVariables": {"amount": 6}}, 0),
        ({"processVariables": {}}, 1),
        ({"tenantIdIn": ["elsewhere"]}, 0),
        ({"tenantIdIn": ["default"]}, 1),
        ({"withoutTenantId": True}, 1),
        ({"withoutTenantId": None, "tenantIdIn": None, "businessKey": None}, 1),
    ],
)
def test_a_topic_is_restricted(still, wanted, count):
    found = still.fetch(**wanted)
    for task in found:
        still.post(path(task, "unlock"), status=204)
    assert len(found) == count


def test_a_definition_is_named_as_it_was_told(worker):
    (task,) = worker.fetch(lockDuration=1)
    worker.site.clock.move(timedelta(seconds=1))
    assert len(worker.fetch(processDefinitionId=task["processDefinitionId"])) == 1


def test_nothing_is_an_empty_list(worker):
    assert worker.fetch("other") == []
    assert worker.post("/external-task/fetchAndLock", {"workerId": "w", "maxTasks": 1}) == []


def test_sorting_and_priority_decide_the_order(c7):
    instances = [c7.start(key=f"bk{n}") for n in range(2)]
    (old, new) = (one["id"] for one in instances)
    asked = {"workerId": "w", "maxTasks": 1, "topics": [{"topicName": "charge", "lockDuration": 1}]}
    sorting = [{"sortBy": "createTime", "sortOrder": "desc"}]

    def first(**said):
        (task,) = c7.post("/external-task/fetchAndLock", {**asked, **said})
        c7.site.clock.move(timedelta(seconds=1))
        return task["processInstanceId"]

    assert first() == old
    assert first(sorting=sorting) == new
    listed = c7.get("/external-task", processInstanceId=new)
    answer = c7.call("PUT", path(listed[0], "priority"), {"priority": 9})
    assert answer.status_code == 204
    assert first(usePriority=True) == new
    assert first(usePriority=False, sorting=[{**sorting[0], "sortOrder": "asc"}]) == old
    assert first(usePriority=True, sorting=sorting) == new


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"workerId": ""},
        {"workerId": "w", "maxTasks": 0},
        {"workerId": "w", "maxTasks": "many"},
        {"workerId": "w", "asyncResponseTimeout": -1},
        {"workerId": "w", "asyncResponseTimeout": 1_800_001},
        {"workerId": "w", "topics": {"topicName": "charge"}},
        {"workerId": "w", "topics": [{"topicName": "charge"}]},
        {"workerId": "w", "topics": [{"topicName": "charge", "lockDuration": -5}]},
        {"workerId": "w", "topics": [{"lockDuration": 5}]},
        {"workerId": "w", "sorting": [{"sortBy": "colour", "sortOrder": "asc"}]},
    ],
)
def test_a_senseless_fetch_is_refused(still, body):
    answer = still.call("POST", "/external-task/fetchAndLock", body)
    assert refusal(answer) == (400, "InvalidRequestException")


def test_completing_goes_on_with_typed_and_untyped_results(worker, c7):
    (task,) = worker.fetch()
    results = {"ok": {"value": True}, "data": {"type": "json", "value": '{"n": 1}'}}
    local = {"note": {"value": "x"}}
    body = {"workerId": "w1", "variables": results, "localVariables": local}
    worker.post(path(task, "complete"), body, status=204)
    found = c7.get(f"/process-instance/{task['processInstanceId']}/variables")
    assert found["ok"] == {"type": "Boolean", "value": True, "valueInfo": {}}
    assert found["data"] == {"type": "Json", "value": '{"n": 1}', "valueInfo": {}}
    assert "note" not in found


@pytest.mark.parametrize("verb", ["complete", "failure", "bpmnError", "extendLock", "lock"])
def test_a_task_that_is_not_there_is_not_found(still, verb):
    body = {"workerId": "w", "errorCode": "x", "newDuration": 1, "lockDuration": 1}
    answer = still.call("POST", f"/external-task/{NOBODY}/{verb}", body)
    assert refusal(answer) == (404, "RestException")
    assert answer.json["message"] == f"External task with id {NOBODY} does not exist"


@pytest.mark.parametrize("verb", ["complete", "failure", "bpmnError", "extendLock", "lock"])
def test_another_workers_task_is_not_touched(still, held, verb):
    body = {"workerId": "w2", "errorCode": "x", "newDuration": 1, "lockDuration": 1}
    answer = still.call("POST", path(held, verb), body)
    assert refusal(answer) == (400, "RestException")
    assert "held by w9" in answer.json["message"]


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("complete", {}),
        ("complete", {"workerId": "w9", "variables": {"n": {"value": "x", "type": "Integer"}}}),
        ("failure", {"workerId": "w9", "retries": -1}),
        ("failure", {"workerId": "w9", "retryTimeout": -1}),
        ("bpmnError", {"workerId": "w9"}),
        ("extendLock", {"workerId": "w9", "newDuration": 0}),
        ("lock", {"workerId": "w9"}),
    ],
)
def test_a_senseless_report_is_refused(still, held, verb, body):
    answer = still.call("POST", path(held, verb), body)
    assert refusal(answer) == (400, "InvalidRequestException")


def test_a_failure_is_told_and_tried_again(worker):
    (task,) = worker.fetch()
    body = {
        "workerId": "w1",
        "errorMessage": "down",
        "errorDetails": "line 1\nline 2",
        "retries": 2,
        "retryTimeout": 60_000,
        "variables": {"seen": {"value": 1}},
        "localVariables": {"tries": {"value": 1}},
    }
    worker.post(path(task, "failure"), body, status=204)
    assert worker.fetch() == []
    told = worker.get(f"/external-task/{task['id']}")
    assert (told["errorMessage"], told["retries"], told["workerId"]) == ("down", 2, None)
    details = worker.call("GET", path(task, "errorDetails"))
    assert (details.text, details.mimetype) == ("line 1\nline 2", "text/plain")
    worker.site.clock.move(timedelta(minutes=1))
    (again,) = worker.fetch()
    assert (again["errorDetails"], again["retries"]) == ("line 1\nline 2", 2)
    assert {"seen", "tries"} <= set(again["variables"])


def test_a_failure_without_retries_is_an_incident_until_somebody_gives_some(worker, c7):
    (task,) = worker.fetch()
    worker.post(path(task, "failure"), {"workerId": "w1", "errorMessage": "down"}, status=204)
    assert worker.fetch() == []
    (incident,) = c7.get("/incident", processInstanceId=task["processInstanceId"])
    assert (incident["incidentType"], incident["incidentMessage"]) == ("failedExternalTask", "down")
    assert incident["activityId"] == "charge"
    assert c7.get(f"/incident/{incident['id']}") == incident
    assert worker.call("PUT", path(task, "retries"), {"retries": 1}).status_code == 204
    assert c7.get("/incident/count") == {"count": 0}
    assert c7.call("GET", f"/incident/{incident['id']}").status_code == 404
    assert len(worker.fetch()) == 1


def test_several_tasks_get_retries_by_their_ids(worker):
    (task,) = worker.fetch()
    body = {"retries": 4, "externalTaskIds": [task["id"]]}
    assert worker.call("PUT", "/external-task/retries", body).status_code == 204
    assert worker.get(f"/external-task/{task['id']}")["retries"] == 4
    assert worker.call("PUT", "/external-task/retries", {"retries": 4}).status_code == 400
    assert worker.call("PUT", path(task, "retries"), {}).status_code == 400


def test_a_bpmn_error_takes_the_boundary_event(worker, c7):
    (task,) = worker.fetch()
    body = {
        "workerId": "w1",
        "errorCode": "NO_MONEY",
        "errorMessage": "empty",
        "variables": {"left": {"value": 0}},
    }
    worker.post(path(task, "bpmnError"), body, status=204)
    (dun,) = c7.get("/task")
    assert dun["taskDefinitionKey"] == "dun"
    found = c7.get(f"/process-instance/{task['processInstanceId']}/variables")
    assert {name: found[name]["value"] for name in ("code", "why", "left")} == {
        "code": "NO_MONEY",
        "why": "empty",
        "left": 0,
    }


def test_a_lock_is_extended_and_given_back(worker):
    (task,) = worker.fetch(lockDuration=1_000)
    worker.post(path(task, "extendLock"), {"workerId": "w1", "newDuration": 9_000}, status=204)
    told = worker.get(f"/external-task/{task['id']}")
    assert told["lockExpirationTime"] == "2026-01-05T08:00:09.000+0000"
    # Clients send neither a body nor a content type.
    answer = worker.call("POST", path(task, "unlock"))
    assert (answer.status_code, answer.data) == (204, b"")
    assert len(worker.fetch(worker="w2")) == 1


def test_one_certain_task_is_locked(worker):
    (listed,) = worker.get("/external-task", notLocked="true")
    worker.post(path(listed, "lock"), {"workerId": "w9", "lockDuration": 1_000}, status=204)
    (told,) = worker.get("/external-task", locked="true")
    assert told["workerId"] == "w9"


def test_a_suspended_instance_waits(worker, c7):
    (task,) = worker.fetch()
    c7.site.engine.suspend_instance(task["processInstanceId"], actor=c7.site.actor("ada"))
    answer = worker.call("POST", path(task, "complete"), {"workerId": "w1"})
    assert refusal(answer) == (500, "SuspendedEntityInteractionException")


def test_who_may_not_work_is_told(c7):
    deployer = Client(with_key(c7.site, "deploy"))
    asked = {"workerId": "w", "topics": [{"topicName": "charge", "lockDuration": 1}]}
    answer = deployer.call("POST", "/external-task/fetchAndLock", asked)
    assert refusal(answer) == (403, "AuthorizationException")
    assert refusal(deployer.call("GET", "/external-task")) == (403, "AuthorizationException")


def test_no_error_details_are_no_content(worker):
    (task,) = worker.fetch()
    assert worker.call("GET", path(task, "errorDetails")).status_code == 204


def test_local_variables_of_an_execution_are_those_of_the_task(worker):
    (task,) = worker.fetch()
    found = worker.get(f"/execution/{task['executionId']}/localVariables")
    assert found["currency"]["value"] == "EUR"


def test_a_worker_reads_the_files_of_the_process_by_the_instances_id(c7):
    info = {"filename": "a.txt"}
    started = c7.start({"paper": {"value": "aGVsbG8=", "type": "File", "valueInfo": info}})
    worker = Client(with_key(c7.site, "work"))
    paths = [
        f"/execution/{started['id']}/localVariables/paper/data",
        f"/process-instance/{started['id']}/variables/paper/data",
    ]
    assert [worker.call("GET", where).data for where in paths] == [b"hello"] * 2
    (task,) = worker.fetch()
    worker.post(path(task, "complete"), {"workerId": "w1"}, status=204)
    # Its data is not the worker's business any more.
    assert [worker.call("GET", where).status_code for where in paths] == [403, 403]
    starter = Client(with_key(c7.site, "start", name="another"))
    assert [starter.call("GET", where).status_code for where in paths] == [404, 404]
