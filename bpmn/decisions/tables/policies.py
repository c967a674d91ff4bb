"""Hit policies: from the rules that match to the table's value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bpmn.decisions.feel import Scope, compile_literal
from bpmn.decisions.model import Aggregation, HitPolicy
from bpmn.expressions.feel import operations


class Violation(Exception):
    """The rules that match break the table's hit policy; the text says how."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that matches, with its evaluated outputs, one for each column."""

    rule: int
    outputs: tuple[object, ...]


Priorities = Sequence[Sequence[object]]
"""For each output column its values, the most important first; empty for a column without."""

Choose = Callable[[Sequence[Hit], Priorities], Sequence[Hit]]


def choose(policy: HitPolicy, hits: Sequence[Hit], priorities: Priorities) -> Sequence[Hit]:
    """Give the hits that count, in the order in which they count.

    Raises:
        Violation: two rules of a UNIQUE table match, or those of an ANY table differ.
    """
    return _CHOICES[policy](hits, priorities)


def _unique(hits: Sequence[Hit], _priorities: Priorities) -> Sequence[Hit]:
    if len(hits) > 1:
        rules = ", ".join(str(hit.rule + 1) for hit in hits[:10])
        raise Violation(f"the hit policy is UNIQUE, but the rules {rules} match")
    return hits


def _any(hits: Sequence[Hit], _priorities: Priorities) -> Sequence[Hit]:
    for hit in hits[1:]:
        if operations.equals(list(hit.outputs), list(hits[0].outputs)) is not True:
            pair = f"{hits[0].rule + 1} and {hit.rule + 1}"
            raise Violation(f"the hit policy is ANY, but the rules {pair} give different outputs")
    return hits[:1]


def _first(hits: Sequence[Hit], _priorities: Priorities) -> Sequence[Hit]:
    return hits[:1]


def _all(hits: Sequence[Hit], _priorities: Priorities) -> Sequence[Hit]:
    return hits


def _by_priority(hits: Sequence[Hit], priorities: Priorities) -> Sequence[Hit]:
    return sorted(hits, key=lambda hit: _ranks(hit, priorities))


def _ranks(hit: Hit, priorities: Priorities) -> tuple[int, ...]:
    return tuple(
        _rank(value, values) for value, values in zip(hit.outputs, priorities, strict=True)
    )


def _rank(value: object, values: Sequence[object]) -> int:
    for rank, candidate in enumerate(values):
        if operations.equals(value, candidate) is True:
            return rank
    return len(values)


_CHOICES: dict[HitPolicy, Choose] = {
    HitPolicy.UNIQUE: _unique,
    HitPolicy.FIRST: _first,
    HitPolicy.ANY: _any,
    HitPolicy.PRIORITY: lambda hits, priorities: _by_priority(hits, priorities)[:1],
    HitPolicy.RULE_ORDER: _all,
    HitPolicy.OUTPUT_ORDER: _by_priority,
    HitPolicy.COLLECT: _all,
}

SINGLE = frozenset({HitPolicy.UNIQUE, HitPolicy.FIRST, HitPolicy.ANY, HitPolicy.PRIORITY})
"""Policies whose value is that of one rule; the others give a list."""

_AGGREGATIONS = {
    Aggregation.SUM: compile_literal("sum(outputs)", ["outputs"]),
    Aggregation.MIN: compile_literal("min(outputs)", ["outputs"]),
    Aggregation.MAX: compile_literal("max(outputs)", ["outputs"]),
    Aggregation.COUNT: compile_literal("count(outputs)", ["outputs"]),
}


def aggregate(aggregation: Aggregation, outputs: list[object], scope: Scope) -> object:
    """Sum, count, or the smallest or largest of *outputs*, as FEEL's functions do it."""
    return _AGGREGATIONS[aggregation](scope.inner({"outputs": outputs}))
