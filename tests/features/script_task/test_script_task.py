from engine.runtime.state import ROOT


def test_what_a_script_assigns_are_variables_and_its_result_is_one_too(run_diagram):
    run = run_diagram("script_task.bpmn", {"amount": 1})
    assert run.variables_seen == {"amount": 1, "total": 2, "double": 4}
    assert run.log == ["added"]


def test_a_script_that_fails_is_an_incident_and_a_retry_runs_it_again(run_diagram):
    run = run_diagram("failing.bpmn", {"amount": 0})
    assert run.incidents == ["script-failed"]
    assert run.variables_seen == {"amount": 0}
    run.set(amount=5)
    run.retry()
    assert run.variables_seen == {"amount": 5, "total": 2}


def test_an_error_that_a_script_throws_is_caught_by_its_boundary_event(run_diagram):
    assert run_diagram("throwing.bpmn").tasks == ["Task_B"]


def test_a_list_that_a_script_changes_in_place_is_a_new_value(run_diagram):
    given = [1, 2, 3]
    run = run_diagram("mutating.bpmn", {"items": given})
    assert given == [1, 2, 3]
    assert run.variable(ROOT, "other") == [1, 2, 3, 4]


def test_a_script_task_may_be_work_of_a_worker(run_diagram):
    run = run_diagram("worker.bpmn")
    assert [wait.topic for wait in run.waits.values()] == ["scripts"]
    run.complete("Script", done=True)
    assert run.tasks == ["Task_A"]


def test_a_camunda8_script_is_an_expression_with_a_result(run_diagram):
    run = run_diagram("camunda8_expression.bpmn", {"amount": 4})
    assert run.variables_seen == {"amount": 4, "double": 8}
