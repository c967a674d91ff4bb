"""The reference pages list exactly what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bpmn.expressions.feel.registry import FUNCTIONS
from bpmn.expressions.juel.checking import CONVERTERS
from bpmn.expressions.juel.checking import FUNCTIONS as JUEL_FUNCTIONS
from bpmn.expressions.juel.methods import methods_by_label

PAGES = Path(__file__).parents[3] / "docs" / "reference"
CALL = re.compile(r"`([a-z][A-Za-z0-9 ]*)\(([^)`]*)\)`")
TITLES = {
    "A text": "Texts",
    "A boolean": "Booleans",
    "A number": "Numbers",
    "A list": "Lists",
    "A map": "Maps",
    "A date": "Dates",
    "A duration": "Durations",
    "A JSON value": "What `S(x)` and `JSON(x)` give",
    "A JSON path": "What `jsonPath()` finds",
    "Any JSON value": "Every plain value, because variables came as JSON",
}


def feel_rows() -> list[tuple[str, list[str], bool]]:
    """Name, parameters and whether Camunda's, of each call in the first column of a table."""
    rows = []
    for line in (PAGES / "feel.md").read_text().splitlines():
        cells = line.split("|")
        if line.startswith("| `") and len(cells) == 4:
            calls = CALL.findall(cells[1])
            for name, parameters in calls:
                given = [p.strip().rstrip("?") for p in parameters.split(",") if p.strip()]
                rows.append((name, given, "*Camunda*" in cells[2]))
    return rows


def test_every_function_of_feel_is_listed():
    assert {name for name, _, _ in feel_rows()} == set(FUNCTIONS)


def test_the_parameters_of_feel_are_listed_as_they_are_named():
    for name, parameters, _ in feel_rows():
        assert any(list(way.parameters) == parameters for way in FUNCTIONS[name]), name


def test_what_is_camundas_is_marked():
    marked = {name for name, _, camunda in feel_rows() if camunda}
    assert marked == {name for name, ways in FUNCTIONS.items() if all(w.camunda for w in ways)}


def test_every_method_of_juel_is_listed():
    text = (PAGES / "juel.md").read_text()
    for label, names in methods_by_label().items():
        section = text.split(f"### {TITLES[label]}\n")[1].split("###")[0]
        assert re.findall(r"`(\w+)`", section) == names


@pytest.mark.parametrize("name", sorted({*JUEL_FUNCTIONS, *CONVERTERS}))
def test_every_function_of_juel_is_listed(name):
    assert f"`{name}(" in (PAGES / "juel.md").read_text()
