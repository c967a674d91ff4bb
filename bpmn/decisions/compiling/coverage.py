"""Warns of tables with gaps and overlaps, with an input that shows them."""

from __future__ import annotations

from collections.abc import Sequence

from bpmn.decisions.compiling.core import Compilation
from bpmn.decisions.kinds import Kind, Limited, Reference, Simple
from bpmn.decisions.model import DecisionTable, HitPolicy, Input
from bpmn.decisions.tables.cells import Plain, read_plain
from bpmn.decisions.tables.coverage import Axis, TooLarge, find_conflict, find_gap
from bpmn.decisions.tables.index import ColumnIndex
from bpmn.decisions.tables.policies import SINGLE
from bpmn.model import Problem, Severity

_WHOLE = frozenset({"integer", "long"})


def axis_of(drawn: Input, index: ColumnIndex, cells: Sequence[Plain | None], kind: Kind) -> Axis:
    """What the search for gaps needs to know of a column."""
    allowed = drawn.values
    for _ in range(20):  # A type may be named by another name, some times over.
        if isinstance(kind, Limited):
            allowed, kind = allowed or kind.text, kind.base
        elif isinstance(kind, Reference):
            kind = kind.find()
    return Axis(
        label=drawn.label or drawn.expression.text,
        index=index,
        cells=cells,
        allowed=read_plain(allowed) if allowed else None,
        is_boolean=isinstance(kind, Simple) and kind.name == "boolean",
        is_whole=drawn.expression.type_ref in _WHOLE,
    )


def check_coverage(compilation: Compilation, table: DecisionTable, axes: Sequence[Axis]) -> None:
    """Report a gap and an overlap of a table, and when it is too large to find them."""
    if not axes or not table.rules:
        return
    try:
        _check_gap(compilation, table, axes)
        _check_overlap(compilation, table, axes)
    except TooLarge:
        _report(
            compilation,
            table,
            Severity.INFO,
            (
                "table-not-checked",
                f"The table has {len(table.rules)} rules, too many to look for gaps and overlaps.",
                "",
            ),
        )


def _check_gap(compilation: Compilation, table: DecisionTable, axes: Sequence[Axis]) -> None:
    if table.hit_policy not in SINGLE or any(o.default is not None for o in table.outputs):
        return
    compilation.steps.begin()
    gap = find_gap(axes, len(table.rules), compilation.steps)
    if gap is None:
        return
    message = f"No rule matches when {gap.text}, so the decision is null then."
    hint = "Add a rule for it, or a default output."
    _report(compilation, table, Severity.WARNING, ("table-gap", message, hint))


def _check_overlap(compilation: Compilation, table: DecisionTable, axes: Sequence[Axis]) -> None:
    if table.hit_policy not in {HitPolicy.UNIQUE, HitPolicy.ANY}:
        return
    compilation.steps.begin()
    outputs: list[object] = list(range(len(table.rules)))
    but = "the hit policy is UNIQUE"
    if table.hit_policy is HitPolicy.ANY:
        outputs = [tuple(entry.text.strip() for entry in rule.outputs) for rule in table.rules]
        but = "they give different outputs and the hit policy is ANY"
    overlap = find_conflict(axes, outputs, compilation.steps)
    if overlap is None:
        return
    first, second = overlap.rules
    message = (
        f"The rules {first} and {second} match both when {overlap.text or 'anything is given'}, "
        f"but {but}, so the decision is null then."
    )
    hint = "Make the rules differ, or choose another hit policy, such as FIRST."
    _report(compilation, table, Severity.WARNING, ("table-overlap", message, hint))


def _report(
    compilation: Compilation,
    table: DecisionTable,
    severity: Severity,
    words: tuple[str, str, str],
) -> None:
    code, message, hint = words
    compilation.report(severity, Problem(code, message, hint, line=table.line))
