"""Camunda 7's error event definitions of external tasks."""

from engine.runtime.step import OpenedExternal, WorkFailed


def failed(run, message, details=""):
    work = run.opened(OpenedExternal)[0]
    return run.act(WorkFailed(work.scope, work.token, message, details))


def test_a_worker_that_completes_with_an_error_condition_throws_the_error(run_diagram):
    run = run_diagram("conditions.bpmn", {"refused": False})
    run.complete("Charge", refused=True)
    assert (run.tasks, run.variables_seen) == (["Ask"], {"refused": True})


def test_a_worker_that_completes_otherwise_goes_on(run_diagram):
    run = run_diagram("conditions.bpmn", {"refused": False})
    run.complete("Charge", receipt=1)
    assert run.tasks == ["Paid"]


def test_a_failure_that_the_diagram_knows_is_thrown_as_its_error(run_diagram):
    run = run_diagram("conditions.bpmn", {"refused": False})
    failed(run, "no", "broken card")
    assert run.tasks == ["New_Card"]


def test_any_other_failure_leaves_the_work_open(run_diagram):
    run = run_diagram("conditions.bpmn", {"refused": False})
    failed(run, "timeout")
    assert (run.tasks, len(run.opened(OpenedExternal))) == ([], 1)
