from __future__ import annotations

from decimal import Decimal

import pytest


@pytest.fixture
def table(decisions):
    return decisions("hit_policies.dmn")


@pytest.mark.parametrize(
    ("decision", "amount", "value"),
    [
        ("unique", 50, "small"),
        ("unique", 100, "medium"),
        ("unique", 1001, "large"),
        ("first", 200, {"size": "big", "fee": 20}),
        ("first", 50, {"size": "any", "fee": 0}),
        ("any", 25, "big"),
        ("priority", 5000, "refuse"),
        ("priority", 500, "ask"),
        ("priority", 5, "accept"),
        ("rule_order", 500, ["invoice", "contract", "receipt"]),
        ("rule_order", 7, ["receipt"]),
        ("output_order", 500, ["receipt", "contract", "invoice"]),
        ("sum", 500, Decimal("0.3")),
        ("min", 500, 3),
        ("max", 500, 7),
        ("count", 500, 2),
        ("default", 5, "few"),
        ("default", 4, "unknown"),
    ],
)
def test_a_hit_policy_chooses_among_the_rules_that_match(table, decision, amount, value):
    assert table.decide(decision, amount=amount) == value


@pytest.mark.parametrize(
    ("decision", "amount", "reason"),
    [
        ("unique", 1000, "the hit policy is UNIQUE, but the rules 2, 3 match"),
        ("any", 31, "the hit policy is ANY, but the rules 1 and 3 give different outputs"),
        ("rule_order", 1, "no rule matches"),
        ("sum", 1, "no rule matches"),
    ],
)
def test_a_table_without_an_answer_is_null_and_says_why(table, decision, amount, reason):
    found = table.explain(decision, amount=amount)
    assert found.value is None
    assert [remark.reason for remark in found.remarks] == [reason]


def test_the_trace_names_the_matched_rules_in_the_order_in_which_they_count(table):
    found = table.explain("priority", amount=5000)
    (trace,) = found.decisions[-1].tables
    assert [rule.id for rule in trace.rules] == ["priority_3"]
    assert trace.rules[0].number == 3
    assert trace.rules[0].outputs == {"check": "refuse"}


def test_the_trace_keeps_inputs_and_annotations(table):
    (trace,) = table.explain("unique", amount=50).decisions[-1].tables
    assert [(i.label, i.value) for i in trace.inputs] == [("Amount", 50)]
    assert trace.rules[0].annotations == ("pays cash",)


def test_a_null_input_matches_no_comparison(table):
    assert table.decide("unique", amount=None) is None
    assert table.decide("first", amount=None) == {"size": "any", "fee": 0}


def test_a_violated_hit_policy_is_a_failure_and_a_missing_rule_is_not(table):
    assert len(table.explain("unique", amount=1000).failures) == 1
    assert table.explain("rule_order", amount=1).failures == ()
