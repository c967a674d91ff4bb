from datetime import UTC, datetime, timedelta

from tests.features.world import MONDAY

VALUES = {
    "nr": 17,
    "boss": "berta",
    "deputies": "carl, dora",
    "groups": ["sales", "audit"],
    "due": "2026-02-01T12:00:00+01:00",
}


def opened(run):
    return next(iter(run.waits.values()))


def test_assignment_is_evaluated_when_the_task_is_created(run_diagram):
    task = opened(run_diagram("assignment.bpmn", VALUES))
    assert task.assignee == "berta"
    assert task.candidate_users == ("anna", "carl", "dora")
    assert task.candidate_groups == ("sales", "audit")
    assert task.priority == 42
    assert task.name == "Check 17"


def test_dates_are_absolute_or_counted_from_now(run_diagram):
    task = opened(run_diagram("assignment.bpmn", VALUES))
    assert task.due == datetime(2026, 2, 1, 11, tzinfo=UTC)
    assert task.follow_up == MONDAY + timedelta(hours=2)


def test_the_lane_is_the_group_when_nobody_is_declared(run_diagram):
    run = run_diagram("lane_as_group.bpmn")
    groups = {task.node.id: task.candidate_groups for task in run.waits.values()}
    assert groups == {"Task_A": ("accounting",), "Task_B": ()}


def test_a_due_date_that_is_none_is_an_incident_and_its_retry_creates_the_task(run_diagram):
    run = run_diagram("due_date_that_is_none.bpmn", {"due": "tomorrow"})
    assert (run.tasks, run.incidents) == ([], ["due-date-invalid"])
    run.set(due="P1D")
    run.retry()
    assert opened(run).due == MONDAY + timedelta(days=1)


def test_an_empty_due_date_is_no_due_date(run_diagram):
    assert opened(run_diagram("due_date_that_is_none.bpmn", {"due": None})).due is None


def test_what_a_person_enters_becomes_variables(run_diagram):
    run = run_diagram("assignment.bpmn", VALUES)
    run.complete("Task_A", nr=18, note="ok")
    assert run.is_finished
    assert run.variables_seen == {**VALUES, "nr": 18, "note": "ok"}
