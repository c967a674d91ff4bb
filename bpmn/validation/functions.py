"""Functions in expressions that neither the language nor the host has."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from bpmn.expressions import ExpressionError, compile_expression, validate_expression
from bpmn.model import Expression, Problem, ProcessModel
from bpmn.validation.expressions import expression_problem, texts


def unknown_functions(model: ProcessModel, functions: Collection[str]) -> Iterator[Problem]:
    """Every call in a JUEL expression is of a function that exists.

    Args:
        model: the process.
        functions: names that the host registered.
    """
    for at, text in texts(model):
        if not isinstance(text, Expression) or text.language == "variable":
            continue
        try:
            compile_expression(text.text, text.language)
        except ExpressionError:
            continue  # Already told: it cannot be read at all.
        try:
            validate_expression(text.text, text.language, functions=functions)
        except ExpressionError as error:
            yield expression_problem(at, error, text.line)
