"""Listeners that call out, wherever Camunda 7 lets them listen: a job that is waited for."""

import pytest

from engine.runtime.effects import Escalated, TaskChanged
from engine.runtime.state import Status, WaitKind
from engine.runtime.step import AssignTask, Complete, OpenedJob, OpenedTask, ThrowEscalation
from engine.runtime.wishes import TaskPending


def open_jobs(run):
    work = [job for job in run.opened(OpenedJob) if job.kind is WaitKind.WORK]
    return [(job.node.id, job.handler, job.arguments["eventName"]) for job in work]


def do_next(run, **variables):
    """Let the handler that waits the longest be done; what it was told."""
    job = next(job for job in run.opened(OpenedJob) if job.kind is WaitKind.WORK)
    told = open_jobs(run)[0]
    run.act(Complete(job.scope, job.token, variables))
    return told


def test_the_process_its_gateways_events_and_flows_wait_for_their_handlers(run_diagram):
    run = run_diagram("handlers_everywhere.bpmn", {"go": True})
    assert do_next(run) == ("process", "audit", "start")
    assert do_next(run) == ("Start", "audit", "end")
    assert do_next(run) == ("Choice", "audit", "start")
    # The gateway has chosen by now.
    assert do_next(run, go=False) == ("Choice", "audit", "end")
    assert "taken" not in run.variables_seen
    assert do_next(run) == ("Choice", "org.example.Taken", "take")
    assert run.variables_seen == {"go": False, "taken": True}
    assert do_next(run) == ("Wait", "audit", "start")
    run.message("m")
    assert do_next(run) == ("Wait", "audit", "end")
    assert do_next(run) == ("End", "audit", "start")
    assert do_next(run) == ("End", "audit", "end")
    assert run.status is Status.ACTIVE
    assert do_next(run, last=1) == ("process", "audit", "end")
    assert run.is_finished
    assert run.variables_seen == {"go": False, "taken": True, "last": 1}


def test_a_join_waits_for_a_token_that_is_on_its_flow(run_diagram):
    run = run_diagram("flows_of_a_fork.bpmn")
    assert run.variables_seen == {"inline": True}
    assert open_jobs(run) == [("Fork", "audit", "take"), ("Fork", "second", "take")]
    do_next(run)
    assert run.tasks == []
    do_next(run)
    assert run.tasks == ["Task_A"]


def test_an_event_behind_an_event_based_gateway_waits_for_all_who_listen(run_diagram):
    run = run_diagram("behind_event_gateway.bpmn")
    run.message("m", brought=1)
    assert (run.variables_seen, run.timers) == ({"brought": 1}, [])
    told = [do_next(run) for _ in range(3)]
    assert told == [
        ("Gate", "audit", "end"),
        ("Gate", "audit", "take"),
        ("Gate", "audit", "start"),
    ]
    assert (run.passed("Gate"), run.passed("Message")) == (1, 0)
    assert do_next(run) == ("Message", "audit", "end")
    assert run.tasks == ["Task_A"]


def test_a_failed_handler_on_a_flow_is_told_again_by_a_retry(run_diagram):
    run = run_diagram("flows_of_a_fork.bpmn")
    run.fail("Fork")
    assert run.incidents == ["work-failed"]
    run.retry()
    do_next(run)
    do_next(run)
    assert run.tasks == ["Task_A"]


def test_who_is_cancelled_tells_its_end_beside_and_the_process_waits_only_for_that(run_diagram):
    run = run_diagram("told_beside.bpmn")
    run.world.advance(hours=1)
    assert run.passed("After") == 1
    assert run.variables_seen == {"inline": "1"}
    assert open_jobs(run) == [("Task_A", "audit", "end")]
    assert (run.visible("Task_A", "near"), run.visible("Task_A", "around")) == ("1", "2")
    do_next(run)
    assert do_next(run) == ("Task_A", "gone", "delete")
    assert do_next(run) == ("process", "farewell", "end")
    assert run.is_finished


def test_an_instance_ends_when_everybody_has_heard_that_it_is_cancelled(run_diagram):
    run = run_diagram("told_beside.bpmn")
    run.cancel()
    assert (run.status, run.timers, run.tasks) == (Status.ACTIVE, [], [])
    assert sorted(open_jobs(run)) == [
        ("Task_A", "audit", "end"),
        ("process", "farewell", "end"),
    ]
    for _ in range(3):
        assert run.status is Status.ACTIVE
        do_next(run)
    assert (run.status, run.scopes, run.waits) == (Status.TERMINATED, {}, {})


def test_who_cancels_it_again_does_not_wait(run_diagram):
    run = run_diagram("told_beside.bpmn")
    run.cancel()
    run.cancel()
    assert (run.status, run.scopes, run.waits) == (Status.TERMINATED, {}, {})


def test_a_handler_that_fails_beside_is_an_incident_and_told_again(run_diagram):
    run = run_diagram("told_beside.bpmn")
    run.world.advance(hours=1)
    run.fail("Task_A")
    run.retry()
    assert open_jobs(run) == [("Task_A", "audit", "end")]


def test_an_error_of_who_is_told_beside_is_an_incident_and_caught_by_nothing(run_diagram):
    run = run_diagram("throwing_beside.bpmn")
    run.world.advance(hours=1)
    assert open_jobs(run) == [("Task_A", "audit", "end")]
    run.throw_error("Task_A", "no", "never")
    assert (run.status, run.incidents, run.passed("Caught")) == (
        Status.ACTIVE,
        ["listener-failed"],
        0,
    )
    run.retry()
    do_next(run)
    assert run.is_finished
    assert (run.passed("Caught"), run.passed("Raised"), run.passed("Guard")) == (0, 0, 0)


def test_an_escalation_of_who_is_told_beside_reaches_nobody(run_diagram):
    run = run_diagram("throwing_beside.bpmn", parent_instance="caller")
    run.world.advance(hours=1)
    job = run.opened(OpenedJob)[0]
    run.act(ThrowEscalation(job.scope, job.token, "late"))
    assert not [effect for effect in run.effects if isinstance(effect, Escalated)]
    do_next(run)
    assert (run.status, run.scopes) == (Status.COMPLETED, {})
    assert run.passed("Raised") == 0


def test_an_error_of_who_is_told_beside_that_the_instance_ends_does_not_fail_it(run_diagram):
    run = run_diagram("told_beside.bpmn")
    run.cancel()
    run.throw_error("process", "no")
    assert (run.status, run.incidents) == (Status.ACTIVE, ["listener-failed"])
    run.retry()
    for _ in range(3):
        do_next(run)
    assert run.status is Status.TERMINATED


def test_events_that_are_cancelled_tell_their_end(run_diagram):
    run = run_diagram("event_cancelled.bpmn")
    run.complete("Task_A")
    assert run.is_finished
    assert run.variables_seen == {"told": "wait", "stopped": True}


def test_a_timeout_is_told_to_a_handler_and_the_task_stays(run_diagram):
    run = run_diagram("timeout_handler.bpmn")
    run.world.advance(hours=1)
    assert (run.tasks, open_jobs(run)) == (["Task_A"], [("Task_A", "remind", "timeout")])
    run.complete("Task_A")
    assert run.status is Status.ACTIVE
    do_next(run)
    assert run.is_finished


def changes(run):
    return [effect.changes for effect in run.effects if isinstance(effect, TaskChanged)]


def test_an_assignment_waits_for_its_handlers(run_diagram):
    run = run_diagram("assignment_handler.bpmn", {"owner": "paul"})
    task = run.opened(OpenedTask)[0]
    assert (task.assignee, open_jobs(run)) == ("paul", [("Task_A", "audit", "assignment")])
    with pytest.raises(TaskPending):
        run.act(AssignTask(task.scope, task.token, "clara"))
    do_next(run)
    assert (run.variables_seen["given"], changes(run)) == ("paul", [{"assignee": "paul"}])
    run.act(AssignTask(task.scope, task.token, "clara"))
    assert do_next(run)[2] == "assignment"
    assert do_next(run) == ("Task_A", "updated", "update")
    assert (run.variables_seen["given"], changes(run)[1:]) == ("clara", [{"assignee": "clara"}])
    run.complete("Task_A")
    assert run.is_finished


def test_a_task_that_is_cancelled_while_it_is_assigned_leaves_nothing(run_diagram):
    run = run_diagram("assignment_handler.bpmn", {"owner": "paul"})
    run.cancel()
    assert (run.status, run.scopes, run.waits) == (Status.TERMINATED, {}, {})


def test_an_error_before_the_process_begins_is_caught_by_nothing_in_it(run_diagram):
    run = run_diagram("process_start_fails.bpmn")
    do_next(run)
    job = run.opened(OpenedJob)[0]
    assert (job.handler, run.tasks) == ("second", [])
    run.throw_error("process", "no")
    assert run.status is Status.FAILED
