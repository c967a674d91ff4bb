"""Laneway's own API: each call does what the pages do, by the same rules."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest

from engine.actor import SYSTEM
from engine.core import Breakdown, File, Topic
from tests.web.api.caller import Caller, with_key
from tests.web.site import HERE, Site

INCIDENTS = HERE.parent / "engine" / "incidents"


@pytest.fixture
def api(site: Site) -> Caller:
    """A program that may do everything."""
    return with_key(site)


def upload(api: Caller, *paths: Path, door: str = "/api/v1/deployments", **fields: str):
    files = [(BytesIO(path.read_bytes()), path.name) for path in paths]
    return api.call(
        "POST", door, data={"files": files, **fields}, content_type="multipart/form-data"
    )


def begin(api: Caller, process: str, **variables: object) -> str:
    upload(api, INCIDENTS / f"{process}.bpmn")
    order = {"process_id": process, "variables": variables}
    return api.post("/api/v1/instances", order).json["id"]


def only(api: Caller, path: str) -> dict[str, object]:
    (found,) = api.get(path).json["items"]
    return found


# ---- deploying --------------------------------------------------------------------------------


def test_checking_stores_nothing_and_tells_every_problem(api: Caller):
    answer = upload(api, HERE / "review.bpmn", door="/api/v1/deployments/check")
    assert answer.status_code == 200
    assert answer.json["is_deployable"]
    assert api.get("/api/v1/definitions").json["items"] == []


def test_deploying_tells_what_became_of_each_file(api: Caller):
    files = [HERE / "review.bpmn", HERE / "route.dmn", HERE / "claim.form"]
    first = upload(api, *files, name="All of it")
    assert first.status_code == 201
    assert {part["key"] for part in first.json["decisions"]} == {"route", "weight-class"}
    assert [part["resource"] for part in first.json["forms"]] == ["claim.form"]
    assert first.json["processes"][0]["version"] == 1
    again = upload(api, *files, name="All of it")
    assert (again.status_code, again.json["is_new"]) == (200, False)
    assert again.json["forms"] == [{**first.json["forms"][0], "is_new": False}]


def test_a_refused_deployment_tells_every_problem(api: Caller, tmp_path: Path):
    broken = tmp_path / "broken.bpmn"
    broken.write_text("<x/>")
    answer = upload(api, broken)
    assert (answer.status_code, answer.json["code"]) == (400, "deployment-refused")
    assert answer.content_type == "application/problem+json"
    assert answer.json["problems"][0]["code"] == "file-not-bpmn"


def test_definitions_are_listed_shown_and_suspended(api: Caller):
    begin(api, "later")
    row = only(api, "/api/v1/definitions?text=later")
    here = f"/api/v1/definitions/{row['id']}"
    assert api.get(here).json == {**row, "versions": [1], "why_not_startable": ""}
    assert b"<bpmn:process" in api.get(f"{here}/xml").data
    assert api.post(f"{here}/suspend", {"with_instances": True}).status_code == 204
    assert only(api, "/api/v1/instances")["status"] == "SUSPENDED"
    assert api.post(f"{here}/suspend", {}).json["code"] == "not-active"
    assert api.post(f"{here}/resume", {"with_instances": True}).status_code == 204
    assert only(api, "/api/v1/instances")["status"] == "ACTIVE"


# ---- instances --------------------------------------------------------------------------------


def test_a_start_with_an_idempotency_key_happens_once(api: Caller):
    begin(api, "charge", amount=1)
    order = {"process_id": "charge", "variables": {"amount": 5}, "business_key": "A-1"}
    key = {"Idempotency-Key": "order 5"}
    first = api.post("/api/v1/instances", order, headers=key)
    assert first.status_code == 201
    assert first.headers["Location"] == f"/api/v1/instances/{first.json['id']}"
    again = api.post("/api/v1/instances", order, headers=key)
    assert (again.status_code, again.json["id"]) == (200, first.json["id"])
    other = api.post("/api/v1/instances", {**order, "business_key": "A-2"}, headers=key)
    assert (other.status_code, other.json["code"]) == (400, "idempotency-key-reused")
    someone = with_key(api.site, name="somebody else")
    assert someone.post("/api/v1/instances", order, headers=key).status_code == 201
    assert api.get("/api/v1/instances?business_key=A-1").json["total"] == 2


def test_an_instance_tells_where_it_is_and_what_happened(api: Caller):
    instance = begin(api, "divide", total=10, people=0)
    found = api.get(f"/api/v1/instances/{instance}").json
    assert found["tokens"] == [{"element_id": "share", "count": 1}]
    assert found["incidents"] == 1
    history = api.get(f"/api/v1/instances/{instance}/history?limit=2").json
    assert [event["kind"] for event in history["items"]] == [
        "process-started",
        "element-completed",
    ]
    rest = api.get(f"/api/v1/instances/{instance}/history?after={history['next']}").json
    assert rest["items"][0]["kind"] == "incident-created"
    elements = api.get(f"/api/v1/instances/{instance}/elements").json["items"]
    assert [(each["element_id"], each["state"]) for each in elements] == [
        ("divide", "ACTIVE"),
        ("start", "COMPLETED"),
        ("share", "ACTIVE"),
    ]


@pytest.mark.parametrize(
    "name", ["instances?started_from", "instances?started_before", "incidents?created_from"]
)
@pytest.mark.parametrize(
    "at", ["0001-01-01T00:00:00%2B05:00", "9999-12-31T23:00:00-05:00", "2026-01-05T08:00:00", "x"]
)
def test_a_time_must_have_a_zone_and_lie_within_all_years(api: Caller, name: str, at: str):
    refused = api.get(f"/api/v1/{name}={at}")
    assert (refused.status_code, refused.json["code"]) == (400, "bad-input")
    assert "with a zone, as 2026-01-31T10:00:00Z" in refused.json["detail"]


def test_instances_are_found_by_when_they_started(api: Caller):
    begin(api, "charge", amount=1)
    found = {
        "started_from=2026-01-05T08:00:00Z": 1,
        "started_from=2026-01-05T10:00:00%2B01:00": 0,
        "started_before=2026-01-05T10:00:00%2B01:00": 1,
    }
    for query, total in found.items():
        assert api.get(f"/api/v1/instances?{query}").json["total"] == total, query


def test_variables_are_read_and_written(api: Caller):
    here = f"/api/v1/instances/{begin(api, 'charge', amount=1)}/variables"
    assert api.get(here).json == {"variables": {"amount": 1}}
    answer = api.call("PATCH", here, json={"variables": {"note": None, "parts": [1, {"a": 2}]}})
    assert answer.status_code == 204
    assert api.get(here).json["variables"] == {"amount": 1, "note": None, "parts": [1, {"a": 2}]}


def test_an_instance_is_suspended_resumed_and_cancelled(api: Caller):
    here = f"/api/v1/instances/{begin(api, 'charge', amount=1)}"
    for verb, status in (
        ("suspend", "SUSPENDED"),
        ("resume", "ACTIVE"),
        ("cancel", "TERMINATED"),
    ):
        assert api.post(f"{here}/{verb}").status_code == 204
        assert api.get(here).json["status"] == status
    assert api.post(f"{here}/cancel", {"reason": "again"}).json["code"] == "not-active"


def test_what_did_not_change_need_not_be_sent_again(api: Caller):
    here = f"/api/v1/instances/{begin(api, 'charge', amount=1)}"
    tag = api.get(here).headers["ETag"]
    assert api.get(here, headers={"If-None-Match": tag}).status_code == 304
    api.post(f"{here}/suspend")
    assert api.get(here, headers={"If-None-Match": tag}).status_code == 200


def test_lists_go_on_with_a_cursor(api: Caller):
    upload(api, INCIDENTS / "charge.bpmn")
    started = {api.post("/api/v1/instances", {"process_id": "charge"}).json["id"] for _ in range(5)}
    path, seen = "/api/v1/instances?limit=2&process_id=charge", []
    while path:
        answer = api.get(path)
        seen += [row["id"] for row in answer.json["items"]]
        link = answer.headers.get("Link", "")
        path = link.partition(">")[0].removeprefix("<") if link else ""
        assert bool(path) == bool(answer.json["next_cursor"])
    assert len(seen) == 5
    assert set(seen) == started
    assert api.get("/api/v1/instances?cursor=nonsense").json["code"] == "bad-input"


# ---- tasks ------------------------------------------------------------------------------------


def test_a_person_claims_and_completes_with_the_form(site: Site):
    site.deploy("claim.bpmn", "claim.form")
    ana = with_key(site, "tasks", "start", name="ana's program", person="ana")
    (definition,) = site.engine.definitions(actor=SYSTEM).items
    site.engine.start(definition.process_id, actor=site.actor("iris"), variables={})
    task = f"/api/v1/tasks/{only(ana, '/api/v1/tasks?list=all')['id']}"
    assert ana.post(f"{task}/claim").status_code == 204
    assert ana.get(task).json["assignee"] == "ana"
    fields = {field["key"] for field in ana.get(f"{task}/form").json["fields"]}
    assert fields
    wrong = ana.post(f"{task}/complete", {"form": {"nothing of the form": 1}})
    assert (wrong.status_code, wrong.json["code"]) == (400, "form-invalid")
    assert {"nothing of the form"} <= {field["field"] for field in wrong.json["fields"]}
    both = ana.post(f"{task}/complete", {"form": {}, "variables": {}})
    assert both.json["code"] == "bad-input"
    assert ana.post(f"{task}/complete", {"variables": {"amount": 5}}).status_code == 204
    gone = ana.post(f"{task}/complete", {"variables": {}})
    assert (gone.status_code, gone.json["code"]) == (409, "task-gone")


def test_a_task_is_handed_to_somebody(api: Caller):
    instance, task = api.site.review(claimed_by="ana")
    assert api.post(f"/api/v1/tasks/{task}/unclaim").status_code == 204
    assert only(api, f"/api/v1/tasks?instance_id={instance}")["assignee"] is None
    assert api.post(f"/api/v1/tasks/{task}/assign", {"assignee": "ben"}).status_code == 204
    assert only(api, f"/api/v1/tasks?instance_id={instance}")["assignee"] == "ben"
    assert api.get(f"/api/v1/tasks/{task}/variables").json["variables"]["title"] == "The report"


# ---- messages, decisions ----------------------------------------------------------------------


def test_messages_and_signals_reach_whoever_waits(api: Caller):
    api.site.deploy("party.bpmn")
    refused = api.post("/api/v1/messages/correlate", {"name": "nobody"})
    assert (refused.status_code, refused.json["code"]) == (400, "mismatching-correlation")
    message = {"name": "nobody", "time_to_live": 60, "message_id": "1", "variables": {"a": 1}}
    assert api.post("/api/v1/messages/publish", message).json == {"instance_ids": []}
    twice = api.post("/api/v1/messages/publish", message)
    assert (twice.status_code, twice.json["code"]) == (409, "message-already-published")
    assert api.post("/api/v1/signals", {"name": "nobody"}).json == {"count": 0}
    assert api.post("/api/v1/conditions/evaluate", {}).json == {"instance_ids": []}


def test_a_decision_tells_its_value_and_why(api: Caller):
    upload(api, HERE / "route.dmn")
    found = api.post(
        "/api/v1/decisions/route/evaluate",
        {"variables": {"weight": 100, "country": "DE", "urgent": False}},
    ).json
    assert found["is_made"]
    table = found["decisions"][-1]
    assert table["id"] == "route"
    assert [rule["outputs"] for rule in table["rules"]] == [{"carrier": found["value"]}]
    missing = api.post("/api/v1/decisions/nothing/evaluate")
    assert (missing.status_code, missing.json["code"]) == (404, "not-found")


# ---- incidents and jobs -----------------------------------------------------------------------


def test_an_incident_is_seen_edited_and_retried(api: Caller):
    begin(api, "divide", total=10, people=0)
    here = f"/api/v1/incidents/{only(api, '/api/v1/incidents')['id']}"
    found = api.get(here).json
    assert found["variables"] == {"total": 10, "people": 0}
    assert found["data"]["expression"] == "share = total / people"
    assert api.post(f"{here}/retry", {"variables": {"people": 4}}).status_code == 204
    assert only(api, "/api/v1/tasks")["element_id"] == "after"
    assert api.get(here).status_code == 404


def test_an_incident_is_skipped_or_resolved_with_a_note(api: Caller):
    begin(api, "divide", total=10, people=0)
    here = f"/api/v1/incidents/{only(api, '/api/v1/incidents')['id']}"
    assert api.post(f"{here}/resolve", {"note": "The client knows."}).status_code == 204
    again = api.post(f"{here}/resolve", {"note": "The client knows."})
    assert (again.status_code, again.json["code"]) == (409, "incident-resolved")
    assert api.get("/api/v1/incidents").json["items"] == []
    assert only(api, "/api/v1/incidents?state=resolved")["note"] == "The client knows."
    assert api.post(f"{here}/skip", {"variables": {"share": 1}}).status_code == 204
    assert only(api, "/api/v1/tasks")["element_id"] == "after"


def test_a_failed_worker_is_retried_with_other_headers(api: Caller):
    begin(api, "ship")
    engine = api.site.engine
    (task,) = engine.fetch_and_lock("w", [Topic("shipping")], actor=SYSTEM)
    engine.fail_external(task.id, worker_id="w", actor=SYSTEM, breakdown=Breakdown("no truck"))
    here = f"/api/v1/incidents/{only(api, '/api/v1/incidents')['id']}"
    assert api.get(here).json["source"] == "external-task"
    sent = {"arguments": {"carrier": "boat"}, "retries": 2}
    assert api.post(f"{here}/retry", sent).status_code == 204
    (task,) = engine.fetch_and_lock("w", [Topic("shipping")], actor=SYSTEM)
    assert (task.headers["carrier"], task.retries) == ("boat", 2)


def test_jobs_are_listed_held_back_and_retried(api: Caller):
    begin(api, "later")
    job = only(api, "/api/v1/jobs?kind=async")
    here = f"/api/v1/jobs/{job['id']}"
    assert api.post(f"{here}/suspend").status_code == 204
    assert only(api, "/api/v1/jobs")["is_suspended"]
    assert api.post(f"{here}/resume").status_code == 204
    assert api.post(f"{here}/retry", {"retries": 5}).status_code == 204
    assert only(api, "/api/v1/jobs")["retries"] == 5
    definition = f"/api/v1/definitions/{job['definition_id']}"
    assert api.post(f"{definition}/jobs/suspend").json == {"count": 1}
    assert api.post(f"{definition}/jobs/resume", {"element_id": "note"}).json == {"count": 1}


# ---- who may ----------------------------------------------------------------------------------


def test_the_engine_decides_who_may(site: Site):
    admin = with_key(site)
    begin(admin, "divide", total=10, people=0)
    incident = only(admin, "/api/v1/incidents")["id"]
    robot = with_key(site, "tasks", name="tasks only")
    for path in (
        f"/api/v1/incidents/{incident}",
        "/api/v1/incidents",
        "/api/v1/jobs",
    ):
        answer = robot.get(path)
        assert (answer.status_code, answer.json["code"]) == (403, "forbidden")
    assert robot.post(f"/api/v1/incidents/{incident}/skip").status_code == 403
    assert robot.get("/api/v1/me").json["rights"] == ["tasks"]
    assert Caller(site).get("/api/v1/instances").status_code == 401


def test_what_is_not_described_is_refused(api: Caller):
    for sent in (
        {"name": "x", "nonsense": 1},
        {"name": 5},
        {"name": ""},
        {"name": "a\x00b"},
        {"name": "x", "time_to_live": -1},
        {"name": "x", "variables": []},
    ):
        answer = api.post("/api/v1/messages/publish", sent)
        assert (answer.status_code, answer.json["code"]) == (400, "bad-input"), sent
    assert api.get("/api/v1/nothing").json["code"] == "not-found"
    assert api.get("/api/v1/instances/%00").status_code in {400, 404}


def test_the_files_of_a_deployment_can_be_taken_back(api: Caller):
    data = (HERE / "review.bpmn").read_bytes()
    deployed = api.site.engine.deploy([File("review.bpmn", data)], actor=SYSTEM)
    found = api.get(f"/api/v1/definitions/{deployed.processes[0].id}/xml")
    assert (found.data, found.mimetype) == (data, "application/xml")
