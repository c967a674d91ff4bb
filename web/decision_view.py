"""Decisions as pages show them: tables in plain HTML, results, and the rules that matched."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from flask import Flask

from bpmn.decisions import (
    Decision,
    DecisionModel,
    DecisionTable,
    DecisionTrace,
    Evaluation,
    LiteralExpression,
)
from engine.runtime.decision_trace import shown


@dataclass(frozen=True, slots=True)
class RuleView:
    """One row of a table: the texts of its cells, and whether it matched."""

    id: str
    number: int
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    note: str
    is_matched: bool


@dataclass(frozen=True, slots=True)
class DecisionView:
    """One decision in words.

    Attributes:
        table: whether it is a decision table; else ``text`` is its expression, if it is one.
        inputs: headings of the input columns.
        outputs: headings of the output columns.
        needs: names of what it requires.
        made: what the evaluation did with it, ``None`` without one.
    """

    id: str
    name: str
    table: DecisionTable | None
    text: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    rules: tuple[RuleView, ...]
    needs: tuple[str, ...]
    made: DecisionTrace | None


def init_app(app: Flask) -> None:
    """Make the filters known to the templates."""
    app.add_template_filter(value_words)
    app.add_template_filter(outputs_words)


def value_words(value: object) -> str:
    """A value of FEEL or of the history for people: texts as they are, the rest as JSON."""
    plain = shown(value)
    if isinstance(plain, str):
        return plain
    return json.dumps(plain, ensure_ascii=False, default=str)


def outputs_words(value: object) -> str:
    """``desk = Managers, days = 2`` for a context, else the value itself."""
    plain = shown(value)
    if isinstance(plain, dict):
        return ", ".join(f"{name} = {value_words(part)}" for name, part in plain.items())
    return value_words(plain)


def views(
    model: DecisionModel, asked: str, evaluation: Evaluation | None
) -> tuple[DecisionView, ...]:
    """The decision *asked* first, then those of its file that it requires, the nearest first."""
    made = {trace.id: trace for trace in evaluation.decisions} if evaluation else {}
    drawn = {decision.id: decision for decision in model.definitions.decisions}
    return tuple(_view(model, drawn[ref], made.get(ref)) for ref in _reached(drawn, asked))


def matched(evaluation: Evaluation | None) -> str:
    """Ids of all rules that matched, as a JSON list for the drawing."""
    traces = evaluation.decisions if evaluation else ()
    rules = [rule.id for made in traces for table in made.tables for rule in table.rules]
    return json.dumps([rule for rule in rules if rule])


def _reached(drawn: dict[str, Decision], asked: str) -> list[str]:
    found = [asked]
    for ref in found:
        required = (name.rpartition("#")[2] for name in drawn[ref].requires)
        found += [name for name in dict.fromkeys(required) if name in drawn and name not in found]
    return found


def _view(model: DecisionModel, drawn: Decision, made: DecisionTrace | None) -> DecisionView:
    logic = drawn.logic
    table = logic if isinstance(logic, DecisionTable) else None
    hits = {rule.number for rule in made.table.rules} if made and made.table else set()
    return DecisionView(
        id=drawn.id,
        name=drawn.name or drawn.id,
        table=table,
        text=logic.text if isinstance(logic, LiteralExpression) else "",
        inputs=tuple(i.label or i.expression.text for i in table.inputs) if table else (),
        outputs=tuple(o.label or o.name for o in table.outputs) if table else (),
        rules=tuple(_rules(table, hits)) if table else (),
        needs=tuple(_names(model, drawn)),
        made=made,
    )


def _rules(table: DecisionTable, hits: set[int]) -> Iterable[RuleView]:
    for number, rule in enumerate(table.rules, 1):
        yield RuleView(
            id=rule.id,
            number=number,
            inputs=tuple(cell.text or "-" for cell in rule.inputs),
            outputs=tuple(cell.text for cell in rule.outputs),
            note=" ".join(note for note in rule.annotations if note),
            is_matched=number in hits,
        )


def _names(model: DecisionModel, drawn: Decision) -> Iterable[str]:
    for ref in (*drawn.requires, *drawn.knows):
        element = model.library.element(ref)
        if element is not None:
            yield element.name or element.id
