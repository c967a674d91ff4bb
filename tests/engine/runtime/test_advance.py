from datetime import UTC, datetime
from pathlib import Path

import pytest

from bpmn.loading import load
from engine.runtime.advance import advance
from engine.runtime.commanding import WaitGone
from engine.runtime.effects import CallProcess, CancelCalled
from engine.runtime.memory import MemoryInstance
from engine.runtime.run import Settings
from engine.runtime.state import ROOT, Scope, Stage, Status, Token, WaitKind
from engine.runtime.step import (
    CancelInstance,
    Complete,
    Continue,
    FailToken,
    Fire,
    SetVariables,
    Start,
    ThrowError,
)

NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)
FEATURES = Path(__file__).parents[2] / "features"


def instance_of(path, variables=None):
    diagram = load((FEATURES / path).read_bytes())
    instance = MemoryInstance(diagram.processes[0])
    instance.do(Start(variables or {}), NOW)
    return instance


def test_an_endless_loop_is_an_incident_that_a_corrected_variable_ends():
    instance = MemoryInstance(
        load((FEATURES / "exclusive_gateway/loop.bpmn").read_bytes()).processes[0]
    )
    small = Settings(budget=100)
    instance.do(Start({"n": 0, "turns": 10**9}), NOW, settings=small)
    (incident,) = instance.waits.values()
    assert incident.kind == "step-budget-exceeded"
    assert instance.variable(ROOT, "n") < 100
    instance.do(SetVariables(ROOT, {"turns": 0}), NOW)
    instance.do(Continue(incident.scope, incident.token), NOW)
    assert instance.instance.status is Status.COMPLETED


@pytest.mark.parametrize(
    "command",
    [
        Complete(ROOT, 99),
        Complete(7, 1),
        Continue(ROOT, 99),
        Fire(ROOT, 99),
        Fire(7, 1),
        ThrowError(ROOT, 99, "A"),
        FailToken(7, 1, "x", "y"),
        SetVariables(7, {}),
    ],
)
def test_a_command_about_what_is_gone_says_so_and_changes_nothing(command):
    instance = instance_of("sequence_flow/sequence.bpmn")
    with pytest.raises(WaitGone):
        instance.do(command, NOW)
    assert [wait.node.id for wait in instance.waits.values()] == ["Task_A"]


def test_a_task_cannot_be_continued_and_an_incident_cannot_be_completed():
    instance = instance_of("exclusive_gateway/no_default.bpmn", {"amount": 1})
    (incident,) = instance.waits.values()
    with pytest.raises(WaitGone):
        instance.do(Complete(incident.scope, incident.token), NOW)
    other = instance_of("sequence_flow/sequence.bpmn")
    (task,) = other.waits.values()
    with pytest.raises(WaitGone):
        other.do(Continue(task.scope, task.token), NOW)


def test_the_same_step_twice_is_the_same_step():
    instance = instance_of("multi_instance/completion_condition.bpmn")
    wait = next(iter(instance.waits.values()))
    command = Complete(wait.scope, wait.token)
    steps = [advance(instance.model, instance, command, NOW) for _ in range(2)]
    assert steps[0] == steps[1]


def test_what_begins_and_ends_within_a_step_leaves_no_trace():
    instance = MemoryInstance(
        load((FEATURES / "standard_loop/test_after.bpmn").read_bytes()).processes[0]
    )
    step = advance(instance.model, instance, Start({"n": 0, "turns": 50}), NOW)
    assert (step.scopes, step.created, step.removed) == ({}, set(), [])
    assert (step.opened, step.closed, step.written) == ([], [], {})


def test_completing_one_of_many_items_touches_the_item_and_the_loop_only():
    instance = instance_of("multi_instance/completion_condition.bpmn")
    wait = next(iter(instance.waits.values()))
    step = instance.do(Complete(wait.scope, wait.token), NOW)
    (body,) = step.scopes
    assert step.removed == [wait.scope]
    assert instance.scopes[body].node == "Task_A"


def test_a_called_process_is_asked_for_and_given_up():
    instance = instance_of("call_activity/plain.bpmn", {"amount": 1})
    (call,) = instance.waits.values()
    assert isinstance(call, CallProcess)
    assert (call.process, call.variables) == ("called", {"amount": 1})
    step = instance.do(CancelInstance(), NOW)
    assert CancelCalled(call.wait) in step.effects


def test_a_scope_is_read_back_as_it_was_encoded():
    instance = instance_of("boundary_event/repeating_timer.bpmn")
    for scope in instance.scopes.values():
        assert Scope.decode(scope.id, scope.parent, scope.encode()) == scope


def test_an_open_task_costs_little_state():
    instance = instance_of("sequence_flow/sequence.bpmn")
    assert sum(len(scope.encode()) for scope in instance.scopes.values()) < 100


def test_an_element_that_the_version_no_longer_has_is_an_incident():
    instance = instance_of("sequence_flow/sequence.bpmn")
    instance.model = instance_of("parallel_gateway/fork_and_join.bpmn").model
    (task,) = instance.waits.values()
    for scope in instance.scopes.values():
        for token in scope.tokens.values():
            token.node = "Task_gone"
    instance.do(Complete(task.scope, task.token), NOW)
    assert [wait.kind for wait in instance.waits.values()] == ["node-missing"]


def test_cancelling_leaves_a_line_with_its_reason():
    instance = instance_of("sequence_flow/sequence.bpmn")
    instance.do(CancelInstance("withdrawn"), NOW)
    assert instance.history[-1].data == {"status": "TERMINATED", "message": "withdrawn"}


def test_local_variables_are_set_in_exactly_their_scope():
    instance = instance_of("boundary_event/repeating_timer.bpmn")
    (task,) = [wait for wait in instance.waits.values() if wait.node.id == "Task_A"]
    instance.do(SetVariables(task.scope, {"note": 1}, local=True), NOW)
    assert instance.variables(task.scope) == {"note": 1}
    assert instance.variables(ROOT) == {}


def test_a_join_that_gets_its_token_after_all_is_starved_no_more():
    instance = instance_of("parallel_gateway/starved_join.bpmn", {"amount": 1})
    (task,) = instance.waits.values()
    instance.do(Complete(task.scope, task.token), NOW)
    # As an operator who moves a token does it.
    moved = Token(900, "Task_A", stage=Stage.EXECUTE, wait=900, kind=WaitKind.TASK)
    instance.scopes[ROOT].tokens[900] = moved
    instance.waits[900] = task
    instance.do(Complete(ROOT, 900), NOW)
    assert instance.instance.status is Status.COMPLETED
    assert instance.waits == {}
