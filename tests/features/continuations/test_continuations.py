from engine.runtime.state import WaitKind
from engine.runtime.step import Continue


def _go(job):
    return Continue(job.scope, job.token)


def test_an_asynchronous_task_waits_for_its_job_before_or_after(run_diagram):
    run = run_diagram("async.bpmn")
    assert run.log == []
    (job,) = run.waits.values()
    assert (job.kind, job.node.id, job.exclusive, job.retries) == (
        WaitKind.ASYNC,
        "Before",
        True,
        3,
    )
    run.world.act(run, _go(job))
    assert run.log == ["before", "after"]
    (job,) = run.waits.values()
    assert (job.node.id, job.exclusive, job.retries) == ("After", False, 5)
    run.world.act(run, _go(job))
    assert run.is_finished


def test_each_item_of_an_asynchronous_loop_has_its_own_job(run_diagram):
    run = run_diagram("async_items.bpmn")
    assert len(run.waits) == 3
    run.run_jobs()
    assert run.log == ["item"] * 3
    assert run.is_finished


def test_gateways_go_on_in_a_job_of_their_own_after_they_joined(run_diagram):
    run = run_diagram("after_gateways.bpmn", {"yes": False})
    waiting = []
    while jobs := [wait for wait in run.waits.values() if wait.node.type != "userTask"]:
        waiting.append(jobs[0].node.id)
        run.set(yes=waiting[-1] == "Choice")
        run.world.act(run, _go(jobs[0]))
    assert waiting == ["Fork", "Join", "Choice"]
    assert run.tasks == ["Task_B"]


def test_each_item_may_end_in_a_job_of_its_own(run_diagram):
    run = run_diagram("after_items.bpmn")
    for _ in range(2):
        run.complete("Task_A")
        assert run.tasks == []
        run.run_jobs()
    assert run.tasks == ["Task_B"]
