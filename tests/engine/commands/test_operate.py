from __future__ import annotations

import pytest

from engine.errors import BadInput, Forbidden, NotActive, NotFound
from engine.runtime.state import Status
from tests.engine.world import ADMIN, CLARA, FOREIGN_ADMIN, World


def test_setting_variables_changes_the_running_instance(world: World):
    instance = world.run("fork.bpmn", amount=1)
    world.engine.set_variables(instance, {"amount": 2, "note": None}, actor=ADMIN)
    assert world.variables(instance) == {"amount": 2, "note": None}


def test_a_scope_that_is_not_there_is_not_found(world: World):
    instance = world.run("fork.bpmn")
    with pytest.raises(NotFound):
        world.engine.set_variables(instance, {"amount": 2}, actor=ADMIN, scope=99)


def test_a_failed_script_goes_on_when_its_variables_are_mended(world: World):
    instance = world.run("failing.bpmn", total=10, people=0)
    (incident,) = world.rows("incident")
    world.engine.set_variables(instance, {"people": 4}, actor=ADMIN)
    world.engine.retry_incident(incident.id, actor=ADMIN)
    assert world.tasks() == ["after"]
    assert world.variables(instance)["share"] == 2.5
    assert not world.rows("incident")


def test_cancelling_leaves_history_only(world: World):
    instance = world.run("items.bpmn", names=["a", "b"])
    world.engine.cancel_instance(instance, actor=ADMIN, reason="wrong client")
    assert world.status(instance) is Status.TERMINATED
    assert world.open_rows() == {}
    assert world.engine.verify_history() == []


def test_what_is_over_cannot_be_operated(world: World):
    instance = world.run("fork.bpmn")
    world.engine.cancel_instance(instance, actor=ADMIN)
    before = world.everything()
    with pytest.raises(NotActive):
        world.engine.cancel_instance(instance, actor=ADMIN)
    with pytest.raises(NotActive):
        world.engine.suspend_instance(instance, actor=ADMIN)
    with pytest.raises(NotActive):
        world.engine.set_variables(instance, {"a": 1}, actor=ADMIN)
    with pytest.raises(NotActive):
        world.engine.trigger(instance, "left", actor=ADMIN)
    assert world.everything() == before


def test_another_organisation_finds_nothing(world: World):
    instance = world.run("fork.bpmn")
    for verb in (
        world.engine.cancel_instance,
        world.engine.suspend_instance,
        world.engine.retry_incident,
    ):
        with pytest.raises(NotFound):
            verb(instance, actor=FOREIGN_ADMIN)


def test_only_admins_operate(world: World):
    instance = world.run("fork.bpmn")
    for verb in (
        world.engine.cancel_instance,
        world.engine.suspend_instance,
        world.engine.resume_instance,
        world.engine.retry_incident,
    ):
        with pytest.raises(Forbidden):
            verb(instance, actor=CLARA)


def test_no_token_at_an_element_cannot_be_triggered(world: World):
    instance = world.run("fork.bpmn")
    with pytest.raises(BadInput, match="0 tokens"):
        world.engine.trigger(instance, "nowhere", actor=ADMIN)
