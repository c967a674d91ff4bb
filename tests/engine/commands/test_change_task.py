"""Changing an open task: dates, priority, who may do it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.core import TaskChange
from engine.errors import BadInput, NotActive, TaskGone
from engine.queries.tasks import TaskFilter, TaskList
from tests.engine.world import ADMIN, CLARA, MONDAY, PAUL, World

DAY = timedelta(days=1)


def change(world: World, **values: object) -> None:
    world.engine.change_task(world.task("check"), TaskChange(values), actor=ADMIN)


def seen_by(world: World, actor) -> list[str]:
    wanted = TaskFilter(list=TaskList.ALL)
    return [row.element_id for row in world.engine.tasks(wanted, actor=actor).items]


def test_what_is_named_changes_and_the_rest_stays(world: World):
    instance = world.run("review.bpmn")
    change(world, due_at=MONDAY + DAY, priority=80)
    change(world, follow_up_at=MONDAY)
    row = world.engine.task(world.task("check"), actor=ADMIN).row
    assert (row.due_at, row.follow_up_at, row.priority) == (MONDAY + DAY, MONDAY, 80)
    change(world, due_at=None)
    assert world.engine.task(world.task("check"), actor=ADMIN).row.due_at is None
    assert world.events(instance).count("task-changed") == 3
    assert world.engine.verify_history() == []


def test_candidates_are_replaced(world: World):
    world.run("review.bpmn")
    assert seen_by(world, PAUL) == []
    change(world, users=("paul", "paul"), groups=())
    assert seen_by(world, PAUL) == ["check"]
    assert seen_by(world, CLARA) == []
    change(world, users=())
    assert seen_by(world, CLARA) == ["check"]


def candidates(world: World) -> set[tuple[str, str]]:
    return {(row.kind, row.name) for row in world.rows("task_candidate")}


@pytest.mark.parametrize("process", ["review", "heard"])
def test_without_candidates_everybody_may_claim_an_assigned_task_once_it_is_free(
    world: World, process: str
):
    world.run(f"{process}.bpmn")
    world.engine.claim(world.task("check"), actor=CLARA)
    change(world, groups=())
    assert candidates(world) == {("any", "")}
    change(world, users=("paul",))
    assert candidates(world) == {("user", "paul")}


@pytest.mark.parametrize("process", ["review", "heard"])
def test_a_date_changes_no_candidates(world: World, process: str):
    world.run(f"{process}.bpmn")
    world.complete("check")
    world.engine.change_task(world.task("pay"), TaskChange({"due_at": MONDAY}), actor=ADMIN)
    assert candidates(world) == set()


def test_history_tells_a_change_alike_whether_somebody_listens_or_not(world: World):
    told = []
    for diagram in ("review.bpmn", "heard.bpmn"):
        instance = world.run(diagram)
        values = {"due_at": MONDAY, "priority": 3, "users": ("paul",)}
        task = next(row.id for row in world.rows("task") if row.instance_id == instance)
        world.engine.change_task(task, TaskChange(values), actor=ADMIN)
        told += [event.data for event in world.history(instance) if event.kind == "task-changed"]
    assert told[0] == told[1]


def test_lists_are_sorted_by_the_new_due_date(world: World):
    world.deploy("review.bpmn")
    first, second = world.start("review"), world.start("review")
    change(world, due_at=MONDAY + 2 * DAY)
    (other,) = [row for row in world.rows("task") if row.instance_id == second]
    world.engine.change_task(other.id, TaskChange({"due_at": MONDAY + DAY}), actor=ADMIN)
    wanted = TaskFilter(list=TaskList.ALL)
    for actor in (ADMIN, CLARA):
        rows = world.engine.tasks(wanted, actor=actor).items
        assert [row.instance_id for row in rows] == [second, first]


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"name": "x"},
        {"priority": 101},
        {"priority": -1},
        {"users": ("",)},
        {"users": ("a\x00",)},
    ],
)
def test_senseless_changes_are_refused(world: World, values: dict[str, object]):
    world.run("review.bpmn")
    before = world.everything()
    with pytest.raises(BadInput):
        change(world, **values)
    assert world.everything() == before


def test_a_task_that_is_over_or_suspended_does_not_change(world: World):
    instance = world.run("review.bpmn")
    task = world.task("check")
    world.engine.suspend_instance(instance, actor=ADMIN)
    with pytest.raises(NotActive):
        change(world, priority=1)
    world.engine.resume_instance(instance, actor=ADMIN)
    world.complete("check", refuse=False)
    with pytest.raises(TaskGone):
        world.engine.change_task(task, TaskChange({"priority": 1}), actor=ADMIN)
