"""DMN 1.1 to 1.5: open decision files, evaluate decisions, explain them.

loaded = load(data)
evaluation = evaluate(loaded.model, "Decision_discount", {"amount": 120}, now=now)
evaluation.value, evaluation.decisions[-1].tables[0].rules
"""

from __future__ import annotations

from bpmn.decisions.errors import DecisionNotFound, ResultNotPlain, ResultNotSingle
from bpmn.decisions.evaluating import evaluate
from bpmn.decisions.feel import Place, Remark
from bpmn.decisions.loading import Loaded, load
from bpmn.decisions.model import Decision, DecisionTable, LiteralExpression
from bpmn.decisions.needs import Need, needs
from bpmn.decisions.outputs import ResultMapping, map_result, output_values, plain_result
from bpmn.decisions.program import DecisionModel
from bpmn.decisions.trace import (
    DecisionTrace,
    Evaluation,
    MatchedRule,
    TableTrace,
    TestedInput,
)

__all__ = [
    "Decision",
    "DecisionModel",
    "DecisionNotFound",
    "DecisionTable",
    "DecisionTrace",
    "Evaluation",
    "LiteralExpression",
    "Loaded",
    "MatchedRule",
    "Need",
    "Place",
    "Remark",
    "ResultMapping",
    "ResultNotPlain",
    "ResultNotSingle",
    "TableTrace",
    "TestedInput",
    "evaluate",
    "load",
    "map_result",
    "needs",
    "output_values",
    "plain_result",
]
