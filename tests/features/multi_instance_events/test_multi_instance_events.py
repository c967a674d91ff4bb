"""Events that a multi-instance activity throws when its instances complete (BPMN 2.0 p. 192)."""

from __future__ import annotations


def complete(run, *nodes):
    for node in nodes:
        run.complete(node)


def test_none_throws_for_each_instance_and_all_complete(run_diagram):
    run = run_diagram("none.bpmn")
    complete(run, "ask", "ask", "ask")
    assert run.tasks == ["after", "react", "react", "react"]


def test_one_throws_for_the_first_instance_only(run_diagram):
    run = run_diagram("one.bpmn")
    run.complete("ask")
    assert run.tasks == ["ask", "ask", "react"]
    complete(run, "ask", "ask")
    assert run.tasks == ["after", "react"]


def test_complex_throws_when_its_condition_holds_and_an_interrupting_catch_ends_the_rest(
    run_diagram,
):
    run = run_diagram("complex.bpmn")
    run.complete("ask")
    assert run.tasks == ["ask", "ask"]
    run.complete("ask")
    assert run.tasks == ["after", "react"]


def test_a_catch_that_does_not_interrupt_lets_the_rest_go_on(run_diagram):
    run = run_diagram("complex_beside.bpmn")
    complete(run, "ask", "ask")
    assert run.tasks == ["ask", "react"]
    run.complete("ask")
    assert run.tasks == ["after", "react"]


def test_what_no_boundary_event_catches_is_lost(run_diagram):
    run = run_diagram("uncaught.bpmn")
    complete(run, "ask", "ask")
    assert run.is_finished
