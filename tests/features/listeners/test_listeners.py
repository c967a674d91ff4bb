"""Execution and task listeners of both Camundas."""

import pytest

from engine.runtime.state import WaitKind
from engine.runtime.step import (
    AssignTask,
    Continue,
    OpenedExternal,
    OpenedIncident,
    OpenedJob,
    OpenedTask,
)
from engine.runtime.task_commands import ListenerFailed


def topics(run):
    return [wait.topic for wait in run.opened(OpenedExternal)]


def test_listeners_are_told_in_the_order_of_what_happens(run_diagram):
    run = run_diagram("order.bpmn", {"trail": []})
    assert run.variables_seen["trail"] == ["process starts", "A starts", "created"]
    run.complete("Task_A")
    run.complete("Task_B")
    assert run.is_finished
    after = ["completed", "A ends", "taken", "choice starts", "choice ends", "process ends"]
    assert run.variables_seen["trail"][3:] == after


def test_start_sees_the_inputs_and_end_comes_before_the_outputs(run_diagram):
    run = run_diagram("expression.bpmn")
    assert run.variables_seen["where"] == "Task_A"
    run.complete("Task_A")
    assert run.variables_seen["far"] == "1"


def test_a_handler_listens_as_a_job_for_which_the_token_waits(run_diagram):
    run = run_diagram("handler.bpmn")
    job = run.opened(OpenedJob)[0]
    assert (job.kind, job.handler) == (WaitKind.WORK, "audit")
    assert job.arguments == {"level": "high", "eventName": "start"}
    run.complete("Task_A", audited=True)
    assert (run.tasks, run.variables_seen) == (["Task_A"], {"audited": True})
    run.complete("Task_A")
    assert (run.tasks, run.opened(OpenedJob)[0].handler) == ([], "org.example.Audit")
    run.complete("Task_A")
    assert run.tasks == ["Task_B"]


def test_a_failed_listener_is_an_incident_and_only_what_is_left_is_repeated(run_diagram):
    run = run_diagram("failing.bpmn", {"count": 0})
    run.complete("Task_A")
    assert (run.incidents, run.tasks) == (["variable-unknown"], [])
    run.set(missing="here")
    run.retry()
    assert run.tasks == ["Task_B"]
    assert run.variables_seen == {"count": 1, "missing": "here", "result": "here"}


def test_a_bpmn_error_of_a_listener_is_caught_at_its_activity(run_diagram):
    assert run_diagram("throwing.bpmn").tasks == ["Task_B"]


def test_a_cancelled_task_tells_its_end_and_that_it_was_deleted(run_diagram):
    run = run_diagram("cancelled.bpmn", {"trail": []})
    run.world.advance(hours=1)
    assert (run.tasks, run.variables_seen["trail"]) == (["Task_B"], ["ended", "deleted"])


def test_a_create_listener_changes_the_task_and_then_its_assignment_is_told(run_diagram):
    run = run_diagram("task_changes.bpmn", {"owner": "paul"})
    task = run.opened(OpenedTask)[0]
    assert (task.assignee, task.priority, task.candidate_groups) == ("paul", 80, ("clerks",))
    assert run.variables_seen["given"] == "paul"


def test_a_timeout_tells_its_listener_each_time_and_the_task_stays(run_diagram):
    run = run_diagram("timeout.bpmn", {"reminded": 0})
    run.world.advance(hours=3)
    assert (run.tasks, run.variables_seen["reminded"], run.timers) == (["Task_A"], 2, [])


def test_a_timeout_ends_with_its_task(run_diagram):
    run = run_diagram("timeout.bpmn", {"reminded": 0})
    run.complete("Task_A")
    assert run.is_finished


def test_each_item_of_a_multi_instance_tells_its_listeners(run_diagram):
    run = run_diagram("items.bpmn", {"trail": []})
    run.complete("Task_A")
    run.complete("Task_A")
    assert run.variables_seen["trail"] == ["start", "end", "start", "end"]
    assert run.tasks == ["Task_B"]


def test_a_sub_process_waits_for_the_listeners_of_its_end(run_diagram):
    run = run_diagram("sub_process.bpmn", {"trail": []})
    run.complete("Task_A")
    assert (run.tasks, run.variables_seen["trail"]) == ([], ["sub starts"])
    run.complete("Sub")
    assert (run.tasks, run.variables_seen["trail"]) == (["Task_B"], ["sub starts", "sub ends"])


def test_an_assignment_is_told_and_may_be_forbidden(run_diagram):
    run = run_diagram("assigned.bpmn")
    task = run.opened(OpenedTask)[0]
    run.act(AssignTask(task.scope, task.token, "clara"))
    assert run.variables_seen["given"] == "clara"
    with pytest.raises(ListenerFailed, match="division"):
        run.act(AssignTask(task.scope, task.token, "sven"))
    assert run.tasks == ["Task_A"]


def test_camunda8_workers_listen_before_and_after(run_diagram):
    run = run_diagram("camunda8.bpmn")
    assert (topics(run), run.opened(OpenedExternal)[0].retries) == (["begin"], 5)
    run.complete("Task_A", local=1)
    assert topics(run) == ["make"]
    run.complete("Task_A")
    assert (topics(run), run.tasks) == ([], ["Task_A"])
    run.complete("Task_A")
    assert (topics(run), run.variables_seen) == (["done"], {})
    run.complete("Task_A", local=2)
    assert (topics(run), run.variables_seen) == (["finish"], {"far": 2})
    run.complete("Task_A", told=True)
    assert (run.tasks, run.variables_seen) == (["Task_B"], {"far": 2, "told": True})


def test_a_listener_that_failed_for_good_is_told_again_by_a_retry(run_diagram):
    run = run_diagram("camunda8.bpmn")
    run.fail("Task_A")
    incident = next(iter(run.waits.values()))
    run.act(Continue(incident.scope, incident.token))
    assert topics(run) == ["begin"]


def test_a_listener_writes_locally_what_it_says_is_local(run_diagram):
    run = run_diagram("local.bpmn", {"count": 1, "seen": "around"})
    assert run.variables_seen == {"count": 2, "seen": "around"}
    assert run.visible("Task_A", "seen") == "local"
    run.complete("Task_A")
    assert run.tasks == ["Task_B"]
    assert run.variables_seen == {"seen": "around", "told": "local", "near": False, "kept": 2}


def test_a_script_writes_again_what_it_made_local(run_diagram):
    run = run_diagram("local_again.bpmn", {"x": "around", "again": 1})
    assert run.variables_seen == {"x": "around", "all": ["again", "new", "x"], "again": 5}
    assert (run.visible("Task_A", "x"), run.visible("Task_A", "new")) == ("second", "third")
    assert (run.visible("Task_A", "t"), "t" in run.variables_seen) == (2, False)
    assert "gone" not in run.variables(run.opened(OpenedTask)[0].scope)


def test_a_timeout_listener_that_fails_leaves_its_task_open(run_diagram):
    run = run_diagram("timeout_failing.bpmn")
    run.world.advance(hours=1)
    assert (run.tasks, run.incidents) == (["Task_A"], ["variable-unknown"])
    # No token stands for the task itself: its retry completed the task that is open.
    assert [incident.token for incident in run.opened(OpenedIncident)] == [0]
    run.complete("Task_A")
    assert run.is_finished
