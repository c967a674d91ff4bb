from __future__ import annotations

import pytest

from bpmn.decisions import load
from bpmn.decisions.namespaces import DMN
from tests.bpmn.decisions.drawing import draw, literal, table

RULE = (("-",), "1")
X = [("x", "number")]


def codes(data: bytes) -> list[str]:
    return [problem.code for problem in load(data).problems]


@pytest.mark.parametrize("namespace", DMN)
def test_every_edition_of_dmn_is_read(namespace):
    assert codes(draw(literal("1 + 1"), namespace=namespace)) == []


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file-empty"),
        (b"not XML", "file-not-xml"),
        (b"<definitions/>", "file-not-dmn"),
        (b'<!DOCTYPE d [<!ENTITY a "b">]><d>&a;</d>', "file-has-doctype"),
        (draw(literal("1 +")), "decision-expression-syntax"),
        (draw(literal("nothing(1)")), "decision-function-unknown"),
        (draw(table(X, [RULE]).replace("UNIQUE", "ODD")), "table-hit-policy-unknown"),
        (draw(table(X, [(("< ",), "1")])), "decision-expression-syntax"),
        (draw(table(X, [(("1", "2"), "1")])), "rule-length"),
        (draw(table([("", "number")], [RULE])), "input-without-expression"),
        (
            draw(table(X, [RULE]).replace('<output name="result"></output>', "")),
            "table-without-output",
        ),
        (draw('<decision id="a" name="a"/>'), "decision-without-logic"),
        (draw('<decision name="a"/>'), "element-without-id"),
        (draw(literal("1"), literal("2")), "element-id-twice"),
        (draw("<unknown/>"), "element-unknown"),
        (draw('<itemDefinition name="a"><typeRef>b</typeRef></itemDefinition>'), "type-unknown"),
        (draw('<itemDefinition name="a"><typeRef>a</typeRef></itemDefinition>'), "type-endless"),
    ],
)
def test_what_is_wrong_has_a_code(data, code):
    assert code in codes(data)


def test_all_problems_are_told_at_once_with_element_and_line():
    loaded = load(draw(literal("1 +", name="one"), literal("* 2", name="two")))
    assert [(p.element_id, p.line) for p in loaded.problems] == [("one", 2), ("two", 3)]
    assert all(problem.hint or "Expected" in problem.message for problem in loaded.problems)


def test_a_decision_with_an_error_is_null_and_the_others_work(decisions):
    model = load(draw(literal("1 +", name="one"), literal("2", name="two"))).model
    from_one, from_two = (decisions.of(model).explain(key) for key in ("one", "two"))
    assert (from_one.value, from_two.value) == (None, 2)
    assert "Expected" in from_one.remarks[0].reason


@pytest.mark.parametrize("kind", ["Java", "PMML"])
def test_functions_of_other_kinds_are_refused_by_name(kind):
    data = draw(
        f'<businessKnowledgeModel id="f" name="f"><encapsulatedLogic kind="{kind}"/>'
        "</businessKnowledgeModel>"
    )
    (problem,) = load(data).problems
    assert problem.code == "function-kind-unsupported"
    assert kind in problem.message


def test_an_unknown_expression_language_is_refused_by_name():
    text = literal("1").replace(
        "<literalExpression>", '<literalExpression expressionLanguage="groovy">'
    )
    (problem,) = load(draw(text)).problems
    assert (problem.code, "groovy" in problem.message) == ("decision-language-unknown", True)


def test_decisions_in_a_circle_are_refused_and_give_null(decisions):
    need = '<informationRequirement><requiredDecision href="#{}"/></informationRequirement>'
    circle = [
        literal("1", name=me).replace("<literal", need.format(other) + "<literal", 1)
        for me, other in (("a", "b"), ("b", "c"), ("c", "a"))
    ]
    loaded = load(draw(*circle))
    assert [p.code for p in loaded.problems] == ["decision-cycle"]
    assert "'a' -> 'b' -> 'c' -> 'a'" in loaded.problems[0].message
    assert decisions.of(loaded.model).decide("a") == 1


def test_a_long_chain_of_decisions_needs_no_recursion(decisions):
    need = '<informationRequirement><requiredDecision href="#d{}"/></informationRequirement>'
    chain = [
        literal(f"d{i - 1} + 1", name=f"d{i}").replace("<lit", need.format(i - 1) + "<lit", 1)
        for i in range(1, 2_000)
    ]
    model = load(draw(literal("0", name="d0"), *chain)).model
    assert decisions.of(model).decide("d1999") == 1999
