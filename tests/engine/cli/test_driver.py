"""The driver's protocol: what each operation answers, and that no request takes it down."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.cli.drive.loop import OPERATIONS, answer, serve
from engine.cli.drive.session import Session
from engine.cli.driving import IN_MEMORY, empty_engine
from tests.support.patience import PATIENCE

DIAGRAM = Path(__file__).with_name("order.bpmn")
COMMANDS = Path(__file__).parents[1] / "commands"
CONDITIONAL = COMMANDS.parent / "start_events" / "conditional.bpmn"
# The examples may share a driver, and a busy machine may be slow to make them.
SHARED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


class Driver:
    """Calls operations and unpacks the replies."""

    def __init__(self, session):
        self.session = session

    def reply(self, op, **arguments):
        return json.loads(answer(self.session, json.dumps({"op": op, **arguments})))

    def __call__(self, op, **arguments):
        found = self.reply(op, **arguments)
        assert found["ok"], found
        return found["result"]

    def refusal(self, op, **arguments):
        found = self.reply(op, **arguments)
        assert not found["ok"]
        return found["error"]


@pytest.fixture
def driver():
    session = Session(lambda clock: empty_engine(IN_MEMORY, clock))
    found = Driver(session)
    found("reset", now="2026-01-05T08:00:00Z")
    yield found
    session.close()


@pytest.fixture
def order(driver):
    driver("deploy", files=[str(DIAGRAM)])
    return driver("start", key="order", vars={"number": 7}, business_key="O-7")


def test_a_published_message_is_kept_for_whoever_comes(driver):
    driver("deploy", files=[str(COMMANDS / "early.bpmn")])
    sent = {"name": "payment", "correlation_key": "7", "time_to_live": "PT1H", "message_id": "1"}
    assert driver("publish", **sent) == []
    assert driver.refusal("publish", **sent) == "message-already-published"
    (instance,) = driver("publish", name="order", vars={"nr": "7"})
    driver("complete", id=driver("tasks")[0]["id"])
    assert driver("state", instance=instance) == "COMPLETED"
    assert driver.refusal("publish", name="payment", time_to_live="soon") == "bad-input"


def test_conditional_start_events_are_asked(driver):
    driver("deploy", files=[str(CONDITIONAL)])
    assert driver("evaluate_conditions", vars={"stock": 9}) == []
    (instance,) = driver("evaluate_conditions", vars={"stock": 2}, key="process")
    assert driver("vars", instance=instance)["stock"] == 2
    assert driver("evaluate_conditions", vars={"stock": 2}, key="another") == []


def test_deploy_reports_what_it_deployed(driver):
    found = driver("deploy", files=[str(DIAGRAM)])
    assert [(row["key"], row["version"]) for row in found["definitions"]] == [("order", 1)]
    assert driver("instances") == []


def test_a_refused_deployment_says_why(driver, tmp_path):
    bad = tmp_path / "bad.bpmn"
    bad.write_text("<nonsense/>")
    assert driver.refusal("deploy", files=[str(bad)]) == "deployment-refused"
    assert driver.refusal("deploy", files=[str(tmp_path / "missing.bpmn")]) == "bad-input"


def test_start_runs_until_everything_waits(driver, order):
    assert driver("instances") == [order]
    assert driver("instances", key="order") == [order]
    assert driver("instances", key="other") == []
    assert driver("state", instance=order) == "ACTIVE"
    assert driver("active", instance=order) == ["pay"]
    assert driver("vars", instance=order) == {"number": 7}
    assert driver("log") == ["order 7"]
    assert driver("subscriptions") == [["message", "paid"]]


def test_timers_run_only_when_the_clock_is_moved(driver, order):
    assert (driver("jobs"), driver("timers"), driver("tasks")) == (1, 1, [])
    driver("run_jobs")
    assert driver("tasks") == []
    driver("advance", duration="P2D")
    assert [task["key"] for task in driver("tasks")] == ["remind"]
    assert driver("tasks")[0]["candidateGroups"] == ["sales"]
    assert driver("jobs") == 0


def test_a_message_needs_exactly_one_receiver(driver, order):
    driver("start", key="order", vars={"number": 8}, business_key="O-8")
    assert driver.refusal("message", name="paid") == "mismatching-correlation"
    assert driver.refusal("message", name="paid", correlation={"number": 9}) != ""
    assert driver("message", name="paid", correlation={"number": 7}, vars={"sum": 3}) == order
    assert driver("vars", instance=order)["sum"] == 3


def test_asynchronous_work_is_a_job_until_it_is_run(driver, order):
    driver("message", name="paid", business_key="O-7")
    assert (driver("jobs"), driver("timers")) == (1, 0)
    assert driver("external_tasks") == []
    driver("run_jobs")
    assert [task["topic"] for task in driver("external_tasks")] == ["shipping"]


def shipped(driver, order):
    driver("message", name="paid", instance=order)
    driver("run_jobs")
    return driver("fetch", topic="shipping")[0]


def test_external_work_is_fetched_once_and_completed(driver, order):
    work = shipped(driver, order)
    assert work["vars"]["number"] == 7
    assert driver("fetch", topic="shipping", max=5) == []
    driver("external_complete", id=work["id"], vars={"parcel": "P1"})
    assert driver("vars", instance=order)["parcel"] == "P1"
    assert driver("active", instance=order) == ["confirm"]


def test_failed_external_work_becomes_an_incident(driver, order):
    work = shipped(driver, order)
    driver("external_failure", id=work["id"], message="no truck", retries=0)
    assert [(i["activity"], i["message"]) for i in driver("incidents")] == [("ship", "no truck")]


def test_an_uncaught_error_of_external_work_is_an_answer_of_the_process(driver, order):
    work = shipped(driver, order)
    driver("external_error", id=work["id"], code="LOST", message="gone")
    assert driver("external_tasks") == []


def test_a_task_with_its_form_is_completed(driver, order):
    driver("external_complete", id=shipped(driver, order)["id"])
    task = driver("tasks", instance=order)[0]
    assert (task["assignee"], task["priority"], task["due"]) == ("ann", 70, None)
    form = driver("form", id=task["id"])
    assert [(f["id"], f["label"], f["type"], f["required"]) for f in form] == [
        ("arrived", "Arrived", "boolean", False),
        ("remark", "Remark", "string", True),
    ]
    assert driver("task_vars", id=task["id"])["number"] == 7
    driver("complete", id=task["id"], vars={"arrived": True})
    assert driver("state", instance=order) == "COMPLETED"
    assert driver("vars", instance=order) == {"number": 7, "arrived": True}
    assert driver.refusal("complete", id=task["id"]) == "task-gone"


def test_variables_are_set_and_instances_deleted(driver, order):
    driver("set_vars", instance=order, vars={"number": 70})
    assert driver("vars", instance=order)["number"] == 70
    driver("trigger", instance=order, activity="pay")
    driver("delete_instance", instance=order)
    assert driver("state", instance=order) == "TERMINATED"
    assert driver("instances") == []


def test_a_signal_without_catcher_is_no_error(driver):
    assert driver("signal", name="alarm") == 0


def test_reset_forgets_everything(driver, order):
    driver("reset", now="2027-01-01T00:00:00+01:00")
    assert (driver("instances"), driver("log"), driver("subscriptions")) == ([], [], [])
    assert driver.refusal("start", key="order") == "not-found"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("nonsense", "bad-input"),
        ("[]", "bad-input"),
        ("{}", "bad-input"),
        ('{"op": "dance"}', "unknown-operation"),
        ('{"op": "start"}', "bad-input"),
        ('{"op": "start", "key": "order", "vars": []}', "bad-input"),
        ('{"op": "advance", "duration": "tomorrow"}', "bad-input"),
        ('{"op": "reset", "now": "2026-01-05T08:00:00"}', "bad-input"),
        ('{"op": "state", "instance": "nobody"}', "not-found"),
        ('{"op": "start_message", "name": "nobody"}', "mismatching-correlation"),
        ("[" * 100_000, "bad-input"),
    ],
)
def test_a_bad_request_is_answered_with_a_code(driver, line, code):
    found = json.loads(answer(driver.session, line))
    assert (found["ok"], found["error"]) == (False, code)
    assert found["message"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(
    op=st.sampled_from(sorted(OPERATIONS)),
    arguments=st.dictionaries(
        st.sampled_from(["id", "key", "name", "vars", "instance", "files", "duration", "topic"]),
        json_values,
        max_size=4,
    ),
)
@settings(max_examples=60, suppress_health_check=SHARED)
def test_whatever_is_asked_every_request_has_an_answer(driver, op, arguments):
    reply = json.loads(answer(driver.session, json.dumps({"op": op, **arguments})))
    assert reply.get("error") != "internal-error", reply


def test_the_first_line_says_ready_and_empty_lines_are_no_requests(driver):
    out = io.StringIO()
    serve(driver.session, ["\n", '{"op": "log"}\n'], out)
    assert [json.loads(line) for line in out.getvalue().splitlines()] == [
        {"ready": True},
        {"ok": True, "result": []},
    ]


def test_the_command_survives_bytes_that_are_no_text():
    found = subprocess.run(
        [sys.executable, "-m", "engine.cli", "drive"],
        input=b'\xff\xfe\n{"op": "log"}\n',
        capture_output=True,
        timeout=PATIENCE,
        check=True,
        cwd=Path(__file__).parents[3],
    )
    replies = [json.loads(line) for line in found.stdout.splitlines()]
    assert [reply.get("ok") for reply in replies] == [None, False, True]


def test_every_operation_is_in_the_reference():
    page = Path(__file__).parents[3] / "docs" / "reference" / "driver.md"
    described = page.read_text(encoding="utf-8")
    assert [op for op in OPERATIONS if f"| `{op}` |" not in described] == []
