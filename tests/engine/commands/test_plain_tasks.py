"""A task without a form still asks for what the gateway behind it must know."""

from __future__ import annotations

import pytest

from engine.core import File
from tests.engine.world import ADMIN, World


@pytest.mark.parametrize(
    ("submitted", "next_task"), [({"approved": "true"}, "pay"), ({}, "refuse")]
)
def test_a_generated_form_asks_for_the_variable_of_a_later_condition(
    world: World, submitted: dict[str, str], next_task: str
):
    instance = world.run("plain_approval.bpmn")
    form = world.engine.task_form(world.task("approve"), actor=ADMIN)
    assert [each.field.key for each in form.fields] == ["approved"]
    world.engine.submit_task(world.task("approve"), submitted, actor=ADMIN)
    assert world.tasks() == [next_task]
    assert world.variables(instance) == {"approved": next_task == "pay"}


def test_the_deployment_says_so(world: World):
    name = "plain_approval.bpmn"
    deployed = world.engine.deploy([File(name, world.file(name).data)], actor=ADMIN)
    (told,) = [p for p in deployed.problems if p.code == "condition-not-supplied"]
    assert (told.element_id, told.severity) == ("approve", "warning")
    assert "'approved'" in told.message
