from engine.runtime.step import OpenedSubscription


def test_one_inside_another_listens_while_that_runs(run_diagram):
    run = run_diagram("nested.bpmn")
    assert len(run.opened(OpenedSubscription)) == 1
    run.message("stop")
    run.message("hint")
    assert run.tasks == ["Task_H", "Task_N"]
    run.complete("Task_H")
    run.complete("Task_N")
    assert run.is_finished


def test_each_item_of_a_loop_has_its_own(run_diagram):
    run = run_diagram("in_items.bpmn")
    assert len(run.opened(OpenedSubscription)) == 2
    run.message("stop")
    assert run.tasks == ["Task_A", "Task_H"]
    run.complete("Task_H")
    run.complete("Task_A")
    assert run.tasks == ["Task_B"]


def test_in_a_called_process_the_caller_goes_on_when_it_is_done(world):
    made = world("called.bpmn")
    caller = made.start("process")
    called = made.instances[1]
    called.throw_error("Task_A", "A")
    assert called.tasks == ["Task_H"]
    called.complete("Task_H")
    assert caller.tasks == ["Task_B"]


def test_state_survives_being_stored_while_it_runs(run_diagram):
    run = run_diagram("at_the_process.bpmn")
    run.message("hint")
    run.message("stop")
    stored = {i: type(s).decode(s.id, s.parent, s.encode()) for i, s in run.scopes.items()}
    assert stored == run.scopes
