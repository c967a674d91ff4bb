"""Several people at once: real threads, real transactions, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial

import sqlalchemy as sa

from engine import tables
from engine.actor import Actor
from engine.errors import EngineError, TaskGone, TaskTaken
from engine.runtime.state import Status
from tests.engine.world import ADMIN, CARL, CLARA, World
from tests.support.patience import PATIENCE

GRANT = {"refuse": False}


def at_once(acts: Sequence[Callable[[], object]]) -> list[Exception | None]:
    """Run each in a thread of its own, all begun together; what each raised."""
    barrier = threading.Barrier(len(acts))
    outcomes: list[Exception | None] = [None] * len(acts)

    def run(index: int) -> None:
        barrier.wait(PATIENCE)
        try:
            acts[index]()
        except (EngineError, sa.exc.SQLAlchemyError, KeyError) as error:
            outcomes[index] = error

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    return outcomes


def test_of_two_completions_one_wins_and_the_other_is_told_by_whom(world: World):
    world.deploy("review.bpmn")
    for _ in range(10):
        instance = world.start("review")
        task = world.task("check")
        outcomes = at_once(
            [
                partial(world.engine.complete_task, task, actor=CLARA),
                partial(world.engine.complete_task, task, actor=CARL),
            ]
        )
        (lost,) = [error for error in outcomes if error is not None]
        winner = [CLARA, CARL][outcomes.index(None)]
        assert isinstance(lost, TaskGone)
        assert lost.by == winner.id
        world.engine.cancel_instance(instance, actor=ADMIN)
    assert world.engine.verify_history() == []


def test_of_many_claims_one_wins_and_the_others_are_told_by_whom(world: World):
    world.run("review.bpmn")
    task = world.task("check")
    people = [Actor(f"clerk{n}", groups=frozenset({"clerks"})) for n in range(8)]
    outcomes = at_once([partial(world.engine.claim, task, actor=p) for p in people])
    winner = people[outcomes.index(None)]
    lost = [error for error in outcomes if error is not None]
    assert len(lost) == 7
    assert all(isinstance(error, TaskTaken) and error.by == winner.id for error in lost)


def test_parallel_branches_completed_at_once_both_count(world: World):
    world.deploy("fork.bpmn")
    for _ in range(10):
        instance = world.start("fork")
        tasks = [world.task("left"), world.task("right")]
        outcomes = at_once([partial(world.engine.complete_task, t, actor=ADMIN) for t in tasks])
        assert outcomes == [None, None]
        assert world.status(instance) is Status.COMPLETED
    assert world.engine.verify_history() == []


def test_twenty_people_complete_twenty_items_at_once(world: World):
    instance = world.run("items.bpmn", names=list(range(20)))
    tasks = [row.id for row in world.rows("task")]
    outcomes = at_once([partial(world.engine.complete_task, t, actor=ADMIN) for t in tasks])
    assert outcomes == [None] * 20
    assert world.status(instance) is Status.COMPLETED
    assert world.events(instance).count("task-completed") == 20
    assert world.open_rows() == {}
    assert world.engine.verify_history() == []


def test_called_instances_answer_and_are_cancelled_at_once(world: World):
    world.deploy("caller.bpmn", "called.bpmn")
    for _ in range(10):
        instance = world.start("caller")
        task = world.task("decide")
        at_once(
            [
                partial(world.engine.complete_task, task, actor=ADMIN, variables=GRANT),
                partial(world.engine.cancel_instance, instance, actor=ADMIN),
            ]
        )
        assert world.status(instance) is Status.TERMINATED
    assert world.open_rows() == {}
    assert world.engine.verify_history() == []


def test_one_file_deployed_by_many_at_once_is_one_version(world: World):
    outcomes = at_once([lambda: world.deploy("review.bpmn")] * 6)
    assert outcomes == [None] * 6
    assert len(world.rows("process_definition")) == 1


def test_many_workers_run_every_job_once(world: World):
    world.folder = world.folder.parent / "jobs"
    world.deploy("background.bpmn")
    instances = [world.start("background") for _ in range(30)]

    def work(name: str) -> None:
        runner = world.engine.runner(name)
        while runner.run_next():
            pass

    assert at_once([partial(work, f"worker{n}") for n in range(4)]) == [None] * 4
    assert world.tasks() == ["after"] * 30
    for instance in instances:
        assert world.events(instance).count("task-created") == 1


def test_keys_that_two_processes_drew_alike_are_drawn_again(world: World):
    """Another process may have the same random bits in the same millisecond."""
    world.run("fork.bpmn")
    with world.engine.database.writing() as connection:
        highest = connection.scalar(sa.select(sa.func.max(tables.task.c.key)))
        connection.execute(
            sa.update(tables.task).where(tables.task.c.key == highest).values(key=highest + 3)
        )
    world.start("fork")
    assert len(world.rows("task")) == 4
