"""Transactions: all of it, or undone and left by the cancel boundary event."""

from __future__ import annotations

from engine.runtime.state import ROOT


def complete(run, *nodes):
    for node in nodes:
        run.complete(node)


def test_a_transaction_that_completes_is_left_by_its_flow(run_diagram):
    run = run_diagram("order.bpmn", {"cancelled": False})
    complete(run, "pay", "pack", "check")
    assert run.tasks == ["deliver"]


def test_cancel_ends_what_is_active_and_undoes_what_completed(run_diagram):
    """BPMN 2.0 p. 178: the cancel boundary event comes when all is undone."""
    run = run_diagram("order.bpmn", {"cancelled": True})
    complete(run, "pay", "check")
    assert run.tasks == ["refund"]
    run.complete("refund")
    assert run.tasks == ["apologise"]
    run.complete("apologise")
    assert run.is_finished


def test_cancel_undoes_what_completed_in_an_active_sub_process_of_one_item_of_several(run_diagram):
    run = run_diagram("nested_items.bpmn")
    assert set(run.log) == {"refund"}
    assert run.tasks == ["apologise"]


def test_an_error_is_a_hazard_that_undoes_nothing(run_diagram):
    """BPMN 2.0 p. 179."""
    run = run_diagram("order.bpmn")
    run.complete("pay")
    run.throw_error("check", "broken")
    assert run.tasks == ["repair"]


def test_a_completed_transaction_can_be_compensated_as_a_whole(run_diagram):
    run = run_diagram("order.bpmn", {"cancelled": False})
    complete(run, "pay", "pack", "check", "deliver")
    assert run.tasks == ["unpack"]
    complete(run, "unpack", "refund")
    assert run.is_finished


def test_no_boundary_event_listens_while_a_transaction_is_undone(run_diagram):
    run = run_diagram("order.bpmn", {"cancelled": True})
    complete(run, "pay", "check")
    assert not any(scope.armed for scope in run.scopes.values())
    assert ROOT in run.scopes


def test_a_cancel_that_nothing_catches_is_told(run_diagram):
    run = run_diagram("uncaught.bpmn")
    assert run.incidents == ["cancel-uncaught"]


def test_what_is_being_undone_when_it_is_cancelled_goes_on_and_is_waited_for(run_diagram):
    run = run_diagram("cancelled_while_undoing.bpmn")
    run.complete("flight")
    run.complete("hotel")
    run.complete("decide")
    assert run.tasks == ["cancel_hotel"]
    run.complete("cancel_hotel")
    assert run.tasks == ["cancel_flight"]
    run.complete("cancel_flight")
    assert run.tasks == ["sorry"]
    run.complete("sorry")
    assert run.is_finished
