"""Data objects, properties, stores and associations (BPMN 2.0 p. 202 ff)."""

from __future__ import annotations

from engine.runtime.state import ROOT


def test_outputs_are_copied_to_data_objects_and_from_there_to_inputs(run_diagram):
    run = run_diagram("objects.bpmn")
    assert run.log == ["7"]
    assert run.variables_seen == {"order": {"total": 7}}


def test_a_required_input_without_data_is_an_incident_until_it_is_there(run_diagram):
    """BPMN 2.0 p. 212: the activity waits until an input set is available."""
    run = run_diagram("missing_input.bpmn")
    assert run.incidents == ["data-input-missing"]
    run.set(order=3)
    run.retry()
    assert run.log == ["3"]
    assert run.is_finished


def test_transformations_and_assignments_compute(run_diagram):
    """BPMN 2.0 p. 222."""
    run = run_diagram("computed.bpmn", {"order": {"total": 10, "tax": 4}})
    assert run.log == ["6"]
    assert run.variables_seen == {"order": {"total": 10, "tax": 4, "twice": 12}}


def test_data_of_a_sub_process_lives_in_it_and_properties_of_the_process_outlive_it(run_diagram):
    run = run_diagram("scoped.bpmn")
    assert run.visible("wait", "inner") == 1
    run.complete("wait")
    assert run.variables_seen == {"mood": "good"}


def test_a_data_store_is_a_variable_of_the_instance(run_diagram):
    assert run_diagram("store.bpmn").variables_seen == {"stock": 5}


def test_events_copy_what_they_bring_and_carry_what_they_are_given(run_diagram):
    run = run_diagram("event.bpmn")
    run.message("ordered", payload="two")
    assert run.world.sent[0].variables["content"] == "two"


def test_an_event_with_another_payload_gives_all_of_it_to_its_one_output(run_diagram):
    run = run_diagram("event.bpmn")
    run.message("ordered", a=1, b=2)
    assert run.world.sent[0].variables["content"] == {"a": 1, "b": 2}


def test_an_association_that_a_modeler_draws_to_the_task_itself_copies_nothing(run_diagram):
    run = run_diagram("drawn_in_a_modeler.bpmn")
    assert run.tasks == ["read"]
    assert [scope.id for scope in run.scopes.values()] == [ROOT]
