"""What an evaluation did: for people, for the history, and for drawing the matched rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bpmn.decisions.feel import Remark


@dataclass(frozen=True, slots=True)
class TestedInput:
    """The value of one input column; *id* is that of the column."""

    id: str
    label: str
    value: object


@dataclass(frozen=True, slots=True)
class MatchedRule:
    """A rule that matched and counted.

    Attributes:
        id: as drawn, "" for none.
        number: 1-based row.
        outputs: by the name of the column.
        annotations: as drawn.
    """

    id: str
    number: int
    outputs: Mapping[str, object]
    annotations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableTrace:
    """One evaluation of a table; *value* is what its hit policy made of the rules.

    ``rules`` are in the order in which they count: by priority for PRIORITY and OUTPUT ORDER.
    ``outputs`` are the names of the columns.
    """

    id: str
    hit_policy: str
    aggregation: str
    outputs: tuple[str, ...]
    inputs: tuple[TestedInput, ...]
    rules: tuple[MatchedRule, ...]
    value: object


@dataclass(frozen=True, slots=True)
class DecisionTrace:
    """One decision that was made.

    Attributes:
        id: as drawn.
        name: as drawn.
        value: its value.
        variable: the name of its variable.
        inputs: the values of what it requires, by name.
        table: the table that is its logic, ``None`` for another kind of logic.
        tables: the tables that it evaluated, also those of knowledge models that it called.
        remarks: why something in it is null.
    """

    id: str
    name: str
    value: object
    variable: str
    inputs: Mapping[str, object]
    table: TableTrace | None
    tables: tuple[TableTrace, ...]
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A value and how it came about.

    Attributes:
        value: as FEEL has it: decimals, dates, durations, ``Months``, ranges, functions, lists
            and contexts; ``plain_result`` and ``map_result`` make variables of it.
        decisions: in the order in which they were made; the one asked for is the last.
        remarks: all remarks, also those on inputs.
    """

    value: object
    decisions: tuple[DecisionTrace, ...]
    remarks: tuple[Remark, ...]

    @property
    def failures(self) -> tuple[Remark, ...]:
        """What went wrong with the decision itself; see ``Remark.is_failure``."""
        return tuple(remark for remark in self.remarks if remark.is_failure)
