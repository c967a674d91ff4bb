from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpmn.decisions import evaluate, load
from bpmn.decisions.tables.cells import read_plain
from bpmn.decisions.tables.index import ColumnIndex
from bpmn.expressions import Environment
from bpmn.expressions.feel import compile_unary_tests
from tests.bpmn.decisions.conftest import NOW
from tests.bpmn.decisions.drawing import draw, table

NUMBERS = st.integers(-3, 6).map(str) | st.sampled_from(["-1.5", "0.5", "2.50"])
DATES = st.dates(date(2026, 1, 1), date(2026, 1, 5)).map(lambda day: f'date("{day}")')
TEXTS = st.sampled_from(['"a"', '"b"', '""', '"1"', '"true"'])
BOUNDS = NUMBERS | DATES
CONSTANTS = NUMBERS | DATES | TEXTS | st.sampled_from(["true", "false"])
CELLS = st.one_of(
    st.sampled_from(["-", "", "null", "? = 1", "not(null)", '"a", null', "not(< 2)", "[1, 2]"]),
    st.lists(CONSTANTS, min_size=1, max_size=3).map(", ".join),
    st.lists(CONSTANTS, min_size=1, max_size=3).map(lambda c: f"not({', '.join(c)})"),
    st.tuples(st.sampled_from(["<", "<=", ">", ">="]), BOUNDS).map("".join),
    st.tuples(st.sampled_from("[(]"), BOUNDS, st.just(".."), BOUNDS, st.sampled_from("])[")).map(
        "".join
    ),
)
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 6),
    st.sampled_from([0.5, -1.5, 2.5, "a", "b", "", "1", "true", [1], ["a"], {}]),
    st.dates(date(2026, 1, 1), date(2026, 1, 5)),
    st.just(datetime(2026, 1, 2, tzinfo=UTC)),
)


@given(
    rules=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=30),
    values=st.tuples(VALUES, VALUES),
)
@settings(max_examples=150)
def test_the_index_finds_the_rules_that_evaluating_every_cell_finds(rules, values):
    data = draw(table([("x", ""), ("y", "")], [(r, "1") for r in rules], policy="COLLECT"))
    model = load(data).model
    assert model is not None
    found = evaluate(model, "decision", dict(zip("xy", values, strict=True)), now=NOW)
    matched = [rule.number for rule in found.decisions[-1].table.rules]
    naive = [
        number
        for number, cells in enumerate(rules, start=1)
        if all(fits(cell, value) for cell, value in zip(cells, values, strict=True))
    ]
    assert matched == naive


def fits(cell: str, value: object) -> bool:
    if not cell:
        return True
    tests = compile_unary_tests(cell)
    return tests.explain(Environment({"?": value}, NOW)).value is True


@pytest.mark.parametrize(
    ("cell", "value"), [('"R{}"', "R77"), ("{}", 77), ("[{}..{}]", 77), ("> {}", -1)]
)
def test_of_10000_rules_none_is_evaluated_when_cells_are_plain(cell, value):
    index = ColumnIndex([read_plain(cell.format(i, i)) for i in range(10_000)])
    found = index.find(value)
    assert found.open == 0
    assert found.sure == (0 if value == -1 else 1 << 77)
