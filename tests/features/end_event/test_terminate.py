from engine.runtime.effects import Ended
from engine.runtime.state import Status


def test_terminate_ends_everything_and_completes_the_process(run_diagram):
    run = run_diagram("terminate.bpmn")
    assert run.tasks == ["Sub_Task", "Task_A", "Task_B"]
    run.complete("Task_A")
    assert run.is_finished
    assert run.status is Status.COMPLETED
    assert isinstance(run.effects[-1], Ended)


def test_terminate_in_a_sub_process_ends_that_only_and_the_flow_goes_on(run_diagram):
    run = run_diagram("terminate_in_a_sub_process.bpmn")
    run.complete("Task_A")
    assert run.tasks == ["Task_C", "Task_D"]


def test_terminate_leaves_no_join_waiting(run_diagram):
    run = run_diagram("terminate_beside_a_join.bpmn")
    run.complete("Task_A")
    run.complete("Task_C")
    assert run.is_finished
