"""Jobs in Camunda 8's dialect: activate, wait, complete, fail, throw, update."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine import tables
from engine.commands.external_fetch import MOST_TASKS as MOST_JOBS
from tests.support.patience import PATIENCE, until
from tests.web.api.caller import with_key
from tests.web.api.camunda8.conftest import Client, is_key
from tests.web.site import SETTINGS
from web.parking import get_parking

JOB = {
    *("jobKey", "type", "processInstanceKey", "rootProcessInstanceKey", "processDefinitionId"),
    *("processDefinitionVersion", "processDefinitionKey", "elementId", "elementInstanceKey"),
    *("customHeaders", "worker", "retries", "deadline", "variables", "tenantId"),
    *("physicalTenantId", "kind", "listenerEventType", "userTask", "tags", "businessId"),
    *("priority", "jobLeaseToken"),
}


def test_an_activated_job_has_every_property(c8: Client):
    instance = c8.start("order8", number="n", parts=[1, {"a": None}])
    (job,) = c8.activate()
    assert set(job) == JOB
    for name in ("jobKey", "processDefinitionKey", "elementInstanceKey"):
        assert is_key(job[name]), name
    assert job["processInstanceKey"] == job["rootProcessInstanceKey"] == instance
    assert job["variables"] == {"number": "n", "parts": [1, {"a": None}]}
    assert (job["customHeaders"], job["retries"]) == ({"bank": "north"}, 3)
    now = c8.site.clock.now().timestamp() * 1000
    assert job["deadline"] == now + 60_000
    assert c8.activate() == []


def test_a_worker_is_handed_every_job_that_is_locked_for_it(c8: Client):
    c8.start("order8")
    table = tables.external_task
    with c8.site.engine.database.writing() as connection:
        row = connection.execute(sa.select(table)).one()._asdict()
        copies = [
            {**row, "id": f"copy-{more}", "key": row["key"] + more, "wait": row["wait"] + more}
            for more in range(1, MOST_JOBS)
        ]
        connection.execute(sa.insert(table), copies)
    assert len(c8.activate(MOST_JOBS)) == MOST_JOBS


def test_a_search_answers_no_more_than_a_page(c8: Client):
    c8.start("order8")
    (found,) = c8.search("process-instances")
    table = tables.process_instance
    with c8.site.engine.database.writing() as connection:
        row = connection.execute(sa.select(table)).one()._asdict()
        copies = [{**row, "id": f"copy-{more}", "key": row["key"] + more} for more in range(1, 600)]
        connection.execute(sa.insert(table), copies)
    page = c8.post("/process-instances/search", {"page": {"limit": 1_000}})
    assert (page["items"][0], len(page["items"])) == (found, 500)
    assert page["page"]["totalItems"] == 600


def test_a_worker_may_ask_for_some_variables(c8: Client):
    c8.start("order8", number="n", secret=1)
    assert c8.activate(fetchVariable=["number"])[0]["variables"] == {"number": "n"}


def test_a_job_is_completed_once(c8: Client):
    key = c8.start("order8")
    (job,) = c8.activate()
    c8.post(f"/jobs/{job['jobKey']}/completion", {"variables": {"charged": 5}}, status=204)
    assert c8.search("user-tasks", processInstanceKey=key)[0]["elementId"] == "pack"
    again = c8.post(f"/jobs/{job['jobKey']}/completion", status=404)
    assert again["title"] == "NOT_FOUND"


def test_a_failed_job_comes_again_after_its_back_off(c8: Client):
    c8.start("order8")
    (job,) = c8.activate()
    sent = {"errorMessage": "no", "retries": 2, "retryBackOff": 5_000, "variables": {"seen": 1}}
    c8.post(f"/jobs/{job['jobKey']}/failure", sent, status=204)
    assert c8.activate() == []
    c8.site.clock.move(timedelta(seconds=6))
    (again,) = c8.activate()
    assert (again["retries"], again["variables"]["seen"]) == (2, 1)


def test_a_bpmn_error_takes_its_boundary_event(c8: Client):
    key = c8.start("order8")
    (job,) = c8.activate()
    c8.post(f"/jobs/{job['jobKey']}/error", {"errorCode": "NO_MONEY"}, status=204)
    assert c8.search("user-tasks", processInstanceKey=key)[0]["elementId"] == "call"
    assert c8.post("/jobs/1/error", {}, status=400)["title"] == "INVALID_ARGUMENT"


def test_the_lock_of_a_job_is_extended(c8: Client):
    c8.start("order8")
    (found,) = c8.search("jobs", type="charge")
    path = f"/jobs/{found['jobKey']}"
    changed = c8.call("PATCH", path, {"changeset": {"timeout": 1000}})
    assert changed.json["title"] == "INVALID_STATE"
    c8.activate()
    assert c8.call("PATCH", path, {"changeset": {"timeout": 3_600_000}}).status_code == 204
    assert c8.search("jobs")[0]["deadline"] == "2026-01-05T09:00:00.000Z"
    assert c8.call("PATCH", path, {"changeset": {"retries": 7}}).status_code == 204
    assert c8.search("jobs")[0]["retries"] == 7
    assert c8.call("PATCH", path, {"changeset": {}}).status_code == 400


def test_retries_of_a_dead_job_count_when_its_incident_is_resolved(c8: Client):
    key = c8.start("order8")
    (job,) = c8.activate()
    c8.post(f"/jobs/{job['jobKey']}/failure", {"errorMessage": "down", "retries": 0}, status=204)
    (incident,) = c8.search("incidents", processInstanceKey=key, errorType="JOB_NO_RETRIES")
    assert incident["jobKey"] == incident["elementInstanceKey"] == job["jobKey"]
    assert c8.get(f"/incidents/{incident['incidentKey']}") == incident
    assert c8.post(f"/process-instances/{key}/incidents/search")["items"] == [incident]
    path = f"/jobs/{job['jobKey']}"
    assert c8.call("PATCH", path, {"changeset": {"retries": 4}}).status_code == 204
    assert c8.activate() == []
    c8.post(f"/incidents/{incident['incidentKey']}/resolution", status=204)
    assert c8.activate()[0]["retries"] == 4
    c8.post(f"/incidents/{incident['incidentKey']}/resolution", status=404)


@pytest.mark.parametrize(
    ("wanted", "is_found"),
    [
        ("JOB_NO_RETRIES", True),
        ("CONDITION_ERROR", False),
        ({"$eq": "JOB_NO_RETRIES"}, True),
        ({"$eq": "CONDITION_ERROR"}, False),
        ({"$neq": "JOB_NO_RETRIES"}, False),
        ({"$neq": "CALLED_ELEMENT_ERROR"}, True),
        ({"$in": ["CONDITION_ERROR", "JOB_NO_RETRIES", "NONSENSE"]}, True),
        ({"$in": ["CONDITION_ERROR"]}, False),
        ({"$notIn": ["CONDITION_ERROR", "JOB_NO_RETRIES"]}, False),
        ({"$notIn": ["CONDITION_ERROR"]}, True),
        ({"$exists": True}, True),
    ],
)
def test_incidents_are_found_by_their_type(c8: Client, wanted: object, is_found: bool):
    c8.start("order8")
    (job,) = c8.activate()
    c8.post(f"/jobs/{job['jobKey']}/failure", {"errorMessage": "down", "retries": 0}, status=204)
    assert bool(c8.search("incidents", errorType=wanted)) is is_found


def test_types_of_incidents_have_no_order(c8: Client):
    wanted = {"filter": {"errorType": {"$gt": "JOB_NO_RETRIES"}}}
    refused = c8.post("/incidents/search", wanted, status=400)
    assert "'filter.errorType' takes the operators $eq" in refused["detail"]


def test_waiting_for_a_job_ends_as_soon_as_there_is_one(file_c8: Client):
    found: list[dict[str, object]] = []

    def wait() -> None:
        other = Client(with_key(file_c8.site, name="worker"))
        found.extend(other.activate(requestTimeout=60_000))

    worker = threading.Thread(target=wait)
    worker.start()
    with file_c8.site.app.app_context():
        parking = get_parking()
    until(lambda: _is_taken(parking))
    file_c8.start("order8", number="n")
    worker.join(PATIENCE)
    assert [job["variables"] for job in found] == [{"number": "n"}]


def _is_taken(parking) -> bool:
    """Whether a request waits: one place fewer is free than there are."""
    taken = 0
    while parking.take():
        taken += 1
    for _ in range(taken):
        parking.leave()
    return taken < SETTINGS.threads // 2


def test_when_all_places_are_taken_a_worker_is_told_to_come_later(c8: Client):
    with c8.site.app.app_context():
        parking = get_parking()
    taken = 0
    while parking.take():
        taken += 1
    sent = {"type": "charge", "timeout": 1000, "maxJobsToActivate": 1}
    answer = c8.call("POST", "/jobs/activation", sent)
    assert (answer.status_code, answer.json["title"]) == (503, "RESOURCE_EXHAUSTED")
    assert c8.activate() == []
    for _ in range(taken):
        parking.leave()


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": ""},
        {"timeout": 0},
        {"timeout": -5},
        {"maxJobsToActivate": 0},
        {"maxJobsToActivate": "many"},
        {"fetchVariable": "a"},
        {"type": "a\x00b"},
    ],
)
def test_senseless_activations_are_refused(c8: Client, wrong: dict[str, object]):
    sent = {"type": "charge", "timeout": 1000, "maxJobsToActivate": 1, "requestTimeout": -1}
    assert c8.post("/jobs/activation", {**sent, **wrong}, status=400)
