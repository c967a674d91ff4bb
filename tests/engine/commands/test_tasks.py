from __future__ import annotations

import pytest

from engine.actor import SYSTEM
from engine.errors import (
    BadInput,
    FormInvalid,
    NotActive,
    NotFound,
    NotStartable,
    TaskGone,
    TaskTaken,
)
from engine.runtime.state import Status
from tests.engine.world import ADMIN, CARL, CLARA, FOREIGN_ADMIN, PAUL, STRANGER, World


def test_completing_opens_the_next_task_and_at_last_ends_the_instance(world: World):
    instance = world.run("review.bpmn")
    world.complete("check", actor=CLARA, amount=12)
    assert world.tasks() == ["pay"]
    world.complete("pay", actor=PAUL)
    assert world.status(instance) is Status.COMPLETED
    assert world.open_rows() == {}


def test_a_finished_instance_keeps_its_final_variables_in_history_only(world: World):
    instance = world.run("review.bpmn", amount=1)
    world.complete("check", amount=2)
    world.complete("pay")
    (row,) = world.rows("process_instance")
    assert row.state is None
    assert '"variables":{"amount":2}' in world.history(instance)[-1].data


def test_claiming_makes_the_task_mine(world: World):
    world.run("review.bpmn")
    world.engine.claim(world.task("check"), actor=CLARA)
    assert world.rows("task")[0].assignee == "clara"
    assert [row.is_assigned for row in world.rows("task_candidate")] == [True]


def test_claiming_twice_changes_nothing(world: World):
    world.run("review.bpmn")
    world.engine.claim(world.task("check"), actor=CLARA)
    before = world.everything()
    world.engine.claim(world.task("check"), actor=CLARA)
    assert world.everything() == before


def test_who_comes_second_is_told_who_holds_the_task(world: World):
    world.run("review.bpmn")
    task = world.task("check")
    world.engine.claim(task, actor=CLARA)
    before = world.everything()
    for verb in (world.engine.claim, world.engine.unclaim, world.engine.complete_task):
        with pytest.raises(TaskTaken) as taken:
            verb(task, actor=CARL)
        assert taken.value.by == "clara"
    assert world.everything() == before


def test_releasing_gives_the_task_back_to_its_group(world: World):
    world.run("review.bpmn")
    world.engine.claim(world.task("check"), actor=CLARA)
    world.engine.unclaim(world.task("check"), actor=CLARA)
    world.engine.claim(world.task("check"), actor=CARL)
    assert world.rows("task")[0].assignee == "carl"


def test_an_assignee_may_hand_the_task_to_anyone(world: World):
    world.run("review.bpmn")
    world.engine.claim(world.task("check"), actor=CLARA)
    world.engine.assign(world.task("check"), actor=CLARA, assignee="sven")
    world.complete("check", actor=STRANGER)
    assert world.tasks() == ["pay"]


@pytest.mark.parametrize("actor", [STRANGER, PAUL, FOREIGN_ADMIN])
def test_strangers_do_not_learn_that_a_task_exists(world: World, actor):
    world.run("review.bpmn")
    before = world.everything()
    for verb in (world.engine.claim, world.engine.unclaim, world.engine.complete_task):
        with pytest.raises(NotFound):
            verb(world.task("check"), actor=actor)
    assert world.everything() == before


def test_a_task_that_names_nobody_can_be_claimed_by_everyone_of_the_organisation(world: World):
    world.run("fork.bpmn")
    world.engine.claim(world.task("left"), actor=STRANGER)
    with pytest.raises(NotFound):
        world.engine.complete_task(world.task("left"), actor=PAUL)


def test_who_completes_second_is_told_by_whom_it_was_done(world: World):
    world.run("review.bpmn")
    task = world.task("check")
    world.engine.complete_task(task, actor=CLARA)
    before = world.everything()
    with pytest.raises(TaskGone) as gone:
        world.engine.complete_task(task, actor=CARL)
    assert (gone.value.by, gone.value.how) == ("clara", "completed")
    assert world.everything() == before


def test_strangers_do_not_learn_of_a_task_that_is_gone(world: World):
    world.run("review.bpmn")
    task = world.task("check")
    world.engine.complete_task(task, actor=CLARA)
    with pytest.raises(NotFound):
        world.engine.complete_task(task, actor=STRANGER)


def test_a_cancelled_task_is_gone_without_a_name(world: World):
    instance = world.run("review.bpmn")
    task = world.task("check")
    world.engine.cancel_instance(instance, actor=ADMIN)
    with pytest.raises(TaskGone) as gone:
        world.engine.complete_task(task, actor=CLARA)
    assert (gone.value.by, gone.value.how) == (None, "cancelled")


@pytest.mark.parametrize("task_id", ["", "x", "0" * 5_000, "nul\x00", "' OR 1=1 --"])
def test_what_is_no_id_is_not_found(world: World, task_id: str):
    with pytest.raises(NotFound):
        world.engine.complete_task(task_id, actor=ADMIN)


def test_a_task_of_a_suspended_instance_waits(world: World):
    instance = world.run("review.bpmn")
    world.engine.suspend_instance(instance, actor=ADMIN)
    with pytest.raises(NotActive):
        world.complete("check", actor=CLARA)
    world.engine.resume_instance(instance, actor=ADMIN)
    world.complete("check", actor=CLARA)
    assert world.tasks() == ["pay"]


def test_form_values_become_typed_variables(world: World):
    instance = world.run("form.bpmn")
    world.engine.submit_task(world.task("fill"), {"amount": "7"}, actor=ADMIN)
    assert '"variables":{"amount":7}' in world.history(instance)[-1].data


@pytest.mark.parametrize("typed", ["", "seven", "101", "1" * 100])
def test_wrong_form_values_change_nothing_and_are_kept_for_the_page(world: World, typed: str):
    world.run("form.bpmn")
    before = world.everything()
    with pytest.raises(FormInvalid) as invalid:
        world.engine.submit_task(world.task("fill"), {"amount": typed}, actor=ADMIN)
    assert invalid.value.checked.typed == {"amount": typed}
    assert world.everything() == before


def test_parallel_branches_meet_at_the_join(world: World):
    instance = world.run("fork.bpmn")
    world.complete("left")
    assert world.status(instance) is Status.ACTIVE
    world.complete("right")
    assert world.status(instance) is Status.COMPLETED


def test_items_of_a_multi_instance_have_rows_of_their_own(world: World):
    instance = world.run("items.bpmn", names=["a", "b", "c"])
    assert world.tasks() == ["item"] * 3
    for _ in range(3):
        world.complete("item")
    assert world.status(instance) is Status.COMPLETED
    assert world.open_rows() == {}


def test_the_system_cannot_hold_a_task(world: World):
    world.run("fork.bpmn")
    with pytest.raises(BadInput):
        world.engine.claim(world.task("left"), actor=SYSTEM)


def test_assigning_to_who_holds_it_already_changes_nothing(world: World):
    world.run("review.bpmn")
    world.engine.assign(world.task("check"), actor=ADMIN, assignee="carl")
    before = world.everything()
    world.engine.assign(world.task("check"), actor=ADMIN, assignee="carl")
    assert world.everything() == before
    world.engine.assign(world.task("check"), actor=ADMIN, assignee=None)
    world.engine.unclaim(world.task("check"), actor=ADMIN)
    assert world.rows("task")[0].assignee is None


def test_large_variables_are_read_when_a_form_needs_them(world: World):
    world.run("fork.bpmn", big="x" * 10_000)
    world.engine.submit_task(world.task("left"), {"big": "short"}, actor=ADMIN)
    assert [row.value for row in world.rows("variable")] == ['"short"']


def test_people_start_activities_from_the_task_of_an_ad_hoc_sub_process(world: World):
    world.run("party.bpmn")
    task = world.task("choose")
    assert [a.id for a in world.engine.startable_activities(task, actor=ADMIN)] == ["shop", "cook"]
    world.engine.start_ad_hoc(task, "cook", actor=ADMIN)
    assert world.tasks() == ["choose", "cook"]
    assert world.engine.startable_activities(task, actor=ADMIN) == ()
    with pytest.raises(NotStartable):
        world.engine.start_ad_hoc(task, "shop", actor=ADMIN)
    world.complete("cook")
    world.complete("choose")
    assert world.tasks() == ["after"]


def test_an_ordinary_task_starts_nothing(world: World):
    world.run("review.bpmn")
    task = world.task("check")
    assert world.engine.startable_activities(task, actor=ADMIN) == ()
    with pytest.raises(NotStartable):
        world.engine.start_ad_hoc(task, "pay", actor=ADMIN)


def test_programs_read_the_counters_of_the_loops_around_a_task_and_forms_do_not_ask_for_them(
    world: World,
):
    instance = world.run("items.bpmn", names=["a", "b"])
    rows = world.engine.instance_tasks(instance, actor=ADMIN).items
    seen = [world.engine.task_variables(row.id, actor=ADMIN) for row in rows]
    assert sorted((each["name"], each["loopCounter"]) for each in seen) == [("a", 0), ("b", 1)]
    counted = {name: seen[0][name] for name in seen[0] if name.startswith("nrOf")}
    assert counted == {"nrOfInstances": 2, "nrOfActiveInstances": 2, "nrOfCompletedInstances": 0}
    form = world.engine.task_form(rows[0].id, actor=ADMIN)
    assert "loopCounter" not in {field.name for field in form.fields}
