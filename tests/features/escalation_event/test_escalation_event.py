from engine.runtime.state import Status


def test_an_interrupting_handler_ends_the_activity_that_it_sits_on(run_diagram):
    run = run_diagram("boundary.bpmn")
    assert run.tasks == ["Task_H"]
    assert run.variables_seen == {"code": "A"}


def test_with_a_handler_that_does_not_interrupt_the_thrower_goes_on(run_diagram):
    """BPMN 2.0 p. 252."""
    run = run_diagram("boundary_not_interrupting.bpmn")
    assert run.tasks == ["Task_A", "Task_H"]


def test_a_handler_without_code_takes_every_escalation(run_diagram):
    assert run_diagram("every_code.bpmn").tasks == ["Task_A", "Task_H"]


def test_nobody_catches_it_and_nothing_happens_but_its_line_in_the_history(run_diagram):
    run = run_diagram("other_code.bpmn")
    assert run.tasks == ["Task_A"]
    thrown = [event.data for event in run.history if event.kind == "escalation-thrown"]
    assert thrown == [{"code": "A"}]


def test_an_end_event_throws_it_while_other_branches_go_on(run_diagram):
    run = run_diagram("end_event.bpmn")
    assert run.tasks == ["Task_A", "Task_H"]


def test_an_event_sub_process_takes_it_before_the_boundary(run_diagram):
    run = run_diagram("event_sub_process.bpmn")
    run.complete("Task_A")
    assert run.tasks == ["Task_H"]


def test_what_a_handler_throws_again_goes_outward(run_diagram):
    run = run_diagram("event_sub_process_not_interrupting.bpmn")
    run.complete("Task_A")
    assert run.tasks == ["Task_C", "Task_H"]
    assert run.variables_seen["code"] == "A"
    run.complete("Task_H")
    assert run.tasks == ["Task_C", "Task_out"]


def test_an_escalation_of_a_called_process_interrupts_its_call(world):
    made = world("called.bpmn")
    caller = made.start("process")
    called = made.instances[1]
    assert caller.tasks == ["Task_H"]
    assert called.status is Status.TERMINATED
    assert (called.waits, called.scopes) == ({}, {})


def test_it_goes_through_callers_that_do_not_catch_it_with_what_is_passed_back(world):
    made = world("called_not_interrupting.bpmn")
    caller = made.start("process")
    assert caller.tasks == ["Task_B", "Task_H"]
    assert caller.variables_seen["found"] == 7
    assert {each.status for each in made.instances[1:]} == {Status.COMPLETED}


def names(made):
    return [message.name for message in made.sent]


def test_a_caller_hears_it_before_the_called_process_goes_on(world):
    made = world("called_at_once.bpmn")
    caller = made.start("process")
    assert names(made) == ["first", "second"]
    assert (caller.tasks, made.instances[1].tasks) == (["Task_H"], ["Task_A"])
    made.instances[1].complete("Task_A")
    assert caller.tasks == ["Task_B", "Task_H"]


def test_a_caller_that_interrupts_ends_the_called_process_where_it_threw(world):
    made = world("called_interrupted.bpmn")
    assert made.start("process").tasks == ["Task_H"]
    assert names(made) == ["first"]
    assert made.instances[1].passed("Throw") == 0


def test_an_event_with_several_throws_goes_on_with_the_next_when_its_caller_has_heard(world):
    made = world("called_several.bpmn")
    assert made.start("process").is_finished
    assert names(made) == ["first", "second", "first"]
