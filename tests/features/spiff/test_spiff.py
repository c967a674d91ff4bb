"""What SpiffWorkflow's own elements do."""

from engine.runtime.step import OpenedJob, OpenedTask


def test_scripts_run_before_and_after_their_element(run_diagram):
    run = run_diagram("scripts.bpmn")
    assert run.variables_seen == {"total": 1}
    assert run.opened(OpenedTask)[0].node.documentation == "Count them."
    run.complete("Task_A", answer=2)
    assert (run.tasks, run.variables_seen["total"]) == (["Task_B"], 3)


def test_an_operator_is_a_handler_whose_result_is_one_variable(run_diagram):
    run = run_diagram("operator.bpmn", {"price": 4})
    job = run.opened(OpenedJob)[0]
    assert (job.handler, job.arguments) == ("payments/Charge", {"amount": 8})
    run.complete("Charge", id="r1")
    assert (run.tasks, run.variables_seen["receipt"]) == (["Task_A"], {"id": "r1"})


def test_a_message_carries_its_payload_and_is_received_in_one_variable(run_diagram):
    run = run_diagram("messages.bpmn", {"nr": 7})
    assert run.world.sent[0].variables == {"number": 7, "text": "how many?"}
    run.message("answer", number=3)
    assert (run.tasks, run.variables_seen["reply"]) == (["Task_A"], {"number": 3})
