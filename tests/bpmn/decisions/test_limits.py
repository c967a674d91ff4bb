from __future__ import annotations

import pytest

from bpmn.decisions import load
from tests.bpmn.decisions.drawing import draw, literal, table

KNOW = '<knowledgeRequirement><requiredKnowledge href="#f"/></knowledgeRequirement>'


def model_of(logic: str, text: str):
    return load(
        draw(
            '<businessKnowledgeModel id="f" name="f"><encapsulatedLogic>'
            f'<formalParameter name="n"/>{logic}</encapsulatedLogic></businessKnowledgeModel>',
            literal(text).replace("<literal", KNOW + "<literal", 1),
        )
    ).model


def logic_of(decision: str) -> str:
    start, end = decision.index(">") + 1, decision.rindex("</decision>")
    return decision[start:end]


def test_a_table_inside_of_a_loop_stops_at_the_limit(decisions):
    rules = [((f"? * 2 = {i}",), "1") for i in range(300)]
    logic = logic_of(table([("n", "")], rules))
    found = decisions.of(model_of(logic, "for i in 1..10000 return f(i)")).explain("decision")
    assert found.value is None
    assert "more than" in found.failures[0].reason


def test_calls_that_double_stop_at_the_limit(decisions):
    text = "if n &gt; 40 then 1 else f(n + 1) + f(n + 1)"
    logic = f"<literalExpression><text>{text}</text></literalExpression>"
    found = decisions.of(model_of(logic, "f(1)")).explain("decision")
    assert found.value is None
    assert found.failures


@pytest.mark.parametrize("count", [3_000])
def test_a_context_of_thousands_of_names_is_read(decisions, count):
    entries = "".join(
        f'<contextEntry><variable name="my x{i}"/><literalExpression><text>'
        f"{f'my x{i - 1} + 1' if i else 0}</text></literalExpression></contextEntry>"
        for i in range(count)
    )
    decision = f'<decision id="decision" name="d"><context>{entries}</context></decision>'
    # Past the limit of compared names some texts cannot be read, and that is told.
    loaded = load(draw(decision))
    assert loaded.is_deployable or loaded.problems[0].code == "decision-expression-syntax"


def test_constraints_share_the_budget_of_the_evaluation(decisions):
    kind = (
        '<itemDefinition name="t" isCollection="true"><typeRef>number</typeRef><allowedValues>'
        "<text>every x in 1..1000 satisfies x > ?</text></allowedValues></itemDefinition>"
    )
    logic = literal("for i in 1..10000 return -i").replace(
        "<literal", '<variable name="decision" typeRef="t"/><literal', 1
    )
    found = decisions.of(load(draw(kind, logic)).model).explain("decision")
    assert "more than" in found.failures[0].reason
