"""Scripts and forms in files that are deployed with their diagram."""

from __future__ import annotations

import pytest

from engine.core import File
from engine.errors import DeploymentRefused
from tests.engine.world import ADMIN, World

DOUBLE = b"amount = amount * 2\namount"
IS_BIG = b"amount > 100"
TOLD = b"execution.setVariable('told', True)"
FORM = (
    b'{"type":"default","id":"Big","components":[{"type":"textfield","key":"why","label":"Why"}]}'
)


def deploy(world: World, **changed: bytes | None):
    files = {
        "double.py": DOUBLE,
        "is_big.py": IS_BIG,
        "told.py": TOLD,
        "big.form": FORM,
        **{name.replace("_py", ".py").replace("_form", ".form"): b for name, b in changed.items()},
    }
    diagram = world.file("scripts_in_files.bpmn")
    others = [File(name, data) for name, data in files.items() if data is not None]
    return world.engine.deploy([diagram, *others], actor=ADMIN)


def test_scripts_of_tasks_conditions_and_listeners_are_run_from_their_files(world: World):
    deploy(world)
    instance = world.start("scripts_in_files", amount=60)
    assert world.tasks() == ["big"]
    assert world.variables(instance) == {"amount": 120, "doubled": 120, "told": True}
    world.start("scripts_in_files", amount=5)
    assert world.tasks() == ["big", "small"]


def test_the_form_of_a_task_is_the_file_that_it_names(world: World):
    deploy(world)
    world.start("scripts_in_files", amount=60)
    form = world.engine.task_form(world.task("big"), actor=ADMIN)
    assert [each.field.key for each in form.fields] == ["why"]


def test_a_changed_script_is_a_new_version_of_the_unchanged_diagram(world: World):
    first = deploy(world).processes[0]
    assert deploy(world).processes[0].id == first.id
    changed = deploy(world, double_py=DOUBLE.replace(b"2", b"3")).processes[0]
    assert (changed.version, changed.is_new) == (2, True)
    instance = world.start("scripts_in_files", amount=5)
    assert world.variables(instance)["doubled"] == 15


@pytest.mark.parametrize(
    ("name", "data", "what"),
    [
        ("double_py", None, "'double.py' is not deployed"),
        ("told_py", b"import os", "told.py: "),
        ("told_py", b"\xff", "UTF-8"),
    ],
)
def test_a_script_file_that_is_missing_or_wrong_refuses_the_deployment(
    world: World, name: str, data: bytes | None, what: str
):
    with pytest.raises(DeploymentRefused) as refused:
        deploy(world, **{name: data})
    assert [p.code for p in refused.value.problems if p.severity == "error"] == ["script-file"]
    assert what in str(refused.value)


def test_a_form_file_that_is_missing_is_said(world: World):
    problems = deploy(world, big_form=None).problems
    assert "form-file" in [problem.code for problem in problems]


def test_a_file_that_no_diagram_names_is_unknown(world: World):
    with pytest.raises(DeploymentRefused, match=r"other\.py"):
        world.engine.deploy([world.file("review.bpmn"), File("other.py", b"1")], actor=ADMIN)


SCHEMA = b'{"type":"object","properties":{"why":{"type":"string"},"sum":{"type":"integer"}}}'
UI = b'{"ui:order":["sum","why"]}'


def deploy_schema(world: World, **files: bytes):
    named = {"request.json": SCHEMA, "request-ui.json": UI, **files}
    given = [world.file("schema_form.bpmn"), *(File(n, data) for n, data in named.items())]
    return world.engine.deploy(given, actor=ADMIN)


def test_a_form_may_be_a_json_schema_with_its_ui_schema(world: World):
    deploy_schema(world)
    instance = world.start("schema_form")
    task = world.task("ask")
    form = world.engine.task_form(task, actor=ADMIN)
    assert [each.field.key for each in form.fields] == ["sum", "why"]
    world.engine.submit_task(task, {"sum": "3", "why": "so"}, actor=ADMIN)
    assert world.variables(instance) == {"sum": 3, "why": "so"}


def test_a_json_schema_that_cannot_be_read_refuses_the_deployment(world: World):
    with pytest.raises(DeploymentRefused) as refused:
        deploy_schema(world, **{"request.json": b"{"})
    (problem,) = [p for p in refused.value.problems if p.severity == "error"]
    assert (problem.element_id, problem.file) == ("ask", "request.json")
