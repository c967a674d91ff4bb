"""Conditions: an expression whose value must be true or false."""

from __future__ import annotations

from bpmn.expressions.base import CompiledExpression, Environment, ExpressionError, Language
from bpmn.expressions.feel import compile_feel_expression


def evaluate_condition(condition: CompiledExpression, environment: Environment) -> bool:
    """Evaluate a condition of a flow, a loop or an event.

    A value that is neither true nor false is an error, as in both Camundas; Python, where
    every value is either, decides as Python does.

    Raises:
        ExpressionError: the evaluation failed, or ``condition-not-boolean``.
    """
    value = condition.evaluate(environment)
    if isinstance(value, bool):
        return value
    if condition.language is Language.PYTHON:
        return bool(value)
    if condition.language is not Language.FEEL and isinstance(value, str):
        word = value.strip().lower()
        if word in {"true", "false"}:
            return word == "true"
    raise _not_boolean(condition, environment, value)


def _not_boolean(
    condition: CompiledExpression, environment: Environment, value: object
) -> ExpressionError:
    shown = "null" if value is None else f"a {type(value).__name__}"
    position, reasons = None, ""
    if value is None and condition.language is Language.FEEL:
        notes = compile_feel_expression(condition.text).explain(environment).notes
        reasons = "".join(f" At {note.position}: {note.reason}." for note in notes[:3])
        position = notes[0].position if notes else None
    return ExpressionError(
        f"The condition gave {shown}, neither true nor false.{reasons}",
        code="condition-not-boolean",
        text=condition.text,
        position=position,
        hint="Compare it with a value, for example amount > 100.",
    )
