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
