"""The verb on decisions: evaluate."""

from __future__ import annotations

import argparse
import json

from engine.actor import SYSTEM
from engine.cli.opening import Verbs, add_variables, add_verb, opened
from engine.commands.evaluate_decision import Evaluated
from engine.runtime.decision_trace import shown, told


def add_verbs(verbs: Verbs) -> None:
    """Add ``evaluate``."""
    verb = add_verb(verbs, "evaluate", _evaluate, "Evaluate a deployed decision, and say why.")
    verb.add_argument("decision", metavar="DECISION", help="the id of the decision in its file")
    verb.add_argument(
        "--version", type=int, metavar="NUMBER", dest="decision_version", help="not the latest one"
    )
    verb.add_argument("--json", action="store_true", help="one JSON object instead of text")
    add_variables(verb)


def _evaluate(chosen: argparse.Namespace) -> int:
    with opened(chosen) as engine:
        evaluated = engine.evaluate_decision(
            chosen.decision,
            dict(chosen.variable),
            actor=SYSTEM,
            version=chosen.decision_version,
        )
    if chosen.json:
        found = told(evaluated.decision, evaluated.evaluation)
        print(json.dumps(found, indent=2, default=str, ensure_ascii=False))
    else:
        _print(evaluated)
    return 1 if evaluated.evaluation.failures else 0


def _print(evaluated: Evaluated) -> None:
    decision, evaluation = evaluated.decision, evaluated.evaluation
    print(f"{decision.name} version {decision.version}: {_text(evaluation.value)}")
    for made in evaluation.decisions:
        print(f"  {made.name or made.id} = {_text(made.value)}")
        if made.table is None:
            continue
        for tested in made.table.inputs:
            print(f"    {tested.label}: {_text(tested.value)}")
        for rule in made.table.rules:
            print(f"    rule {rule.number} -> {_text(rule.outputs)}")
    for remark in evaluation.remarks:
        print(f"  {remark.place.element_id}: {remark.reason}")


def _text(value: object) -> str:
    return json.dumps(shown(value), ensure_ascii=False, default=str)
