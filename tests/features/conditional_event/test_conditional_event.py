from dataclasses import replace

import pytest

from engine.runtime.memory import MemoryInstance
from engine.runtime.step import OpenedSubscription, Start
from tests.features.world import MONDAY


def test_a_catch_event_goes_on_when_its_condition_becomes_true(run_diagram):
    """BPMN 2.0 p. 254."""
    run = run_diagram("catch.bpmn")
    run.set(x=1)
    assert run.tasks == []
    run.set(x=2)
    assert run.tasks == ["Task_A"]
    run.complete("Task_A")
    assert run.is_finished


@pytest.mark.parametrize("name", ["catch.bpmn", "after_a_gateway.bpmn"])
def test_a_condition_that_holds_already_does_not_wait(run_diagram, name):
    assert run_diagram(name, {"x": 2}).tasks == ["Task_A"]


def test_an_interrupting_boundary_event_ends_its_activity(run_diagram):
    run = run_diagram("boundary.bpmn")
    run.set(x=2)
    assert run.tasks == ["Task_H"]
    run.complete("Task_H")
    assert run.is_finished


def test_an_activity_whose_condition_holds_already_does_not_begin(run_diagram):
    run = run_diagram("boundary.bpmn", {"x": 2})
    assert run.tasks == ["Task_H"]
    assert run.passed("Task_A") == 0


def test_what_completes_the_activity_may_also_make_its_condition_true(run_diagram):
    run = run_diagram("boundary.bpmn")
    run.complete("Task_A", x=2)
    assert run.tasks == ["Task_H"]


def test_it_must_become_false_before_it_happens_again(run_diagram):
    """BPMN 2.0 p. 240."""
    run = run_diagram("boundary_not_interrupting.bpmn")
    run.set(x=2)
    run.set(x=3)
    assert run.tasks == ["Task_A", "Task_H"]
    run.set(x=0)
    run.set(x=4)
    assert run.tasks == ["Task_A", "Task_H", "Task_H"]


def test_in_camunda_it_happens_with_every_write_after_which_it_is_true(run_diagram):
    run = run_diagram("by_every_write.bpmn")
    run.set(x=2)
    run.set(x=3)
    assert run.tasks == ["Task_A", "Task_H", "Task_H"]


def test_camunda_limits_it_to_a_variable_and_a_kind_of_write(run_diagram):
    run = run_diagram("catch_in_camunda.bpmn")
    run.set(x=2)
    run.set(y=1)
    assert run.tasks == []
    run.set(y=2)
    assert run.tasks == ["Task_A"]


def test_on_a_loop_it_ends_all_items(run_diagram):
    run = run_diagram("on_a_loop.bpmn")
    assert run.tasks == ["Task_A", "Task_A"]
    run.set(x=2)
    assert run.tasks == ["Task_H"]


def test_a_loop_whose_condition_holds_already_has_no_items(run_diagram):
    run = run_diagram("on_a_loop.bpmn", {"x": 2})
    assert run.tasks == ["Task_H"]
    run.complete("Task_H")
    assert run.is_finished


def test_it_starts_an_event_sub_process(run_diagram):
    run = run_diagram("event_sub_process.bpmn")
    run.set(x=2)
    assert run.tasks == ["Task_H"]
    run.complete("Task_H")
    assert run.tasks == ["Task_B"]


def test_a_scope_whose_condition_holds_already_is_interrupted_before_it_begins(run_diagram):
    run = run_diagram("event_sub_process.bpmn", {"x": 2})
    assert run.tasks == ["Task_H"]
    assert run.passed("Begin") == 0


def test_a_parallel_branch_makes_it_true(run_diagram):
    run = run_diagram("from_a_parallel_branch.bpmn")
    run.complete("Task_B")
    assert run.tasks == ["Task_A"]


def test_the_first_event_after_a_gateway_may_be_a_condition(run_diagram):
    run = run_diagram("after_a_gateway.bpmn")
    run.set(x=2)
    assert (run.tasks, run.timers) == (["Task_A"], [])


def test_one_that_cannot_be_evaluated_after_a_write_is_told_and_waits_on(run_diagram):
    run = run_diagram("cannot_be_evaluated.bpmn")
    run.set(x=0)
    assert [e.node for e in run.history if e.kind == "condition-failed"] == ["Wait"]
    run.set(x=2)
    assert run.tasks == ["Task_A"]


def test_one_that_cannot_be_evaluated_when_it_begins_to_wait_is_an_incident(run_diagram):
    run = run_diagram("cannot_be_evaluated.bpmn", {"x": 0})
    assert run.incidents == ["expression-failed"]
    run.set(x=2)
    run.retry()
    assert run.tasks == ["Task_A"]


def test_it_is_a_subscription_that_ends_with_its_activity(run_diagram):
    run = run_diagram("boundary.bpmn")
    assert [w.kind.value for w in run.opened(OpenedSubscription)] == ["condition"]
    run.complete("Task_A")
    assert run.opened(OpenedSubscription) == []


def test_camunda_8_limits_it_to_variables_and_kinds_of_writes(run_diagram):
    run = run_diagram("catch_in_camunda_8.bpmn")
    definition = run.model.node["Wait"].events[0]
    assert definition.variable_name == "x, y"
    run.set(z=1)
    assert run.tasks == []
    run.set(y=1, x=2)
    assert run.tasks == ["Task_A"]


def test_what_fails_when_it_happens_is_an_incident_where_it_waits(run_diagram):
    run = run_diagram("failing_output.bpmn")
    run.set(x=2)
    assert run.incidents == ["variable-unknown"]
    run.set(missing=7)
    run.retry()
    assert run.tasks == ["Task_A"]
    assert run.variables_seen["copy"] == 7


def test_without_a_condition_it_never_happens(run_diagram):
    """Validation refuses it; a model that nobody validated waits."""
    model = run_diagram("catch.bpmn").model
    wait = model.node["Wait"]
    nodes = [node for node in model.nodes if node is not wait]
    bare = replace(wait, events=(replace(wait.events[0], expression=None),))
    instance = MemoryInstance(replace(model, nodes=(*nodes, bare)))
    instance.do(Start({"x": 2}), MONDAY)
    assert instance.is_active


def test_a_write_before_it_waits_happens_once(run_diagram):
    assert run_diagram("about_a_local_variable.bpmn").tasks == ["Task_A", "Task_H"]


def test_a_write_behind_a_variable_of_its_own_scope_does_not_concern_it(run_diagram):
    run = run_diagram("about_a_local_variable.bpmn")
    run.set(x=9)
    assert run.tasks == ["Task_A", "Task_H"]
