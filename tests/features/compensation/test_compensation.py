"""Compensation: what completed is undone, the last first."""

from __future__ import annotations


def complete(run, *nodes):
    for node in nodes:
        run.complete(node)


def test_handlers_run_in_reverse_order_and_the_throw_event_waits(run_diagram):
    """BPMN 2.0 p. 441."""
    run = run_diagram("reverse_order.bpmn")
    complete(run, "flight", "hotel", "free")
    assert run.tasks == ["cancel_hotel"]
    run.complete("cancel_hotel")
    assert run.tasks == ["cancel_flight"]
    run.complete("cancel_flight")
    assert run.tasks == ["after"]
    run.complete("after")
    assert run.is_finished


def test_what_is_undone_once_is_not_undone_again(run_diagram):
    run = run_diagram("reverse_order.bpmn")
    complete(run, "flight", "hotel", "free", "cancel_hotel", "cancel_flight")
    assert [scope.completed for scope in run.scopes.values()] == [[]]


def test_handlers_are_no_part_of_the_normal_flow(run_diagram):
    run = run_diagram("one_activity.bpmn")
    assert run.tasks == ["flight"]


def test_an_end_event_with_activity_ref_undoes_that_activity_only(run_diagram):
    """BPMN 2.0 p. 252."""
    run = run_diagram("one_activity.bpmn")
    complete(run, "flight", "hotel")
    assert run.tasks == ["cancel_flight"]
    run.complete("cancel_flight")
    assert run.is_finished


def test_without_wait_for_completion_the_token_goes_on_beside_the_handlers(run_diagram):
    run = run_diagram("without_waiting.bpmn")
    run.complete("flight")
    assert run.tasks == ["after", "cancel_flight"]
    run.complete("after")
    assert not run.is_finished
    run.complete("cancel_flight")
    assert run.is_finished


def test_an_activity_that_is_active_is_not_undone(run_diagram):
    """BPMN 2.0 p. 303: only what completed can be compensated."""
    run = run_diagram("active_is_not_undone.bpmn")
    complete(run, "visitors", "visitors", "decide")
    assert run.tasks == ["visitors"]
    run.complete("visitors")
    assert run.is_finished


def test_completed_items_and_what_is_in_them_are_undone_in_reverse_with_their_variables(
    run_diagram,
):
    run = run_diagram("items.bpmn", {"names": ["Ada", "Bob"]})
    assert run.log == ["last", "meal of Bob", "seat of Bob", "meal of Ada", "seat of Ada"]
    assert run.is_finished


def test_a_handler_of_a_sub_process_takes_the_place_of_those_inside(run_diagram):
    run = run_diagram("handler_of_sub_process.bpmn")
    assert run.log == ["trip"]
    assert run.is_finished


def test_a_compensation_event_sub_process_sees_the_variables_as_they_were(run_diagram):
    """BPMN 2.0 p. 303: it undoes the rest only where it throws compensation itself."""
    run = run_diagram("event_sub_process.bpmn", {"names": ["Ada", "Bob"]})
    assert run.log == [
        *("before of Bob", "seat of Bob", "after of Bob"),
        *("before of Ada", "seat of Ada", "after of Ada"),
    ]
    assert run.is_finished


def test_camunda_starts_all_handlers_at_once(run_diagram):
    run = run_diagram("at_once_in_camunda.bpmn")
    assert run.tasks == ["uninvite"] * 3
    complete(run, *["uninvite"] * 3)
    assert run.is_finished


def test_an_error_of_a_handler_goes_to_the_scope_around(run_diagram):
    run = run_diagram("failing_handler.bpmn")
    assert run.tasks == ["mend"]
    run.complete("mend")
    assert run.is_finished


def test_cancelling_while_handlers_wait_leaves_nothing(run_diagram):
    run = run_diagram("reverse_order.bpmn")
    complete(run, "flight", "hotel", "free")
    run.cancel()
    assert (run.scopes, run.waits) == ({}, {})


def test_camunda_8_undoes_a_multi_instance_activity_once(run_diagram):
    run = run_diagram("once_in_camunda_8.bpmn")
    assert run.tasks == ["uninvite"]


def test_a_call_activity_is_undone_by_the_handler_at_its_boundary(run_diagram):
    run = run_diagram("call_activity.bpmn")
    assert run.log == ["undone"]
    assert run.is_finished


def test_an_event_sub_process_undoes_what_completed_in_the_scope_that_it_interrupts(run_diagram):
    run = run_diagram("in_event_sub_process.bpmn")
    assert run.log == ["seat"]
    assert run.is_finished


def test_a_handler_may_be_a_sub_process_that_waits(run_diagram):
    run = run_diagram("handler_is_a_sub_process.bpmn")
    complete(run, "ask", "free")
    assert run.is_finished


def test_what_nobody_began_to_undo_when_it_was_interrupted_can_be_undone_yet(run_diagram):
    run = run_diagram("interrupted.bpmn")
    complete(run, "flight", "hotel")
    assert run.tasks == ["cancel_hotel"]
    run.message("stop")
    assert run.tasks == ["cancel_flight"]
    complete(run, "cancel_flight", "after")
    assert run.is_finished


def test_a_terminated_sub_process_keeps_what_nobody_began_to_undo(run_diagram):
    run = run_diagram("terminated.bpmn")
    complete(run, "flight", "hotel")
    assert run.tasks == ["cancel_hotel", "stop"]
    run.complete("stop")
    assert run.tasks == ["cancel_flight"]
    run.complete("cancel_flight")
    assert run.tasks == ["next"]


def test_handlers_outlive_the_event_sub_process_that_threw(run_diagram):
    run = run_diagram("thrower_ends.bpmn")
    run.complete("flight")
    run.message("stop")
    complete(run, "stop", "busy")
    assert run.tasks == ["cancel_flight"]
    run.complete("cancel_flight")
    assert run.tasks == ["next"]


def test_cancelling_the_instance_ends_the_handlers_too(run_diagram):
    run = run_diagram("interrupted.bpmn")
    complete(run, "flight", "hotel")
    run.cancel()
    assert (run.waits, run.scopes) == ({}, {})
