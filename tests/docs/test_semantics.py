"""docs/semantics.md says what becomes of everything that can be drawn, and names its tests."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from bpmn.validation.refused import REFUSALS
from engine.runtime.behaviours import BEHAVIOURS
from engine.runtime.event_kinds import CATCHING, THROWING, UNARMED

_ROOT = Path(__file__).parents[2]
_FATES = {"runs", "approximated", "refused"}
_PAGES = re.compile(r"(\d+(, \d+)*)?")


@dataclass(frozen=True)
class Row:
    what: str
    fate: str
    pages: str
    choice: str
    tests: tuple[str, ...]

    @property
    def names(self) -> list[str]:
        return re.findall(r"`(\w+)`", self.what)


def _rows() -> list[Row]:
    text = (_ROOT / "docs" / "semantics.md").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [
        Row(what, fate, pages, choice, tuple(re.findall(r"`([^`]+)`", tests)))
        for what, fate, pages, choice, tests in cells
        if what != "Element"
    ]


ROWS = _rows()


@pytest.mark.parametrize("element", sorted(BEHAVIOURS))
def test_every_element_has_a_row(element):
    assert [row for row in ROWS if element in row.names]


@pytest.mark.parametrize("kind", sorted({*CATCHING, *THROWING, *UNARMED}))
def test_every_kind_of_event_has_a_row(kind):
    assert [row for row in ROWS if kind.value in row.names]


def test_what_is_refused_by_name_has_a_row_and_nothing_else_says_so():
    told = [row.what.removeprefix("By name: ") for row in ROWS if row.what.startswith("By name: ")]
    assert sorted(told) == sorted(refusal.what for refusal in REFUSALS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.what)
def test_every_row_says_what_becomes_of_it_and_names_tests_that_exist(row):
    assert row.fate in _FATES
    assert _PAGES.fullmatch(row.pages)
    assert row.fate == "runs" or row.choice
    assert row.tests
    assert [name for name in row.tests if not (_ROOT / name).exists()] == []
