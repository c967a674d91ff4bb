from engine.runtime.state import ROOT
from engine.runtime.step import Complete


def test_a_receive_task_waits_for_its_message_and_takes_what_it_carries(run_diagram):
    run = run_diagram("receive_task.bpmn")
    run.message("paid", amount=7)
    assert run.is_finished
    assert run.variables_seen == {"amount": 7}


def test_a_receive_task_without_message_waits_to_be_triggered(run_diagram):
    run = run_diagram("without_message.bpmn")
    (token,) = run.scopes[ROOT].tokens
    run.act(Complete(ROOT, token, {"seen": True}))
    assert run.tasks == ["Task_A"]
    assert run.variables_seen == {"seen": True}
