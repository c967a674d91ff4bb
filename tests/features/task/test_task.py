def test_none_and_manual_tasks_pass_through(run_diagram):
    run = run_diagram("pass_through.bpmn")
    assert run.is_finished
    assert (run.passed("Task"), run.passed("Manual")) == (1, 1)


def test_a_manual_task_waits_for_a_person_in_spiff_diagrams(run_diagram):
    run = run_diagram("manual_task_in_spiff.bpmn")
    assert run.tasks == ["Manual"]
    run.complete("Manual")
    assert run.is_finished
