from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bpmn.expressions.base import BpmnErrorThrown
from engine import tables
from engine.errors import NotFound
from engine.runtime.state import Status
from engine.services.failure import WorkFailure, WorkPostponed
from engine.services.handlers import WorkItem
from engine.store import codec
from tests.engine.world import ADMIN, MONDAY, World


class Charge:
    """A handler that fails as often as it is told, and remembers its calls."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.calls: list[WorkItem] = []

    def __call__(self, item: WorkItem) -> dict[str, object] | None:
        self.calls.append(item)
        if self.failures:
            raise self.failures.pop(0)
        return {"charged": item.variables.get("amount")}


def advance(world: World, hours: float) -> int:
    return world.engine.run_due_jobs(until=world.clock.now() + timedelta(hours=hours))


def test_a_handler_gets_the_variables_and_gives_its_result(world: World):
    charge = Charge()
    world.with_handlers(charge=charge)
    instance = world.run("work.bpmn", amount=7)
    assert world.engine.run_due_jobs() == 1
    assert world.tasks() == ["after"]
    assert world.variables(instance) == {"amount": 7, "charged": 7}
    assert charge.calls[0].element_id == "charge"


def test_a_failed_call_is_repeated_with_the_same_key(world: World):
    charge = Charge(OSError("down"), OSError("down"))
    world.with_handlers(charge=charge)
    world.run("work.bpmn")
    assert world.engine.run_due_jobs() == 3
    assert world.tasks() == ["after"]
    assert len({call.key for call in charge.calls}) == 1
    assert [call.attempts_left for call in charge.calls] == [2, 1, 0]


def test_a_failure_locks_the_instance_before_its_job_as_every_step_does(world: World):
    world.with_handlers(charge=Charge(OSError("down")))
    world.run("work.bpmn")
    runner = world.engine.runner("one")
    (job,) = runner.claim()
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(" ".join(statement.split()))

    pool = world.engine.database.pool
    sa.event.listen(pool, "before_cursor_execute", note)
    try:
        runner.run(job)
    finally:
        sa.event.remove(pool, "before_cursor_execute", note)
    ends = next(i for i, each in enumerate(sent) if each.startswith("UPDATE job"))
    reads = [i for i, each in enumerate(sent) if "FROM process_instance" in each]
    # The first reads what the handler is given; it holds no lock.
    assert sum(i < ends for i in reads) == 2


def test_the_last_failure_opens_an_incident_that_a_person_retries(world: World):
    world.with_handlers(charge=Charge(*[OSError("down")] * 3))
    instance = world.run("work.bpmn")
    world.engine.run_due_jobs()
    (incident,) = world.rows("incident")
    assert (incident.kind, incident.message) == ("failedJob", "OSError: down")
    assert world.status(instance) is Status.ACTIVE
    world.engine.retry_incident(incident.id, actor=ADMIN)
    world.engine.run_due_jobs()
    assert world.tasks() == ["after"]
    assert not world.rows("incident")
    assert world.engine.verify_history() == []


def test_a_bpmn_error_of_a_handler_takes_the_boundary_event(world: World):
    world.with_handlers(charge=Charge(BpmnErrorThrown("DECLINED", "no money")))
    world.run("work.bpmn")
    world.engine.run_due_jobs()
    assert world.tasks() == ["call"]


def test_a_missing_handler_is_an_incident_at_once(world: World):
    world.run("work.bpmn")
    assert world.engine.run_due_jobs() == 1
    (incident,) = world.rows("incident")
    assert "No handler 'charge' is registered" in incident.message


@pytest.mark.parametrize("result", [5, {"bad": object()}, {"#x": 1}])
def test_a_result_that_cannot_be_stored_is_a_failure(world: World, result: Any):
    world.with_handlers(charge=lambda _item: result)
    world.run("work.bpmn")
    world.engine.run_due_jobs()
    assert [row.kind for row in world.rows("incident")] == ["failedJob"]


def test_work_that_is_cancelled_while_it_runs_is_dropped(world: World):
    def charge(item: WorkItem) -> None:
        world.engine.cancel_instance(item.instance_id, actor=ADMIN)

    world.with_handlers(charge=charge)
    instance = world.run("work.bpmn")
    world.engine.run_due_jobs()
    assert world.status(instance) is Status.TERMINATED
    assert world.open_rows() == {}


def test_a_continuation_runs_as_a_job(world: World):
    instance = world.run("background.bpmn")
    assert world.tasks() == []
    assert world.engine.run_due_jobs() == 1
    assert world.tasks() == ["after"]
    assert world.variables(instance) == {"count": 1}


def test_a_repeating_boundary_timer_fires_as_often_as_drawn(world: World):
    world.run("timers.bpmn")
    assert advance(world, 0.5) == 0
    assert advance(world, 1) == 1
    assert world.tasks() == ["reminder", "wait"]
    assert advance(world, 24) == 2
    assert world.tasks() == ["reminder"] * 3 + ["wait"]


def test_completing_the_task_takes_its_timer_along(world: World):
    world.run("timers.bpmn")
    world.complete("wait")
    assert world.open_rows() == {}


def test_a_start_timer_starts_an_instance_each_time(world: World):
    world.deploy("hourly.bpmn")
    assert advance(world, 3.5) == 3
    starts = sorted(row.started_at - MONDAY for row in world.rows("process_instance"))
    assert starts == [timedelta(hours=hour) for hour in (1, 2, 3)]


def test_a_suspended_definition_lets_no_timer_start_it(world: World):
    definition = world.deploy("hourly.bpmn").processes[0].id
    world.engine.suspend_definition(definition, actor=ADMIN)
    assert advance(world, 3) == 0


def test_jobs_of_a_suspended_instance_wait(world: World):
    instance = world.run("background.bpmn")
    world.engine.suspend_instance(instance, actor=ADMIN)
    assert world.engine.run_due_jobs() == 0
    world.engine.resume_instance(instance, actor=ADMIN)
    assert world.engine.run_due_jobs() == 1


def test_timers_fire_in_due_order_also_after_an_outage(world: World):
    late = world.run("timers.bpmn")
    world.clock.move(timedelta(minutes=-30))
    early = world.start("timers")
    world.clock.move(timedelta(hours=12))
    world.engine.run_due_jobs(limit=2)
    order = [row.instance_id for row in sorted(world.rows("task"), key=lambda row: row.key)]
    assert order[2:4] == [early, late]


def test_the_limit_bounds_how_many_jobs_run(world: World):
    world.deploy("background.bpmn")
    for _ in range(3):
        world.start("background")
    assert world.engine.run_due_jobs(limit=2) == 2
    assert world.tasks() == ["after"] * 2


def test_a_job_of_an_unknown_incident_is_not_found(world: World):
    with pytest.raises(NotFound):
        world.engine.retry_incident("nothing", actor=ADMIN)


def test_a_start_timer_without_repetition_starts_one_instance(world: World):
    world.deploy("once.bpmn")
    assert advance(world, 5) == 1
    assert world.tasks() == ["look"]
    assert not world.rows("job")


def test_a_start_timer_that_fails_is_told_in_the_organisation_history(world: World):
    world.deploy("once.bpmn")
    with world.engine.database.writing() as connection:
        connection.execute(sa.update(tables.job).values(repeat="no cycle"))
    advance(world, 5)
    assert world.events("tenant:default").count("job-failed") == 3
    assert [row.retries for row in world.rows("job")] == [0]


def test_an_incident_shows_the_stack_the_request_and_the_answer(world: World):
    failure = WorkFailure("The ERP said no.", request="POST /orders", answer="503 busy")
    world.with_handlers(charge=Charge(failure, failure, failure))
    world.run("work.bpmn")
    world.engine.run_due_jobs()
    (incident,) = world.rows("incident")
    assert incident.message == "The ERP said no."
    data = codec.decode_map(incident.data)
    assert (data["request"], data["answer"]) == ("POST /orders", "503 busy")
    assert "in __call__" in str(data["stack"])
    (job,) = world.rows("job")
    assert job.error_details == data["stack"]
    assert job.failures == 3


def test_a_final_failure_is_not_repeated(world: World):
    world.with_handlers(charge=Charge(WorkFailure("No such customer.", is_final=True)))
    world.run("work.bpmn")
    assert world.engine.run_due_jobs() == 1
    assert [row.message for row in world.rows("incident")] == ["No such customer."]


def test_a_failure_that_says_how_long_waits_at_least_so_long(world: World):
    world.with_handlers(charge=Charge(WorkFailure("Busy.", retry_after=timedelta(hours=1))))
    world.run("work.bpmn")
    world.engine.run_due_jobs()
    assert [row.due_at for row in world.rows("job")] == [MONDAY + timedelta(hours=1)]


def test_postponed_work_costs_no_attempt(world: World):
    later = WorkPostponed(MONDAY + timedelta(minutes=5), "The target is at its limit.")
    charge = Charge(later)
    world.with_handlers(charge=charge)
    world.run("work.bpmn")
    world.engine.run_due_jobs()
    (job,) = world.rows("job")
    assert (job.retries, job.failures, job.locked_by) == (3, 0, None)
    assert job.error_message == "The target is at its limit."
    assert advance(world, 1) == 1
    assert world.tasks() == ["after"]


def test_a_step_that_fails_is_tried_again_as_the_diagram_says(world: World):
    instance = world.run("brittle.bpmn")
    assert world.engine.run_due_jobs() == 1
    (job,) = world.rows("job")
    assert (job.retries, job.due_at) == (2, MONDAY + timedelta(minutes=10))
    assert "amount" in job.error_message
    assert not world.rows("incident")
    world.engine.set_variables(instance, {"amount": 3}, actor=ADMIN)
    assert advance(world, 1) == 1
    assert world.tasks() == ["after"]
    assert world.variables(instance)["twice"] == 6


def test_the_last_attempt_of_a_step_leaves_its_incident_where_it_failed(world: World):
    world.run("brittle.bpmn")
    assert advance(world, 1) == 3
    (incident,) = world.rows("incident")
    assert (incident.element_id, incident.source_id) == ("double", None)
    assert world.rows("job") == []
    world.engine.retry_incident(incident.id, actor=ADMIN)
    assert [row.element_id for row in world.rows("incident")] == ["double"]


def test_a_step_that_fails_without_such_a_word_is_an_incident_at_once(world: World):
    world.run("brittle_at_once.bpmn")
    assert world.engine.run_due_jobs() == 1
    assert [row.element_id for row in world.rows("incident")] == ["double"]


def test_a_start_timer_whose_worker_lost_it_starts_no_second_instance(world: World):
    world.deploy("hourly.bpmn")
    world.clock.move(timedelta(hours=1))
    one, two = world.engine.runner("one"), world.engine.runner("two")
    (job,) = one.claim()
    world.clock.move(world.engine.settings.job_lease)
    (taken,) = two.claim()
    two.run(taken)
    one.run(job)
    assert len(world.rows("process_instance")) == 1
