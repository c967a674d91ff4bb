"""A decision's value by the names of its outputs, as Camunda 7 hands it on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from bpmn.decisions.errors import ResultNotPlain, ResultNotSingle
from bpmn.decisions.trace import Evaluation
from bpmn.expressions.faults import Fault
from bpmn.expressions.feel.values import to_plain


def output_values(outputs: Sequence[str], value: object) -> Mapping[str, object]:
    """The value of each output; of several rules the list of their values.

    Args:
        outputs: the names of a table's outputs; empty for another kind of decision.
        value: the decision's value.
    """
    if len(outputs) == 1:
        return {outputs[0]: value}
    if isinstance(value, list):
        rows = [row for row in value if isinstance(row, Mapping)]
        return {name: [row.get(name) for row in rows] for name in outputs}
    found = value if isinstance(value, Mapping) else {}
    return {name: found.get(name) for name in outputs}


class ResultMapping(StrEnum):
    """``camunda:mapDecisionResult``."""

    SINGLE_ENTRY = "singleEntry"
    SINGLE_RESULT = "singleResult"
    COLLECT_ENTRIES = "collectEntries"
    RESULT_LIST = "resultList"


def plain_result(evaluation: Evaluation) -> object:
    """A decision's value as a process variable: Camunda 8's result variable.

    Raises:
        ResultNotPlain: it holds a function or a range, or has too many parts.
    """
    return _plain(evaluation.value)


def _plain(value: object) -> object:
    try:
        return to_plain(value)
    except Fault as fault:
        raise ResultNotPlain(fault.message) from None


def map_result(evaluation: Evaluation, mapping: ResultMapping) -> object:
    """A decision's result as Camunda 7 puts it into the result variable, as plain values.

    Camunda 7's result is a list with one context for each rule that counts; an aggregation and
    an expression give one context with one entry.

    Raises:
        ResultNotSingle: the mapping wants one, and there are more.
        ResultNotPlain: as ``plain_result``.
    """
    rows = _rows(evaluation)
    if mapping is ResultMapping.RESULT_LIST:
        return _plain(rows)
    if mapping is ResultMapping.COLLECT_ENTRIES:
        _demand(mapping, max((len(row) for row in rows), default=0), "outputs")
        return _plain([value for row in rows for value in row.values()])
    _demand(mapping, len(rows), "rules")
    if not rows:
        return None
    if mapping is ResultMapping.SINGLE_RESULT:
        return _plain(rows[0])
    _demand(mapping, len(rows[0]), "outputs")
    return _plain(next(iter(rows[0].values()), None))


def _demand(mapping: ResultMapping, count: int, what: str) -> None:
    if count > 1:
        raise ResultNotSingle(mapping.value, count, what)


def _rows(evaluation: Evaluation) -> list[dict[str, object]]:
    """The rules that count as contexts, from the table that made the decision."""
    if not evaluation.decisions:
        return [{"result": evaluation.value}]
    made = evaluation.decisions[-1]
    table = made.table
    if table is None:
        return [{made.variable: evaluation.value}]
    if table.rules and not table.aggregation:
        return [dict(rule.outputs) for rule in table.rules]
    if evaluation.value is None:
        return []
    return [dict(output_values(table.outputs, evaluation.value))]
