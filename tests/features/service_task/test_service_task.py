from engine.runtime.state import Status, WaitKind
from engine.runtime.step import OpenedExternal, OpenedJob


def opened(run):
    return next(iter(run.waits.values()))


def test_an_external_task_waits_with_topic_and_priority(run_diagram):
    run = run_diagram("external.bpmn")
    assert (opened(run).topic, opened(run).priority) == ("charge", 7)
    run.complete("Charge", receipt="r1")
    assert run.tasks == ["Task_A"]
    assert run.variables_seen == {"receipt": "r1"}


def test_a_handler_becomes_a_job_of_its_name(run_diagram):
    run = run_diagram("handler.bpmn")
    job = opened(run)
    assert (job.kind, job.handler, job.due) == (WaitKind.WORK, "charge", run.world.now)
    run.complete("Charge")
    assert run.tasks == ["Task_A"]


def test_an_expression_is_evaluated_in_the_step(run_diagram):
    run = run_diagram("expression.bpmn", {"amount": 1})
    assert run.tasks == ["Task_A"]
    assert run.variables_seen["total"] == 2


def test_an_expression_in_camunda_may_set_variables(run_diagram):
    run = run_diagram("expression_that_writes.bpmn", {"amount": 1})
    assert run.tasks == ["Task_A"]
    assert run.variables_seen == {"amount": 1, "approved": True}


def test_a_camunda8_worker_gets_its_type_retries_and_headers(run_diagram):
    task = opened(run_diagram("camunda8_worker.bpmn"))
    assert (task.topic, task.retries, task.headers) == ("charge", 5, {"currency": "EUR"})


def test_work_that_failed_for_good_is_an_incident_and_its_retry_is_new_work(run_diagram):
    run = run_diagram("external.bpmn")
    first = opened(run).wait
    run.fail("Charge")
    assert run.incidents == ["work-failed"]
    run.retry()
    assert opened(run).topic == "charge"
    assert opened(run).wait != first


def test_an_error_of_a_worker_that_nothing_catches_fails_the_instance(run_diagram):
    run = run_diagram("external.bpmn")
    run.throw_error("Charge", "BROKE")
    assert run.status is Status.FAILED
    assert run.incidents == ["uncaught-error"]


def test_retries_and_priority_of_a_job_are_what_the_diagram_says(run_diagram):
    job = opened(run_diagram("retries.bpmn"))
    assert (job.retries, job.priority) == (3, 7)


def test_a_process_gives_its_priorities_to_all_that_have_none(run_diagram):
    run = run_diagram("process_priorities.bpmn")
    found = []
    for node in ("Far", "Near"):
        found += [task.priority for task in run.opened(OpenedExternal)]
        run.complete(node)
    found += [job.priority for job in run.opened(OpenedJob)]
    run.run_jobs()
    run.complete("Later")
    found += [job.priority for job in run.opened(OpenedJob)]
    assert found == [9, 3, 7, 1]
