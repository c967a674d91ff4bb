from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine import tables
from engine.commands.run_job import Job
from engine.jobs.claiming import Claim, acquire_due, next_due, release, renew
from engine.jobs.running import Runner
from engine.services.handlers import WorkItem
from tests.engine.world import ADMIN, World
from tests.support.patience import PATIENCE

MINUTE = timedelta(minutes=1)


def runner(world: World, name: str) -> Runner:
    return world.engine.runner(name, pause=MINUTE)


def claim(world: World, name: str = "one", *, slots: int = 1, ahead: int = 1) -> list[Job]:
    return runner(world, name).claim(slots=slots, ahead=ahead)


def test_a_job_is_held_by_one_worker(world: World):
    world.run("background.bpmn")
    assert len(claim(world, "one")) == 1
    assert claim(world, "two") == []


def test_a_crashed_worker_loses_its_job_when_the_lease_ends(world: World):
    world.run("background.bpmn")
    (job,) = claim(world, "one")
    world.clock.move(world.engine.settings.job_lease)
    (taken,) = claim(world, "two")
    assert taken.id == job.id
    runner(world, "two").run(taken)
    runner(world, "one").run(job)
    assert world.tasks() == ["after"]


def test_a_failure_of_a_worker_that_lost_its_job_counts_nothing(world: World):
    world.run("work.bpmn")
    (job,) = claim(world, "one")
    world.clock.move(world.engine.settings.job_lease)
    claim(world, "two")
    runner(world, "one").run(job)
    assert [row.retries for row in world.rows("job")] == [3]


def test_a_renewed_lease_keeps_the_job_from_others(world: World):
    world.run("background.bpmn")
    (job,) = claim(world, "one")
    lease = world.engine.settings.job_lease
    world.clock.move(lease)
    with world.engine.database.writing() as connection:
        renew(connection, [job], world.clock.now() + lease)
    assert claim(world, "two") == []


def test_a_lease_that_another_worker_has_by_now_is_not_renewed(world: World):
    world.run("background.bpmn")
    (job,) = claim(world, "one")
    world.clock.move(world.engine.settings.job_lease)
    claim(world, "two")
    until = world.rows("job")[0].locked_until
    with world.engine.database.writing() as connection:
        renew(connection, [job], until + MINUTE)
        release(connection, [job])
    assert [(row.locked_by, row.locked_until) for row in world.rows("job")] == [("two", until)]


def test_what_is_given_back_is_free_at_once_and_counts_nothing(world: World):
    world.run("background.bpmn")
    jobs = claim(world, "one")
    with world.engine.database.writing() as connection:
        release(connection, jobs)
    (taken,) = claim(world, "two")
    assert (taken.retries, taken.lost_leases) == (3, 0)


def test_workers_that_die_with_a_job_are_counted_and_end_in_an_incident(world: World):
    world.with_handlers(charge=lambda _item: None)
    world.run("work.bpmn")
    for died in range(world.engine.settings.job_crashes):
        (job,) = claim(world, f"worker {died}")
        assert (job.lost_leases, job.retries) == (died, 3)
        world.clock.move(world.engine.settings.job_lease)
    assert runner(world, "the last").run_next()
    (incident,) = world.rows("incident")
    assert "5 time(s) in a row the worker" in incident.message
    world.engine.retry_incident(incident.id, actor=ADMIN)
    world.engine.run_due_jobs()
    assert world.tasks() == ["after"]


def test_a_failure_that_was_told_ends_the_row_of_deaths(world: World):
    world.run("work.bpmn")
    claim(world, "one")
    world.clock.move(world.engine.settings.job_lease)
    world.with_handlers(charge=lambda _item: 1 / 0)
    runner(world, "two").run_next()
    assert [(row.lost_leases, row.retries) for row in world.rows("job")] == [(0, 2)]


# ---- exclusive jobs ------------------------------------------------------------------------------


def test_exclusive_jobs_of_one_instance_run_one_after_the_other(world: World):
    world.run("two_jobs.bpmn")
    (first,) = claim(world, "one", slots=5)
    assert claim(world, "two") == []
    runner(world, "one").run(first)
    assert len(claim(world, "two")) == 1


def test_jobs_behind_those_of_a_busy_instance_are_found(world: World):
    world.with_handlers(charge=lambda _item: None)
    world.run("many.bpmn", times=7)
    claim(world, "one")
    world.clock.move(timedelta(seconds=1))
    late = world.run("background.bpmn")
    assert [job.instance_id for job in claim(world, "two", slots=2)] == [late]


def test_a_job_that_is_asked_for_by_its_id_waits_for_its_instance_too(world: World):
    world.run("two_jobs.bpmn")
    ids = [row.id for row in world.rows("job")]
    one = runner(world, "one").claim_this(ids[0])
    assert one is not None
    assert runner(world, "two").claim_this(ids[1]) is None
    runner(world, "one").run(one)
    assert runner(world, "two").claim_this(ids[1]) is not None


def test_a_job_is_given_out_by_its_id_once(world: World):
    world.run("background.bpmn")
    (row,) = world.rows("job")
    job = runner(world, "one").claim_this(row.id)
    assert runner(world, "two").claim_this(row.id) is None
    assert job is not None
    runner(world, "one").run(job)
    assert runner(world, "two").claim_this(row.id) is None


def test_a_job_that_is_not_due_is_not_given_out_by_its_id(world: World):
    world.run("timers.bpmn")
    (row,) = world.rows("job")
    assert runner(world, "one").claim_this(row.id) is None
    world.clock.set(row.due_at - timedelta(seconds=4))
    assert runner(world, "one").claim_this(row.id) is not None


@pytest.mark.postgres
def test_two_workers_at_the_same_moment_get_one_exclusive_job_of_an_instance(
    world_on_postgres: World,
):
    """The second looks for due jobs before the first commits, and goes on after it did."""
    world = world_on_postgres
    world.run("two_jobs.bpmn")
    given = Claim("worker", world.clock.now(), MINUTE)
    pool = world.engine.database.pool
    with pool.connect() as first, pool.connect() as second, second.begin():
        first_transaction = first.begin()
        assert len(acquire_due(first, given)) == 1
        assert acquire_due(second, given) == []

        def commit_first(*arguments: object) -> None:
            if "advisory" in str(arguments[2]) and first_transaction.is_active:
                first_transaction.commit()

        sa.event.listen(second, "before_cursor_execute", commit_first)
        assert acquire_due(second, given) == []
        assert not first_transaction.is_active


def test_many_workers_never_run_two_exclusive_jobs_of_an_instance_at_once(world: World):
    running: Counter[str] = Counter()
    worst: Counter[str] = Counter()
    calls: list[str] = []

    def charge(item: WorkItem) -> None:
        running[item.instance_id] += 1
        worst[item.instance_id] = max(worst[item.instance_id], running[item.instance_id])
        calls.append(item.key)
        running[item.instance_id] -= 1

    world.with_handlers(charge=charge)
    world.deploy("many.bpmn")
    instances = [world.start("many", times=8) for _ in range(3)]
    workers = [threading.Thread(target=work, args=(world, str(n))) for n in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(PATIENCE)
    assert len(calls) == len(set(calls)) == 24
    assert dict(worst) == dict.fromkeys(instances, 1)
    assert world.open_rows() == {}


def work(world: World, name: str) -> None:
    """Run jobs until there is none."""
    one = runner(world, name)
    while world.rows("job"):
        for job in one.claim(slots=2, ahead=4):
            one.run(job)


# ---- order and number ----------------------------------------------------------------------------


def test_the_higher_priority_goes_first_then_what_is_due_the_longest(world: World):
    world.deploy("urgent.bpmn")
    wanted = []
    for priority in (0, 7, -3, 0, 7):
        instance = world.start("urgent", priority=priority)
        wanted.append((-priority, world.clock.now(), instance))
        world.clock.move(timedelta(seconds=1))
    order = [job.instance_id for job in claim(world, slots=9)]
    assert order == [instance for _, _, instance in sorted(wanted)]


def test_one_claim_takes_as_many_jobs_as_can_run_side_by_side(world: World):
    world.with_handlers(charge=lambda _item: None)
    world.deploy("work.bpmn")
    for _ in range(5):
        world.start("work")
    assert len(claim(world, slots=2, ahead=16)) == 2
    assert len(claim(world, slots=9, ahead=16)) == 3


def test_steps_are_taken_ahead_and_work_of_handlers_never(world: World):
    world.deploy("background.bpmn", "work.bpmn")
    for name in ("background", "background", "background", "work", "background"):
        world.start(name)
        world.clock.move(timedelta(seconds=1))
    assert [job.kind for job in claim(world, slots=1, ahead=16)] == ["async"] * 3
    assert [job.kind for job in claim(world, slots=1, ahead=16)] == ["work"]
    assert [job.kind for job in claim(world, slots=1, ahead=16)] == ["async"]


def test_the_next_due_time_is_that_of_a_job_that_may_run(world: World):
    def due() -> timedelta | None:
        with world.engine.database.reading() as connection:
            found = next_due(connection)
        return None if found is None else found - world.clock.now()

    assert due() is None
    late = world.run("timers.bpmn")
    assert due() == timedelta(hours=1)
    world.clock.move(timedelta(minutes=-30))
    soon = world.start("timers")
    world.clock.move(timedelta(minutes=30))
    assert due() == timedelta(minutes=30)
    world.engine.suspend_instance(soon, actor=ADMIN)
    assert due() == timedelta(hours=1)
    world.engine.cancel_instance(late, actor=ADMIN)
    assert due() is None


def test_dead_and_suspended_jobs_are_in_no_way(world: World):
    world.run("background.bpmn")
    with world.engine.database.writing() as connection:
        connection.execute(sa.update(tables.job).values(retries=0))
    suspended = world.start("background")
    world.engine.suspend_instance(suspended, actor=ADMIN)
    assert claim(world) == []
