"""Expressions: formal where they are executed, conditions that can be true or false."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bpmn.loading.constraints.file import Breach, File
from bpmn.names import XSI, local

_TYPE = f"{{{XSI}}}type"
_EXECUTED = (
    "conditionExpression",
    "timeDate",
    "timeDuration",
    "timeCycle",
    "loopCondition",
    "loopCardinality",
    "completionCondition",
    "activationCondition",
    "transformation",
)
_CONDITIONS = (
    "conditionExpression",
    "condition",
    "loopCondition",
    "completionCondition",
    "activationCondition",
)
_CONSTANT = re.compile(r"\s*(?:[$#]\{|=)?\s*([+-]?\d+(?:\.\d+)?|\"[^\"]*\"|'[^']*')\s*\}?\s*")


def executable_expressions_are_formal(file: File) -> Iterator[Breach]:
    """An expression that is not formal is prose, which nothing can execute (p. 87)."""
    for each in file.all(*_EXECUTED):
        if not each.get(_TYPE, "").endswith("tFormalExpression"):
            yield Breach(
                "expression-informal",
                each,
                f"The {local(each)} {(each.text or '').strip()!r} is not marked as a formal "
                "expression, so by the schema that the file names it is a text for people.",
                'Give it xsi:type="tFormalExpression".',
            )


def condition_is_no_constant(file: File) -> Iterator[Breach]:
    """A number or a text is neither true nor false (p. 87, 97)."""
    for each in file.all(*_CONDITIONS):
        found = _CONSTANT.fullmatch(each.text or "")
        if found:
            yield Breach(
                "condition-constant",
                each,
                f"The {local(each)} is always {found[1]}, which is neither true nor false.",
                "Write an expression that is true or false.",
            )
