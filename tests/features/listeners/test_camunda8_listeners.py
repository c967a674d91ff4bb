"""Camunda 8's listeners: workers that are waited for, and that judge what is wanted of a task."""

from datetime import UTC, datetime

import pytest

from engine.runtime.effects import TaskChanged
from engine.runtime.state import Status
from engine.runtime.step import (
    AssignTask,
    Complete,
    OpenedExternal,
    OpenedTask,
    SetVariables,
    UpdateTask,
    Verdict,
)
from engine.runtime.wishes import TaskPending

HEADER = "io.camunda.zeebe:"


def topics(run):
    return [wait.topic for wait in run.opened(OpenedExternal)]


def headers(run):
    wait = run.opened(OpenedExternal)[0]
    return {name.removeprefix(HEADER): value for name, value in wait.headers.items()}


def judge(run, topic, *, deny="", **corrections):
    """The worker of the listener *topic* is done."""
    wait = run.opened(OpenedExternal)[0]
    assert wait.topic == topic
    verdict = Verdict(bool(deny), deny, corrections)
    run.act(Complete(wait.scope, wait.token, {}, verdict=verdict))


def changes(run):
    return [effect.changes for effect in run.effects if isinstance(effect, TaskChanged)]


def opened(run_diagram, **variables):
    """A process whose task is open."""
    run = run_diagram("camunda8_task.bpmn", {"owner": None, **variables})
    judge(run, "creating")
    return run


def test_the_process_its_gateways_and_events_wait_for_their_workers(run_diagram):
    run = run_diagram("camunda8_everywhere.bpmn", {"key": "k"})
    order = ["begin", "e1", "e2"]
    for topic in order:
        assert topics(run) == [topic]
        wait = run.opened(OpenedExternal)[0]
        run.act(Complete(wait.scope, wait.token, {"go": True} if topic == "e2" else {}))
    judge(run, "e3")
    run.message("m")
    for topic in ("e4", "e5", "e6"):
        judge(run, topic)
    assert (topics(run), run.status) == (["finish"], Status.ACTIVE)
    judge(run, "finish")
    assert run.is_finished


def test_a_creating_listener_sees_the_task_and_corrects_it(run_diagram):
    run = run_diagram("camunda8_task.bpmn", {"owner": None})
    assert (topics(run), run.tasks) == (["creating"], [])
    assert headers(run) == {"level": "high", "candidateGroups": ["clerks"], "priority": 30}
    judge(run, "creating", deny="too late", priority=90, assignee="", candidate_users=["ann"])
    task = run.opened(OpenedTask)[0]
    assert (task.priority, task.assignee, task.candidate_users) == (90, None, ("ann",))
    assert task.candidate_groups == ("clerks",)


def test_a_creating_listener_may_assign_what_the_diagram_does_not(run_diagram):
    run = run_diagram("camunda8_task.bpmn", {"owner": None})
    judge(run, "creating", assignee="ann")
    assert (run.opened(OpenedTask)[0].assignee, topics(run)) == ("ann", ["assigning"])
    assert headers(run)["action"] == "create"


def test_who_the_diagram_assigns_may_be_denied(run_diagram):
    run = opened(run_diagram, owner="paul")
    assert headers(run)["assignee"] == "paul"
    judge(run, "assigning")
    judge(run, "assigning2", deny="away")
    assert (changes(run), topics(run), run.tasks) == ([{"assignee": None}], [], ["Task_A"])
    denied = [event.data for event in run.history if event.kind == "task-denied"]
    assert denied == [{"event": "assign", "reason": "away"}]


def test_an_assignment_waits_for_its_listeners_which_may_correct_it(run_diagram):
    run = opened(run_diagram)
    task = run.opened(OpenedTask)[0]
    run.act(AssignTask(task.scope, task.token, "ann", "claim"))
    found = headers(run)
    assert (found["action"], found["assignee"]) == ("claim", "ann")
    assert found["changedAttributes"] == ["assignee"]
    judge(run, "assigning", assignee="bob", priority="70")
    assert headers(run)["assignee"] == "bob"
    assert changes(run) == []
    judge(run, "assigning2", due="2026-02-01T08:00:00Z")
    assert changes(run) == [
        {"assignee": "bob", "priority": 70, "due": datetime(2026, 2, 1, 8, tzinfo=UTC)}
    ]
    run.act(AssignTask(task.scope, task.token, None, "unassign"))
    assert headers(run)["changedAttributes"] == ["assignee"]
    judge(run, "assigning", deny="no")
    assert (topics(run), len(changes(run))) == ([], 1)


def test_an_update_waits_for_its_listener(run_diagram):
    run = opened(run_diagram)
    task = run.opened(OpenedTask)[0]
    run.act(UpdateTask(task.scope, task.token, {"priority": 5, "candidate_groups": ("lead",)}))
    assert headers(run)["changedAttributes"] == ["candidateGroups", "priority"]
    judge(run, "updating", candidate_groups=[])
    assert changes(run) == [{"priority": 5, "candidate_groups": ()}]


def test_variables_of_the_task_itself_are_an_update(run_diagram):
    run = opened(run_diagram)
    task = run.opened(OpenedTask)[0]
    run.act(SetVariables(task.scope, {"note": "x"}, local=True))
    assert topics(run) == ["updating"]
    judge(run, "updating", deny="no")
    assert run.variables(task.scope).get("note") is None
    run.act(SetVariables(task.scope, {"note": "x"}, local=True))
    judge(run, "updating")
    assert run.visible("Task_A", "note") == "x"


def test_a_denied_completion_leaves_the_task_open_and_its_variables_behind(run_diagram):
    run = opened(run_diagram, kept=1)
    run.complete("Task_A", answer="no", kept=2)
    assert (topics(run), run.tasks) == (["completing"], ["Task_A"])
    wait = run.opened(OpenedExternal)[0]
    # The listener sees what the task is to be completed with.
    assert (run.look_up(wait.scope, "answer"), run.look_up(wait.scope, "kept")) == ("no", 2)
    judge(run, "completing", deny="say yes")
    assert (run.tasks, topics(run)) == (["Task_A"], [])
    assert run.variables_seen == {"owner": None, "kept": 1}
    run.complete("Task_A", answer="yes")
    judge(run, "completing")
    assert run.tasks == ["Task_B"]
    assert run.variables_seen == {"owner": None, "kept": 1, "answer": "yes"}


def test_what_a_listener_allows_counts_as_completed(run_diagram):
    run = opened(run_diagram)
    task = run.opened(OpenedTask)[0]
    run.complete("Task_A")
    wait = run.opened(OpenedExternal)[0]
    step = run.act(Complete(wait.scope, wait.token))
    assert step.completed == [task.wait]


def test_while_a_listener_judges_nothing_else_can_be_wanted(run_diagram):
    run = opened(run_diagram)
    task = run.opened(OpenedTask)[0]
    run.complete("Task_A")
    for other in (
        AssignTask(task.scope, task.token, "ann"),
        UpdateTask(task.scope, task.token, {"priority": 1}),
    ):
        with pytest.raises(TaskPending, match="completion"):
            run.act(other)


def test_a_listener_that_fails_for_good_is_an_incident_and_the_wish_stays(run_diagram):
    run = opened(run_diagram)
    run.complete("Task_A", answer=1)
    run.fail("Task_A")
    assert (run.incidents, run.tasks) == (["work-failed"], ["Task_A"])
    run.retry()
    judge(run, "completing")
    assert (run.tasks, run.variables_seen["answer"]) == (["Task_B"], 1)


@pytest.mark.parametrize("is_asked", [False, True])
def test_a_cancelled_task_is_told_to_its_worker_and_the_process_waits_for_that(
    run_diagram, is_asked
):
    run = opened(run_diagram)
    if is_asked:
        run.complete("Task_A", answer=1)
    run.world.advance(hours=1)
    assert (run.tasks, topics(run)) == (["Task_C"], ["canceling"])
    run.complete("Task_C")
    assert run.status is Status.ACTIVE
    judge(run, "canceling", deny="too late")
    assert run.is_finished
    assert "answer" not in run.variables_seen


def test_a_correction_that_is_no_date_is_an_incident(run_diagram):
    run = opened(run_diagram)
    task = run.opened(OpenedTask)[0]
    run.act(AssignTask(task.scope, task.token, "ann"))
    judge(run, "assigning", due="soon")
    judge(run, "assigning2")
    assert run.incidents == ["due-date-invalid"]
    # The task is still there, and so is what is wanted of it.
    assert (run.tasks, run.passed("Task_A")) == (["Task_A"], 0)
    with pytest.raises(TaskPending, match="assignment"):
        run.act(AssignTask(task.scope, task.token, "bob"))
    run.retry()
    judge(run, "assigning")
    judge(run, "assigning2", priority=7)
    assert changes(run) == [{"assignee": "ann", "priority": 7}]
    assert run.opened(OpenedTask) == [task]


def test_a_listener_that_corrects_a_new_task_wrongly_is_asked_again(run_diagram):
    run = run_diagram("camunda8_task.bpmn", {"owner": None})
    judge(run, "creating", priority="high", candidate_users=["ann"])
    assert (run.incidents, run.tasks) == (["value-not-a-number"], [])
    run.retry()
    judge(run, "creating", priority=90)
    task = run.opened(OpenedTask)[0]
    assert (task.priority, task.candidate_users) == (90, ())
