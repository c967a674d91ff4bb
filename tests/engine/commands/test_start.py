from __future__ import annotations

from pathlib import Path

import pytest

from engine.core import File
from engine.errors import (
    BadInput,
    FormInvalid,
    MismatchingCorrelation,
    NotActive,
    NotFound,
    NotStartable,
)
from engine.runtime.state import Status
from engine.telemetry import metrics
from tests.engine.world import ADMIN, CLARA, FOREIGN_ADMIN, STRANGER, World


def test_each_step_is_measured(world: World):
    def steps() -> float:
        return metrics.registry.get_sample_value("laneway_step_seconds_count") or 0

    before = steps()
    world.run("review.bpmn")
    assert steps() == before + 1
    world.complete("check")
    assert steps() == before + 2


def test_start_opens_the_first_task_with_what_the_diagram_says(world: World):
    world.run("review.bpmn")
    (task,) = world.rows("task")
    assert (task.name, task.assignee, task.due_at.isoformat()) == (
        "Check",
        None,
        "2026-02-01T12:00:00+00:00",
    )
    candidates = [(row.kind, row.name) for row in world.rows("task_candidate")]
    assert candidates == [("group", "clerks")]


def test_a_starter_of_the_diagram_may_start(world: World):
    world.deploy("review.bpmn")
    instance = world.engine.start("review", actor=CLARA, business_key="R-1")
    row = world.engine.instance(instance, actor=ADMIN).row
    assert (row.initiator, row.business_key) == ("clara", "R-1")


def test_who_may_not_start_does_not_learn_that_the_process_exists(world: World):
    world.deploy("review.bpmn")
    before = world.everything()
    for stranger in (STRANGER, FOREIGN_ADMIN):
        with pytest.raises(NotFound):
            world.engine.start("review", actor=stranger)
    assert world.everything() == before


def test_a_process_that_names_no_starter_is_open_to_the_organisation(world: World):
    world.deploy("fork.bpmn")
    world.engine.start("fork", actor=STRANGER)
    assert world.tasks() == ["left", "right"]


def test_a_process_with_several_events_to_start_it_names_what_starts_it(world: World):
    world.deploy("two_starts.bpmn")
    with pytest.raises(NotStartable, match="message"):
        world.start("two_starts")


def test_a_process_that_is_not_executable_says_so(world: World):
    data = world.file("fork.bpmn").data.replace(b'isExecutable="true"', b'isExecutable="false"')
    world.engine.deploy([File("fork.bpmn", data)], actor=ADMIN)
    with pytest.raises(NotStartable, match="isExecutable"):
        world.start("fork")


def test_a_suspended_definition_starts_nothing_until_it_is_resumed(world: World):
    definition = world.deploy("fork.bpmn").processes[0].id
    world.engine.suspend_definition(definition, actor=ADMIN)
    with pytest.raises(NotActive):
        world.start("fork")
    world.engine.resume_definition(definition, actor=ADMIN)
    assert world.status(world.start("fork")) is Status.ACTIVE


@pytest.mark.parametrize(
    "variables",
    [
        {"": 1},
        {"#mine": 1},
        {"n" * 256: 1},
        {"zero\x00byte": 1},
        {"half\ud800": 1},
        {"thing": object()},
        {"set": {1, 2}},
    ],
)
def test_variables_that_cannot_be_stored_are_refused(world: World, variables: dict[str, object]):
    world.deploy("fork.bpmn")
    before = world.everything()
    with pytest.raises(BadInput):
        world.engine.start("fork", actor=ADMIN, variables=variables)
    assert world.everything() == before


def test_deeply_nested_values_are_refused(world: World):
    world.deploy("fork.bpmn")
    value: list[object] = []
    for _ in range(100_000):
        value = [value]
    with pytest.raises(BadInput, match="nested"):
        world.start("fork", deep=value)


def test_a_business_key_that_is_too_long_is_refused(world: World):
    world.deploy("fork.bpmn")
    with pytest.raises(BadInput, match="255"):
        world.engine.start("fork", actor=ADMIN, business_key="k" * 256)


def test_text_that_is_hard_to_store_comes_back_as_it_went(world: World):
    text = "zero \x00, half \ud800, é 漢 🙂"
    instance = world.run("fork.bpmn", text=text)
    assert world.variables(instance) == {"text": text}


def test_a_start_form_gives_typed_variables(world: World):
    deployed = world.deploy("apply.bpmn", "application.form")
    instance = world.engine.submit_start(deployed.processes[0].id, {"amount": "7"}, actor=ADMIN)
    assert world.variables(instance) == {"amount": 7}


def test_a_wrong_start_form_starts_nothing(world: World):
    deployed = world.deploy("apply.bpmn", "application.form")
    before = world.everything()
    with pytest.raises(FormInvalid):
        world.engine.submit_start(deployed.processes[0].id, {"amount": "700"}, actor=ADMIN)
    assert world.everything() == before


def test_a_task_keeps_the_form_of_its_deployment(world: World):
    deployed = world.deploy("apply.bpmn", "application.form")
    world.engine.submit_start(deployed.processes[0].id, {"amount": "7"}, actor=ADMIN)
    data = world.file("application.form").data.replace(b'"max": 100', b'"max": 5')
    world.engine.deploy([File("application.form", data)], actor=ADMIN)
    with pytest.raises(FormInvalid):
        world.engine.submit_start(deployed.processes[0].id, {"amount": "7"}, actor=ADMIN)
    world.engine.submit_task(world.task("judge"), {"amount": "99"}, actor=ADMIN)
    assert world.tasks() == []


def test_a_message_that_starts_nothing_is_refused(world: World):
    with pytest.raises(MismatchingCorrelation):
        world.engine.start_by_message("nobody", actor=ADMIN)


def test_a_global_task_is_called_and_never_started(world: World):
    drawn = Path(__file__).parents[2] / "features" / "global_task" / "global_tasks.bpmn"
    deployed = world.engine.deploy([File(drawn.name, drawn.read_bytes())], actor=ADMIN)
    shown = {row.process_id: row.is_startable for row in world.rows("process_definition")}
    assert {name for name, is_startable in shown.items() if is_startable} == {"p_global_tasks"}
    (task,) = [p for p in deployed.processes if p.name == "Ask anyone"]
    with pytest.raises(NotStartable, match="global task"):
        world.start(task.process_id)
    world.start("p_global_tasks", n=1)
    assert len(world.tasks()) == 1


def test_a_start_whose_first_step_fails_leaves_an_instance_to_be_mended(world: World):
    """Camunda 7 raises to the starter, and nothing exists."""
    instance = world.run("failing.bpmn")
    assert world.status(instance) is Status.ACTIVE
    assert len(world.rows("incident")) == 1
