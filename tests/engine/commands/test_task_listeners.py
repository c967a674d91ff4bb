"""Workers that judge what is wanted of a task, through the engine and its rows (Camunda 8)."""

from __future__ import annotations

import pytest

from engine.commands.change_task import TaskChange
from engine.commands.external_fetch import Topic
from engine.runtime.state import Status
from engine.runtime.step import Verdict
from engine.runtime.wishes import TaskPending
from tests.engine.world import ADMIN, CARL, CLARA, MONDAY, World


def fetch(world: World, topic: str):
    (found,) = world.engine.fetch_and_lock("w", [Topic(topic)], actor=ADMIN)
    return found


def judge(world: World, topic: str, *, deny: str = "", **corrections: object) -> None:
    verdict = Verdict(bool(deny), deny, corrections)
    found = fetch(world, topic)
    world.engine.complete_external(found.id, worker_id="w", actor=ADMIN, result=verdict)


def row(world: World):
    (found,) = world.rows("task")
    return found


def test_a_claim_takes_effect_when_the_worker_agrees(world: World):
    instance = world.run("judged.bpmn")
    world.engine.claim(world.task("Judge"), actor=CLARA)
    assert row(world).assignee is None
    with pytest.raises(TaskPending):
        world.engine.claim(world.task("Judge"), actor=CARL)
    assert fetch(world, "assigning").headers["io.camunda.zeebe:assignee"] == "clara"
    found = world.rows("external_task")[0]
    world.engine.complete_external(
        found.id, worker_id="w", actor=ADMIN, result=Verdict(corrections={"priority": 80})
    )
    assert (row(world).assignee, row(world).priority) == ("clara", 80)
    assert [r.is_assigned for r in world.rows("task_candidate")] == [True]
    (told,) = [h for h in world.history(instance) if h.kind == "task-claimed"]
    assert '"by":"clara"' in told.data


def test_a_denied_claim_changes_nothing(world: World):
    instance = world.run("judged.bpmn")
    world.engine.claim(world.task("Judge"), actor=CLARA)
    judge(world, "assigning", deny="on leave")
    assert row(world).assignee is None
    assert "task-denied" in world.events(instance)
    world.engine.claim(world.task("Judge"), actor=CARL)
    judge(world, "assigning")
    assert row(world).assignee == "carl"
    world.engine.unclaim(world.task("Judge"), actor=CARL)
    judge(world, "assigning")
    assert (row(world).assignee, world.events(instance)[-1]) == (None, "task-released")


def test_a_denied_completion_keeps_the_task_and_a_granted_one_completes_it(world: World):
    instance = world.run("judged.bpmn")
    task = world.task("Judge")
    world.complete("Judge", answer="no")
    with pytest.raises(TaskPending):
        world.complete("Judge", answer="yes")
    assert fetch(world, "completing").variables == {"answer": "no"}
    found = world.rows("external_task")[0]
    denied = Verdict(is_denied=True, reason="say yes")
    world.engine.complete_external(found.id, worker_id="w", actor=ADMIN, result=denied)
    assert (row(world).id, world.variables(instance)) == (task, {})
    world.complete("Judge", answer="yes")
    judge(world, "completing")
    assert (world.tasks(), world.variables(instance)) == (["Next"], {"answer": "yes"})
    kinds = world.events(instance)
    assert (kinds.count("task-completed"), kinds.count("task-cancelled")) == (1, 0)
    assert world.engine.verify_history() == []


def test_a_cancelled_instance_ends_when_the_worker_has_heard(world: World):
    instance = world.run("judged.bpmn")
    world.complete("Judge")
    world.engine.cancel_instance(instance, actor=ADMIN)
    assert (world.tasks(), world.status(instance)) == ([], Status.ACTIVE)
    judge(world, "canceling")
    assert (world.status(instance), world.open_rows()) == (Status.TERMINATED, {})


def test_who_cancels_again_does_not_wait(world: World):
    instance = world.run("judged.bpmn")
    for _ in range(2):
        world.engine.cancel_instance(instance, actor=ADMIN)
    assert (world.status(instance), world.open_rows()) == (Status.TERMINATED, {})


def test_an_update_takes_effect_when_the_worker_agrees(world: World):
    world.run("judged.bpmn")
    change = TaskChange({"priority": 5, "users": ("ann",), "due_at": MONDAY})
    world.engine.change_task(world.task("Judge"), change, actor=ADMIN)
    assert row(world).priority == 50
    judge(world, "updating", candidate_groups=[])
    assert (row(world).priority, row(world).due_at) == (5, MONDAY)
    assert [(c.kind, c.name, c.due_sort) for c in world.rows("task_candidate")] == [
        ("user", "ann", MONDAY)
    ]
