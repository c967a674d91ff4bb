def test_a_sub_process_is_done_when_its_last_token_ends(run_diagram):
    run = run_diagram("nested.bpmn")
    assert run.tasks == ["Task_A", "Task_B"]
    run.complete("Task_A")
    assert run.tasks == ["Task_B"]
    run.complete("Task_B")
    assert run.tasks == ["Task_C"]


def test_an_empty_sub_process_is_done_at_once(run_diagram):
    assert run_diagram("empty.bpmn").tasks == ["Task_A"]


def test_without_start_event_every_node_that_nothing_leads_to_starts(run_diagram):
    run = run_diagram("without_start_event.bpmn")
    run.complete("Task_B")
    run.complete("Task_A")
    assert run.is_finished
