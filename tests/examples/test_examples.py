"""The examples of the project: what is drawn, linked and told in them holds together."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bpmn.decisions import load as load_decisions
from bpmn.expressions import compile_script
from bpmn.loading import load
from bpmn.model import Diagram, Dialect, FormKind, Node, WorkKind

EXAMPLES = Path(__file__).parents[2] / "examples"
DIAGRAMS = sorted(EXAMPLES.glob("*/*.bpmn"))
DECISIONS = sorted(EXAMPLES.glob("*/*.dmn"))
FORMS = sorted(EXAMPLES.glob("*/*.form"))
DEMO = json.loads((EXAMPLES / "demo.json").read_text(encoding="utf-8"))

each_diagram = pytest.mark.parametrize("path", DIAGRAMS, ids=lambda path: path.stem)


def opened(path: Path) -> Diagram:
    return load(path.read_bytes(), name=path.name)


def all_nodes(paths: list[Path]) -> list[Node]:
    return [node for path in paths for process in opened(path).processes for node in process.nodes]


def test_there_are_at_least_five_examples_in_three_dialects():
    assert len({path.parent for path in DIAGRAMS}) >= 5
    dialects = {opened(path).dialect for path in DIAGRAMS}
    assert dialects == {Dialect.PLAIN, Dialect.CAMUNDA7, Dialect.CAMUNDA8}


@each_diagram
def test_a_diagram_loads_without_a_problem(path: Path):
    diagram = opened(path)
    assert diagram.problems == ()
    assert all(process.executable for process in diagram.processes)


@each_diagram
def test_everything_drawn_has_its_place_on_the_page(path: Path):
    diagram = opened(path)
    placed = {shape.element for shape in diagram.shapes}
    for process in diagram.processes:
        assert {node.id for node in process.nodes} <= placed
        assert {flow.id for flow in process.flows} <= placed


@each_diagram
def test_a_person_reads_a_name_on_every_task_and_event(path: Path):
    gateways = {"exclusiveGateway", "parallelGateway", "inclusiveGateway"}
    unnamed = [n.id for n in all_nodes([path]) if not n.name and n.type not in gateways]
    assert unnamed == []


@each_diagram
def test_every_deciding_gateway_has_a_default_flow(path: Path):
    deciding = [
        node
        for node in all_nodes([path])
        if node.type in {"exclusiveGateway", "inclusiveGateway"} and len(node.outgoing) > 1
    ]
    assert [node.name for node in deciding if not node.default] == []


@each_diagram
def test_every_linked_form_lies_beside_its_diagram(path: Path):
    linked = {
        node.form.key
        for node in all_nodes([path])
        if node.form is not None and node.form.kind is FormKind.FORM_JS
    }
    beside = {
        json.loads(form.read_text(encoding="utf-8"))["id"]
        for form in FORMS
        if form.parent == path.parent
    }
    assert linked <= beside


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_every_form_is_linked_by_a_diagram_of_its_folder(path: Path):
    form_id = json.loads(path.read_text(encoding="utf-8"))["id"]
    nodes = all_nodes([diagram for diagram in DIAGRAMS if diagram.parent == path.parent])
    assert form_id in {node.form.key for node in nodes if node.form is not None}


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_file_has_no_problem_and_every_decision_its_place(path: Path):
    loaded = load_decisions(path.read_bytes())
    assert loaded.problems == ()
    drawn = path.read_text(encoding="utf-8")
    for decision in loaded.model.definitions.decisions:
        assert f'dmnElementRef="{decision.id}"' in drawn


def test_every_called_decision_lies_beside_its_diagram():
    for path in DIAGRAMS:
        called = {
            node.work.name.text
            for node in all_nodes([path])
            if node.work is not None and node.work.kind is WorkKind.DECISION
        }
        files = [load_decisions(other.read_bytes()) for other in path.parent.glob("*.dmn")]
        assert called <= {d.id for file in files for d in file.model.definitions.decisions}


@each_diagram
def test_every_script_compiles(path: Path):
    for node in all_nodes([path]):
        if node.script is not None and node.script.format == "python":
            assert compile_script(node.script.text, "python").text == node.script.text


def test_every_called_process_is_an_example():
    processes = {process.id for path in DIAGRAMS for process in opened(path).processes}
    called = {node.call.process.text for node in all_nodes(DIAGRAMS) if node.call is not None}
    assert called == {"coding-review"}
    assert called <= processes


@pytest.mark.parametrize("folder", sorted({path.parent for path in DIAGRAMS}), ids=lambda p: p.name)
def test_every_example_is_explained_and_listed(folder: Path):
    assert (folder / "README.md").is_file()
    assert f"({folder.name}/README.md)" in (EXAMPLES / "README.md").read_text(encoding="utf-8")
