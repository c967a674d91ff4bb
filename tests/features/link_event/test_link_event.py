def test_each_throw_leads_to_the_catch_of_its_name(run_diagram):
    """BPMN 2.0 p. 267."""
    run = run_diagram("several_throws.bpmn")
    assert run.tasks == ["Task_A", "Task_B"]
    run.complete("Task_A")
    assert run.tasks == ["Task_B", "Task_B"]
    run.complete("Task_B")
    run.complete("Task_B")
    assert run.is_finished


def test_a_link_stays_in_its_scope(run_diagram):
    run = run_diagram("in_two_scopes.bpmn")
    assert run.tasks == ["Task_A"]
    run.complete("Task_A")
    assert run.tasks == ["Task_B"]


def test_an_inclusive_join_waits_for_what_can_come_by_a_link(run_diagram):
    run = run_diagram("before_a_join.bpmn")
    run.complete("Task_B")
    assert run.passed("Join_after") == 0
    run.complete("Task_A")
    assert run.passed("Join_after") == 1
    assert run.is_finished
