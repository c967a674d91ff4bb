"""Lists of external tasks: every filter, in the address and as posted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.web.api.caller import with_key
from tests.web.api.camunda7.client import Client
from web.api.camunda7.values import moment_text


@pytest.fixture
def worker(c7: Client) -> Client:
    """A program that may only work, over an order that waits for it."""
    c7.start({"amount": {"type": "Integer", "value": 5}}, "bk1")
    return Client(with_key(c7.site, "work", name="worker"))


def test_a_listed_task_has_every_field(worker):
    (task,) = worker.get("/external-task")
    (fetched,) = worker.fetch()
    told = {name: value for name, value in fetched.items() if name in task}
    assert set(fetched) - set(task) == {"variables", "extensionProperties", "errorDetails"}
    assert task == {**told, "workerId": None, "lockExpirationTime": None}


def test_a_list_takes_every_filter_both_ways(worker):
    (task,) = worker.fetch()
    soon = moment_text(worker.site.clock.now() + timedelta(seconds=30))
    definition, instance = task["processDefinitionId"], task["processInstanceId"]
    found = [
        {"externalTaskId": task["id"]},
        {"topicName": "charge", "workerId": "w1", "active": True},
        {"locked": True, "withRetriesLeft": True, "lockExpirationAfter": soon},
        {"activityId": "charge", "processInstanceId": instance, "executionId": task["executionId"]},
        {"processDefinitionId": definition, "processDefinitionKey": "order"},
        {"priorityHigherThanOrEquals": 3, "priorityLowerThanOrEquals": 3},
    ]
    missed = [
        {"notLocked": True},
        {"noRetriesLeft": True},
        {"suspended": True},
        {"lockExpirationBefore": soon},
        {"priorityHigherThanOrEquals": 4},
        {"workerId": "w2"},
    ]
    several = [({"externalTaskIdIn": [task["id"], "x"]}, 1), ({"activityIdIn": ["x"]}, 0)]
    several += [({"processInstanceIdIn": [instance]}, 1), ({"tenantIdIn": ["x"]}, 0)]
    several += [({"processDefinitionKeyIn": ["x"]}, 0)]
    for wanted, count in [(w, 1) for w in found] + [(w, 0) for w in missed] + several:
        assert len(worker.post("/external-task", wanted)) == count
        assert worker.post("/external-task/count", wanted) == {"count": count}
        query = {
            name: ",".join(value)
            if isinstance(value, list)
            else str(value).lower()
            if isinstance(value, bool)
            else value
            for name, value in wanted.items()
        }
        assert len(worker.get("/external-task", **query)) == count
        assert worker.get("/external-task/count", **query) == {"count": count}


def test_a_list_is_sorted_and_cut(c7):
    for key in ("bk1", "bk2"):
        c7.start(key=key)
    sorting = [{"sortBy": "createTime", "sortOrder": "desc"}, {"sortBy": "id", "sortOrder": "desc"}]
    found = c7.post("/external-task", {"sorting": sorting})
    assert [row["businessKey"] for row in found] == ["bk2", "bk1"]
    query = {"sortBy": "id", "sortOrder": "asc", "firstResult": 1, "maxResults": 1}
    assert [row["businessKey"] for row in c7.get("/external-task", **query)] == ["bk2"]
    assert c7.get("/external-task/topic-names") == ["charge"]


@pytest.mark.parametrize(
    "query",
    [
        {"sortBy": "id"},
        {"locked": "perhaps"},
        {"lockExpirationAfter": "soon"},
        {"priorityHigherThanOrEquals": "high"},
        {"processVariables": "amount_eq_5"},
    ],
)
def test_senseless_filters_are_refused(still, query):
    answer = still.call("GET", "/external-task", query_string=query)
    assert (answer.status_code, answer.json["type"]) == (400, "InvalidRequestException")
