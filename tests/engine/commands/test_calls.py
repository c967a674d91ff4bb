from __future__ import annotations

import pytest

from engine.core import File
from engine.runtime.state import Status
from tests.engine.world import ADMIN, World


def called_by(world: World, instance: str) -> str:
    (row,) = [row for row in world.rows("process_instance") if row.parent_id == instance]
    return str(row.id)


def test_the_called_process_gets_and_returns_what_is_mapped(world: World):
    world.deploy("caller.bpmn", "called.bpmn")
    instance = world.start("caller", amount=5)
    called = called_by(world, instance)
    assert world.variables(called) == {"amount": 5}
    world.complete("decide", answer="yes", refuse=False)
    assert world.status(called) is Status.COMPLETED
    assert world.tasks() == ["after"]
    assert world.variables(instance) == {"amount": 5, "result": "yes"}


def test_an_error_of_the_called_process_is_caught_by_the_caller(world: World):
    world.deploy("caller.bpmn", "called.bpmn")
    world.start("caller")
    world.complete("decide", refuse=True)
    assert world.tasks() == ["appeal"]


def test_cancelling_the_caller_cancels_what_it_called(world: World):
    world.deploy("caller.bpmn", "called.bpmn")
    instance = world.start("caller")
    called = called_by(world, instance)
    world.engine.cancel_instance(instance, actor=ADMIN)
    assert world.status(called) is Status.TERMINATED
    assert world.open_rows() == {}


def test_cancelling_the_called_process_leaves_an_incident_at_the_call(world: World):
    world.deploy("caller.bpmn", "called.bpmn")
    instance = world.start("caller")
    world.engine.cancel_instance(called_by(world, instance), actor=ADMIN)
    (incident,) = world.rows("incident")
    assert (incident.instance_id, incident.element_id) == (instance, "call")


def test_a_missing_process_is_an_incident_until_it_is_deployed(world: World):
    world.run("caller.bpmn")
    (incident,) = world.rows("incident")
    assert "'called'" in incident.message
    world.deploy("called.bpmn")
    world.engine.retry_incident(incident.id, actor=ADMIN)
    assert world.tasks() == ["decide"]
    assert not world.rows("incident")


def test_a_process_that_calls_itself_without_end_is_stopped_with_an_incident(world: World):
    instance = world.run("endless.bpmn")
    (incident,) = world.rows("incident")
    assert "without end" in incident.message
    world.engine.cancel_instance(instance, actor=ADMIN)
    assert {row.status for row in world.rows("process_instance")} == {"TERMINATED"}
    assert world.open_rows() == {}


def bound(world: World, binding: str) -> File:
    """The calling diagram with other attributes at its call."""
    data = world.file("caller.bpmn").data
    return File(
        "caller.bpmn",
        data.replace(b'calledElement="called"', f'calledElement="called" {binding}'.encode()),
    )


def version_two(world: World, tag: str = "") -> File:
    data = world.file("called.bpmn").data.replace(b'id="decide"', b'id="decide" name="Second"')
    return File(
        "called.bpmn",
        data.replace(b'isExecutable="true"', f'isExecutable="true" {tag}'.encode()),
    )


@pytest.mark.parametrize(
    ("binding", "task"),
    [
        ("", "Second"),
        ('camunda:calledElementBinding="latest"', "Second"),
        ('camunda:calledElementBinding="deployment"', "decide"),
        ('camunda:calledElementBinding="version" camunda:calledElementVersion="1"', "decide"),
        (
            'camunda:calledElementBinding="versionTag" camunda:calledElementVersionTag="two"',
            "Second",
        ),
    ],
)
def test_the_call_says_which_version_is_called(world: World, binding: str, task: str):
    world.engine.deploy([bound(world, binding), world.file("called.bpmn")], actor=ADMIN)
    world.engine.deploy([version_two(world, 'camunda:versionTag="two"')], actor=ADMIN)
    world.start("caller")
    assert [row.name for row in world.rows("task")] == [task]


@pytest.mark.parametrize(
    ("binding", "told"),
    [
        ('camunda:calledElementBinding="version" camunda:calledElementVersion="7"', "version '7'"),
        (
            'camunda:calledElementBinding="versionTag" camunda:calledElementVersionTag="x"',
            "version tag 'x'",
        ),
        ('camunda:calledElementBinding="deployment"', "in the same deployment"),
    ],
)
def test_a_version_that_is_missing_is_named_by_the_incident(world: World, binding: str, told: str):
    world.engine.deploy([bound(world, binding)], actor=ADMIN)
    world.deploy("called.bpmn")
    world.start("caller")
    assert [told in row.message for row in world.rows("incident")] == [True]


def test_a_suspended_process_is_not_called(world: World):
    deployed = world.deploy("caller.bpmn", "called.bpmn")
    called = next(p.id for p in deployed.processes if p.process_id == "called")
    world.engine.suspend_definition(called, actor=ADMIN)
    world.start("caller")
    assert ["suspended" in row.message for row in world.rows("incident")] == [True]


def test_a_process_that_is_not_executable_is_not_called(world: World):
    data = world.file("called.bpmn").data.replace(b'isExecutable="true"', b'isExecutable="false"')
    files = [world.file("caller.bpmn"), File("called.bpmn", data)]
    world.engine.deploy(files, actor=ADMIN)
    world.start("caller")
    assert ["executable" in row.message for row in world.rows("incident")] == [True]


def test_an_escalation_of_the_called_process_reaches_the_caller_before_it_goes_on(world: World):
    world.deploy("escalating.bpmn")
    instance = world.start("escalating", stop=False)
    called = called_by(world, instance)
    assert world.tasks() == ["beside", "work"]
    assert world.status(called) is Status.ACTIVE
    keys = {row.element_id: row.key for row in world.rows("task")}
    assert keys["beside"] < keys["work"]


def test_an_escalation_that_interrupts_its_call_ends_the_called_process_there(world: World):
    world.deploy("escalating.bpmn")
    instance = world.start("escalating", stop=True)
    called = called_by(world, instance)
    assert world.tasks() == ["beside", "instead"]
    assert world.status(called) is Status.TERMINATED
    assert "task-created" not in world.events(called)
    assert world.engine.verify_history() == []
