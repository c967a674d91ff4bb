"""Listeners through the engine: a handler's job, and a person who takes a task."""

import pytest

from engine.runtime.task_commands import ListenerFailed
from tests.engine.world import CARL, CLARA


def test_a_handler_listens_before_the_task_opens(world):
    told = []
    world.with_handlers(audit=lambda item: told.append(item.arguments["eventName"]))
    world.run("listening.bpmn", forbidden="carl")
    assert (world.tasks(), told) == ([], [])
    world.engine.run_due_jobs()
    assert (world.tasks(), told) == (["Review"], ["start"])


def test_a_listener_is_told_who_claims_a_task_and_may_forbid_it(world):
    world.with_handlers(audit=lambda _item: None)
    instance = world.run("listening.bpmn", forbidden="carl")
    world.engine.run_due_jobs()
    with pytest.raises(ListenerFailed):
        world.engine.claim(world.task("Review"), actor=CARL)
    world.engine.claim(world.task("Review"), actor=CLARA)
    assert world.variables(instance) == {"forbidden": "carl", "holder": "clara"}
