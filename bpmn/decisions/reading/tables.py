"""Decision tables of the XML to the model."""

from __future__ import annotations

from enum import Enum
from typing import TypeVar

from bpmn.decisions.model import (
    Aggregation,
    DecisionTable,
    HitPolicy,
    Input,
    LiteralExpression,
    Output,
    Rule,
)
from bpmn.decisions.reading.texts import read_literal, type_ref
from bpmn.decisions.reading.xml import Node

E = TypeVar("E", bound=Enum)


def read_table(node: Node) -> DecisionTable:
    """A decision table, its rules checked to have a cell for each column."""
    inputs = tuple(_input(child) for child in node.children("input"))
    outputs = tuple(
        _output(child, number) for number, child in enumerate(node.children("output"), start=1)
    )
    if not outputs:
        node.refuse(
            "table-without-output",
            "The decision table has no output column.",
            "Add an output column.",
        )
    aggregation = _aggregation(node)
    if aggregation is not None and len(outputs) > 1:
        node.refuse(
            "table-aggregates-many-outputs",
            f"The table aggregates with {aggregation}, but has {len(outputs)} outputs.",
            "Leave one output column, or collect without an aggregation.",
        )
    return DecisionTable(
        id=node.id,
        type_ref=type_ref(node),
        line=node.line,
        hit_policy=_choice(node, "hitPolicy", HitPolicy) or HitPolicy.UNIQUE,
        aggregation=aggregation,
        inputs=inputs,
        outputs=outputs,
        rules=tuple(_rule(child, len(inputs), len(outputs)) for child in node.children("rule")),
        annotations=tuple(child.get("name") for child in node.children("annotation")),
        label=node.get("outputLabel"),
    )


def _aggregation(node: Node) -> Aggregation | None:
    found = _choice(node, "aggregation", Aggregation)
    policy = node.get("hitPolicy")
    if found is not None and policy != HitPolicy.COLLECT:
        node.refuse(
            "table-aggregates-without-collect",
            f"The table aggregates with {found}, but its hit policy is {policy or 'UNIQUE'}.",
            "Choose the hit policy COLLECT, or remove the aggregation.",
        )
        return None
    return found


def _choice(node: Node, attribute: str, choices: type[E]) -> E | None:
    text = node.get(attribute)
    if not text:
        return None
    try:
        return choices(text)
    except ValueError:
        known = ", ".join(str(choice.value) for choice in choices)
        node.refuse(
            f"table-{'hit-policy' if attribute == 'hitPolicy' else 'aggregation'}-unknown",
            f"The table's {attribute} is {text!r}.",
            f"Choose one of {known}.",
        )
        return None


def _input(node: Node) -> Input:
    found = node.child("inputExpression")
    expression = (
        LiteralExpression(line=node.line, text="") if found is None else read_literal(found)
    )
    if not expression.text:
        node.refuse(
            "input-without-expression",
            f"The input column {node.get('label') or node.id!r} has no expression.",
            "Write what the column tests, for example the name of a variable.",
        )
    return Input(
        id=node.id,
        line=node.line,
        label=node.get("label"),
        expression=expression,
        values=_values(node, "inputValues"),
        variable=node.camunda("inputVariable"),
    )


def _output(node: Node, number: int) -> Output:
    default = node.child("defaultOutputEntry")
    return Output(
        id=node.id,
        type_ref=type_ref(node),
        line=node.line,
        name=node.get("name") or node.get("label") or f"output {number}",
        label=node.get("label"),
        values=_values(node, "outputValues"),
        default=None if default is None else read_literal(default),
    )


def _values(node: Node, tag: str) -> str:
    found = node.child(tag)
    return "" if found is None else found.text()


def _rule(node: Node, inputs: int, outputs: int) -> Rule:
    tests = tuple(read_literal(child) for child in node.children("inputEntry"))
    results = tuple(read_literal(child) for child in node.children("outputEntry"))
    if len(tests) != inputs or len(results) != outputs:
        node.refuse(
            "rule-length",
            f"The rule has {len(tests)} input and {len(results)} output cells for "
            f"{inputs} and {outputs} columns.",
            "Fill every cell of the rule; '-' fits any input.",
        )
    notes = tuple(child.text() for child in node.children("annotationEntry"))
    described = node.text("description")
    return Rule(
        id=node.id,
        line=node.line,
        inputs=tests,
        outputs=results,
        annotations=notes or ((described,) if described else ()),
    )
