"""An evaluation as data of the history: what was asked, which rules matched, what came out.

The size is bounded, whatever the decision works on: long texts and lists are shortened, and of
many rules the first are kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta

from bpmn.decisions import DecisionTrace, Evaluation, MatchedRule, Remark, TableTrace
from bpmn.expressions.faults import Fault
from bpmn.expressions.feel.values import to_plain
from engine.runtime.decisions import DeployedDecision

MAX_TEXT = 300
MAX_ITEMS = 30
MAX_DEPTH = 6
MAX_RULES = 50
MAX_DECISIONS = 50
MAX_PARTS = 2_000
"""Values in one event; what is beyond is told as `CUT`."""

CUT = "…"
_PLAIN = (bool, int, float, type(None), date, time, timedelta)


def told(decision: DeployedDecision, evaluation: Evaluation) -> dict[str, object]:
    """Data of a ``decision-evaluated`` event.

    ``decision``, ``name``, ``version`` and ``definition`` say which; ``value`` is the result;
    ``decisions`` are those made, the one asked for last: ``id``, ``name``, ``value``, and of a
    table ``hit_policy``, ``inputs`` (``label``, ``value``) and ``rules`` (``id``, ``number``,
    ``outputs``, ``annotations``); ``remarks`` (``element``, ``reason``) say why something is null.
    """
    teller = _Teller()
    return {
        "decision": decision.decision_id,
        "name": decision.name,
        "version": decision.version,
        "definition": decision.id,
        "value": teller.value(evaluation.value),
        "decisions": [teller.decision(made) for made in evaluation.decisions[-MAX_DECISIONS:]],
        "remarks": [_remark(remark) for remark in evaluation.remarks[:MAX_ITEMS]],
    }


def shown(value: object) -> object:
    """A value of FEEL as plain data of bounded size."""
    return _Teller().value(value)


class _Teller:
    """Shortens the values of one event, which share its room."""

    def __init__(self) -> None:
        self._left = MAX_PARTS

    def decision(self, made: DecisionTrace) -> dict[str, object]:
        found: dict[str, object] = {"id": made.id, "name": made.name}
        found["value"] = self.value(made.value)
        if made.table is not None:
            found.update(self._table(made.table))
        return found

    def _table(self, table: TableTrace) -> dict[str, object]:
        return {
            "hit_policy": table.hit_policy,
            "inputs": [
                {"label": tested.label, "value": self.value(tested.value)}
                for tested in table.inputs[:MAX_ITEMS]
            ],
            "rules": [self._rule(rule) for rule in table.rules[:MAX_RULES]],
        }

    def _rule(self, rule: MatchedRule) -> dict[str, object]:
        outputs = {name: self.value(value) for name, value in rule.outputs.items()}
        found: dict[str, object] = {"id": rule.id, "number": rule.number, "outputs": outputs}
        if notes := [_short(note) for note in rule.annotations if note]:
            found["annotations"] = notes
        return found

    def value(self, value: object, depth: int = MAX_DEPTH) -> object:
        self._left -= 1
        if self._left < 0 or not depth:
            return CUT
        if isinstance(value, str):
            return _short(value)
        if isinstance(value, Mapping):
            return self._mapping(value, depth)
        if isinstance(value, (list, tuple)):
            return self._list(value, depth)
        return value if isinstance(value, _PLAIN) else _plain(value)

    def _mapping(self, value: Mapping[object, object], depth: int) -> object:
        items = list(value.items())[:MAX_ITEMS]
        found = {_short(str(name)): self.value(item, depth - 1) for name, item in items}
        return found if len(value) <= MAX_ITEMS else {**found, CUT: len(value)}

    def _list(self, value: Sequence[object], depth: int) -> object:
        found = [self.value(item, depth - 1) for item in value[:MAX_ITEMS]]
        return found if len(value) <= MAX_ITEMS else [*found, CUT]


def _remark(remark: Remark) -> dict[str, object]:
    return {"element": remark.place.element_id, "reason": _short(remark.reason)}


def _short(text: str) -> str:
    return text if len(text) <= MAX_TEXT else text[:MAX_TEXT] + CUT


def _plain(value: object) -> object:
    """Numbers and durations as variables have them; what no variable holds as a word."""
    try:
        return to_plain(value)
    except Fault:
        return f"({type(value).__name__.lower()})"
