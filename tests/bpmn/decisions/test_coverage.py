from __future__ import annotations

import pytest

from bpmn.decisions import load
from tests.bpmn.decisions.drawing import draw, table

AGE = [("age", "number")]
BOTH = [("age", "integer"), ("is member", "boolean")]


def warnings(data: bytes) -> list[tuple[str, str]]:
    return [(p.code, p.message.partition(",")[0]) for p in load(data).problems]


@pytest.mark.parametrize(
    ("inputs", "cells", "gap"),
    [
        (AGE, ["< 18", "> 18"], "age = 18"),
        (AGE, ["[0..17]", "[18..99]"], "age = -1"),
        (AGE, ["<= 17", ">= 18"], "age = 17.5"),
        ([("sex", "boolean")], ["true"], "sex = false"),
        (
            [("day", "date")],
            ['< date("2026-01-01")', '> date("2026-01-02")'],
            'day = date("2026-01-01")',
        ),
    ],
)
def test_a_gap_is_told_with_an_input_that_shows_it(inputs, cells, gap):
    rules = [((cell,), "1") for cell in cells]
    assert warnings(draw(table(inputs, rules))) == [("table-gap", f"No rule matches when {gap}")]


@pytest.mark.parametrize(
    ("inputs", "cells"),
    [
        (AGE, ["< 18", ">= 18"]),
        (AGE, ["-"]),
        (AGE, ["<= 17", "? > 17"]),
        ([("age", "integer")], ["<= 17", ">= 18"]),
        ([("flag", "boolean")], ["true", "false"]),
        ([("text", "string")], ['"a"', '"b"']),
        ([("text", "string")], ['"a"', 'not("a")']),
    ],
)
def test_a_complete_table_has_no_warning(inputs, cells):
    assert warnings(draw(table(inputs, [((cell,), "1") for cell in cells]))) == []


def test_a_gap_over_two_columns_names_both_values():
    rules = [(("< 18", "-"), "1"), ((">= 18", "true"), "2")]
    (found,) = warnings(draw(table(BOTH, rules)))
    assert found == ("table-gap", "No rule matches when age = 18 and is member = false")


def test_allowed_values_bound_the_search():
    data = draw(
        '<itemDefinition name="tGrade"><typeRef>number</typeRef>'
        "<allowedValues><text>[1..6]</text></allowedValues></itemDefinition>",
        table([("grade", "tGrade")], [(("< 4",), '"passed"'), (("[4..5]",), '"failed"')]),
    )
    assert warnings(data) == [("table-gap", "No rule matches when grade = 6")]


def test_an_overlap_of_a_unique_table_names_both_rules():
    rules = [(("< 18", "-"), "1"), (("-", "true"), "2"), ((">= 18", "false"), "3")]
    (found,) = warnings(draw(table(BOTH, rules)))
    assert found[0] == "table-overlap"
    assert found[1] == "The rules 1 and 2 match both when age = 17 and is member = true"


def test_rules_of_an_any_table_may_overlap_when_they_agree():
    rules = [(("< 18",), "1"), (("-",), "1"), (("> 60",), "1")]
    assert warnings(draw(table(AGE, rules, policy="ANY"))) == []


def test_rules_of_an_any_table_that_contradict_are_named():
    rules = [(("-",), "1"), (("< 60",), "1"), (("> 60",), "2")]
    (found,) = warnings(draw(table(AGE, rules, policy="ANY")))
    assert found == ("table-overlap", "The rules 1 and 3 match both when age = 61")


@pytest.mark.parametrize("policy", ["FIRST", "PRIORITY", "RULE ORDER", "COLLECT"])
def test_other_hit_policies_may_overlap(policy):
    rules = [(("-",), "1"), (("< 5",), "2")]
    assert warnings(draw(table(AGE, rules, policy=policy, values="1, 2"))) == []


@pytest.mark.parametrize("policy", ["RULE ORDER", "OUTPUT ORDER", "COLLECT"])
def test_a_table_that_collects_may_have_gaps(policy):
    assert warnings(draw(table(AGE, [(("< 5",), "1")], policy=policy))) == []


def test_a_table_too_large_to_search_says_so():
    names = [(f"x{i}", "number") for i in range(12)]
    rules = [
        ([f"[{(r * 7 + i) % 50}..{(r * 7 + i) % 50 + 40}]" for i in range(12)], "1")
        for r in range(60)
    ]
    assert warnings(draw(table(names, rules)))[0][0] in {"table-not-checked", "table-gap"}
