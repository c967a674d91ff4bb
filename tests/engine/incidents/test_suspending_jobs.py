"""Hold jobs back, one or all of a definition; definitions with their instances."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine import tables
from engine.errors import BadInput, Conflict, NotActive, NotFound
from engine.runtime.state import Status
from tests.engine.world import ADMIN, MONDAY, World

HOUR = timedelta(hours=1)


def advance(world: World) -> int:
    return world.engine.run_due_jobs(until=world.clock.now() + HOUR)


def job_of(world: World) -> str:
    (job,) = world.rows("job")
    return str(job.id)


def kinds_of_tenant(world: World) -> list[str]:
    return [event.kind for event in world.history("tenant:default")]


def test_a_suspended_job_waits_until_it_is_resumed(world: World):
    instance = world.run("later.bpmn")
    job = job_of(world)
    world.engine.suspend_job(job, actor=ADMIN)
    assert advance(world) == 0
    world.engine.resume_job(job, actor=ADMIN)
    assert world.engine.run_due_jobs() == 1
    assert world.variables(instance) == {"noted": True}
    told = [kind for kind in world.events(instance) if kind.startswith("job-")]
    assert told == ["job-suspended", "job-resumed"]
    assert world.engine.verify_history() == []


def test_switching_a_job_twice_is_told(world: World):
    world.run("later.bpmn")
    job = job_of(world)
    with pytest.raises(NotActive, match="is active"):
        world.engine.resume_job(job, actor=ADMIN)
    world.engine.suspend_job(job, actor=ADMIN)
    with pytest.raises(NotActive, match="is suspended"):
        world.engine.suspend_job(job, actor=ADMIN)


def test_a_job_of_a_suspended_instance_stays_so(world: World):
    instance = world.run("later.bpmn")
    world.engine.suspend_instance(instance, actor=ADMIN)
    with pytest.raises(NotActive):
        world.engine.resume_job(job_of(world), actor=ADMIN)
    assert world.engine.resume_jobs(world.rows("job")[0].definition_id, actor=ADMIN) == 0
    assert advance(world) == 0


def test_all_jobs_of_a_definition_wait_and_no_others(world: World):
    world.deploy("later.bpmn", "charge.bpmn")
    for _ in range(3):
        world.start("later")
    world.start("charge", amount=1)
    definition = world.engine.definitions(actor=ADMIN, text="later").items[0].id
    assert world.engine.suspend_jobs(definition, actor=ADMIN, element_id="nowhere") == 0
    assert world.engine.suspend_jobs(definition, actor=ADMIN, element_id="note") == 3
    assert world.engine.suspend_jobs(definition, actor=ADMIN) == 0
    waiting = [job for job in world.rows("job") if not job.is_suspended]
    assert [job.element_id for job in waiting] == ["pay"]
    assert world.engine.resume_jobs(definition, actor=ADMIN) == 3
    assert not any(job.is_suspended for job in world.rows("job"))
    assert kinds_of_tenant(world)[-2:] == ["jobs-suspended", "jobs-resumed"]
    assert world.engine.verify_history() == []


def test_a_timer_that_starts_waits_as_long_as_its_definition_is_suspended(world: World):
    definition = world.deploy("daily.bpmn").processes[0].id
    job = job_of(world)
    world.engine.suspend_job(job, actor=ADMIN)
    assert world.engine.run_due_jobs(until=MONDAY + timedelta(days=2)) == 0
    world.engine.suspend_definition(definition, actor=ADMIN)
    with pytest.raises(NotActive):
        world.engine.resume_job(job, actor=ADMIN)
    assert world.engine.resume_jobs(definition, actor=ADMIN) == 0
    world.engine.resume_definition(definition, actor=ADMIN)
    assert world.engine.run_due_jobs() > 0


def test_a_dead_job_gets_attempts_again_and_its_incident_is_over(world: World):
    instance = world.run("charge.bpmn", amount=1)
    world.engine.run_due_jobs()
    assert len(world.rows("incident")) == 1
    world.engine.retry_job(job_of(world), actor=ADMIN, retries=2)
    assert not world.rows("incident")
    assert [job.retries for job in world.rows("job")] == [2]
    assert world.events(instance)[-1] == "incident-resolved"


def test_a_dead_timer_that_starts_gets_attempts_again(world: World):
    world.deploy("daily.bpmn")
    with world.engine.database.writing() as connection:
        connection.execute(sa.update(tables.job).values(retries=0))
    world.engine.retry_job(job_of(world), actor=ADMIN)
    assert world.engine.run_due_jobs() == 1
    assert kinds_of_tenant(world)[-1] == "job-retried"


def test_a_job_that_is_run_right_now_is_left_alone(world: World):
    world.run("later.bpmn")
    with world.engine.database.writing() as connection:
        connection.execute(sa.update(tables.job).values(locked_until=MONDAY + HOUR))
    with pytest.raises(Conflict, match="is being run"):
        world.engine.retry_job(job_of(world), actor=ADMIN)


def test_jobs_that_are_not_there(world: World):
    instance = world.run("later.bpmn")
    for verb in (world.engine.suspend_job, world.engine.resume_job, world.engine.retry_job):
        with pytest.raises(NotFound):
            verb(instance, actor=ADMIN)
    with pytest.raises(NotFound):
        world.engine.suspend_jobs(instance, actor=ADMIN)
    with pytest.raises(BadInput):
        world.engine.retry_job(job_of(world), actor=ADMIN, retries=0)


def test_a_definition_is_suspended_with_its_instances(world: World):
    definition = world.deploy("later.bpmn", "choose.bpmn").processes[0].id
    instances = [world.start("later") for _ in range(3)]
    other = world.start("choose", points=9)
    world.engine.suspend_instance(instances[0], actor=ADMIN)
    world.engine.suspend_definition(definition, actor=ADMIN, with_instances=True)
    assert {world.status(each) for each in instances} == {Status.SUSPENDED}
    assert world.status(other) is Status.ACTIVE
    assert advance(world) == 0
    with pytest.raises(NotActive):
        world.start("later")
    with pytest.raises(NotActive):
        world.engine.suspend_definition(definition, actor=ADMIN)
    # Again, as after a crash half way: no error.
    world.engine.suspend_definition(definition, actor=ADMIN, with_instances=True)
    world.engine.resume_definition(definition, actor=ADMIN, with_instances=True)
    assert {world.status(each) for each in instances} == {Status.ACTIVE}
    assert world.engine.run_due_jobs() == 3
