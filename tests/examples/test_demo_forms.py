"""The demo data against the example forms: a person could have typed in everything in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bpmn.forms import check_values, declared_form, parse_form, problems_of
from bpmn.loading import load
from bpmn.model import Node

EXAMPLES = Path(__file__).parents[2] / "examples"
DEMO = json.loads((EXAMPLES / "demo.json").read_text(encoding="utf-8"))
FORMS = sorted(EXAMPLES.glob("*/*.form"))
NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)

# What scripts and other programs have written before a person sees the task.
WRITTEN = {
    "title": "Harbour Print Ltd, invoice INV-2041",
    "reminders": 0,
    "item": {"name": "Glasses", "fee": 320.0},
    "covered": True,
    "total": 320.0,
    "coveredTotal": 320.0,
    "question": "",
    "procedureText": "Cast",
    "procedureFee": 95.5,
}


@pytest.fixture(scope="module")
def nodes() -> dict[tuple[str, str], Node]:
    """By process id and name."""
    diagrams = [load(path.read_bytes()) for path in sorted(EXAMPLES.glob("*/*.bpmn"))]
    processes = [process for diagram in diagrams for process in diagram.processes]
    return {(process.id, node.name): node for process in processes for node in process.nodes}


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return {json.loads(path.read_text(encoding="utf-8"))["id"]: path.read_bytes() for path in FORMS}


def dated(variables: dict) -> dict:
    return {name: day(value) for name, value in variables.items()}


def day(value: object) -> object:
    if not isinstance(value, dict):
        return value
    sign, days = (
        (-1, value["$date"][2:-1]) if value["$date"][0] == "-" else (1, value["$date"][1:-1])
    )
    return (NOW.date() + sign * timedelta(days=int(days))).isoformat()


def problems(node: Node, files: dict[str, bytes], values: dict, variables: dict) -> list:
    if node.form is None:
        return []
    form = declared_form(node.form, file=files.get(node.form.key, b""))
    assert form is not None, node.name
    return list(check_values(form, values, variables, now=NOW).problems)


def form_steps(instance: dict) -> Iterator[tuple[str, dict, dict]]:
    """Task name, what is typed in, and the variables before."""
    variables = dated(instance["variables"]) | WRITTEN
    for step in instance["steps"]:
        typed = dated(step.get("variables", {}))
        if "complete" in step:
            yield step["complete"], typed, dict(variables)
        variables |= typed


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_form_is_read_without_a_problem(path: Path):
    assert problems_of(parse_form(path.read_bytes(), name=path.name)) == ()


@pytest.mark.parametrize("instance", DEMO["instances"], ids=lambda each: each["business_key"])
def test_a_demo_instance_fits_its_start_form(instance: dict, nodes: dict, files: dict):
    starts = [
        node
        for (process, _), node in nodes.items()
        if process == instance["process"] and node.type == "startEvent" and node.form is not None
    ]
    for node in starts:
        assert problems(node, files, dated(instance["variables"]), {}) == []


@pytest.mark.parametrize("instance", DEMO["instances"], ids=lambda each: each["business_key"])
def test_a_demo_step_fits_the_form_of_its_task(instance: dict, nodes: dict, files: dict):
    for name, typed, variables in form_steps(instance):
        node = nodes.get((instance["process"], name)) or nodes["coding-review", name]
        assert problems(node, files, typed, variables) == [], name
