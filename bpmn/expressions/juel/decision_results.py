"""What the result of a decision offers: a list of matched rules, each a map of its outputs.

The names are those of Camunda 7's ``DmnDecisionResult`` and ``DmnDecisionResultEntries``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bpmn.expressions.faults import Fault
from bpmn.expressions.juel.coercion import to_text

Rules = Sequence[Mapping[str, object]]


def _single_result(rules: Rules) -> Mapping[str, object] | None:
    if len(rules) > 1:
        raise Fault(
            f"getSingleResult() was called on a result of {len(rules)} rules.",
            hint="Use getFirstResult(), collectEntries(name), or the hit policy UNIQUE or FIRST.",
        )
    return rules[0] if rules else None


def _first_result(rules: Rules) -> Mapping[str, object] | None:
    return rules[0] if rules else None


def _single_entry_of_rules(rules: Rules) -> object:
    rule = _single_result(rules)
    return None if rule is None else _single_entry(rule)


def _collect_entries(rules: Rules, output: object) -> list[object]:
    name = to_text(output)
    return [rule[name] for rule in rules if name in rule]


def _single_entry(rule: Mapping[str, object]) -> object:
    if len(rule) > 1:
        raise Fault(
            f"getSingleEntry() was called on a rule with {len(rule)} outputs.",
            hint=f"Name one of them: {', '.join(rule)}.",
        )
    return _first_entry(rule)


def _first_entry(rule: Mapping[str, object]) -> object:
    return next(iter(rule.values()), None)


OF_RULES: Mapping[str, Callable[..., object]] = {
    "collectEntries": _collect_entries,
    "getFirstResult": _first_result,
    "getResultList": lambda rules: rules,
    "getSingleEntry": _single_entry_of_rules,
    "getSingleResult": _single_result,
}
"""Methods of a list."""

OF_RULE: Mapping[str, Callable[..., object]] = {
    "getEntry": lambda rule, output: rule.get(to_text(output)),
    "getEntryMap": lambda rule: rule,
    "getFirstEntry": _first_entry,
    "getSingleEntry": _single_entry,
}
"""Methods of a map."""

PROPERTIES: Mapping[str, Callable[..., object]] = {
    "firstResult": _first_result,
    "resultList": lambda rules: rules,
    "singleEntry": _single_entry_of_rules,
    "singleResult": _single_result,
}
"""Properties of a list; a map's are its entries."""
