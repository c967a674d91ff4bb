"""Expressions and scripts of diagrams: one interface over JUEL, FEEL and Python.

language = detect_language("${amount > 100}", declared=None, dialect="camunda7")
expression = compile_expression("${amount > 100}", language)
expression.evaluate(Environment(variables={"amount": 120}, now=now))  # True
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import lru_cache

from bpmn.expressions.base import (
    BpmnErrorThrown,
    CompiledExpression,
    CompiledScript,
    Environment,
    ExpressionError,
    Language,
    ScriptError,
)
from bpmn.expressions.beans import Bean, TableBean
from bpmn.expressions.compiled import Compiled
from bpmn.expressions.conditions import evaluate_condition
from bpmn.expressions.execution import ExecutionBean
from bpmn.expressions.faults import Fault
from bpmn.expressions.feel import compile_feel
from bpmn.expressions.juel import compile_juel
from bpmn.expressions.juel.checking import check_functions
from bpmn.expressions.juel.script import ExpressionScript
from bpmn.expressions.languages import detect_language, script_language
from bpmn.expressions.python import compile_python, compile_python_script

__all__ = [
    "Bean",
    "BpmnErrorThrown",
    "CompiledExpression",
    "CompiledScript",
    "Environment",
    "ExecutionBean",
    "ExpressionError",
    "Language",
    "ScriptError",
    "TableBean",
    "compile_expression",
    "compile_script",
    "detect_language",
    "evaluate_condition",
    "validate_expression",
]

CACHED = 4_096
"""Compiled texts that are kept; the least recently used goes first."""


def _literal(text: str) -> Compiled:
    return Compiled(text, Language.LITERAL, frozenset(), lambda _environment: text)


_COMPILERS: dict[Language, Callable[[str], Compiled]] = {
    Language.JUEL: compile_juel,
    Language.FEEL: compile_feel,
    Language.PYTHON: compile_python,
    Language.LITERAL: _literal,
}


def compile_expression(
    text: str, language: Language | str | None = None, *, default: Language = Language.JUEL
) -> CompiledExpression:
    """Compile an expression; the same text and language give the same object.

    Args:
        text: as drawn.
        language: what ``detect_language`` said, or its value.
        default: for ``None``.

    Raises:
        ExpressionError: it cannot be read, or ``language-unknown``.
    """
    return _compiled(text, _language(text, language or default))


def _language(text: str, language: Language | str) -> Language:
    try:
        return Language(language)
    except ValueError:
        raise ExpressionError(
            f"The expression language '{language}' is not available.",
            code="language-unknown",
            text=text,
            hint="Use juel, feel or python.",
        ) from None


@lru_cache(maxsize=CACHED)
def _compiled(text: str, language: Language) -> Compiled:
    return _COMPILERS[language](text)


def validate_expression(
    text: str, language: Language | str | None = None, *, functions: Collection[str] | None = None
) -> None:
    """Refuse what cannot work, before anything runs.

    Args:
        text: as drawn.
        language: as in ``compile_expression``.
        functions: what the host registered; ``None`` when that is not known yet, so that
            functions which only a host could have are not checked.

    Raises:
        ExpressionError: with the position, as ``compile_expression``, and for JUEL also
            ``method-unknown`` and ``function-unknown``.
    """
    compiled = compile_expression(text, language)
    if compiled.language is Language.JUEL and functions is not None:
        try:
            check_functions(text, functions)
        except Fault as fault:
            raise fault.as_error(text) from fault


@lru_cache(maxsize=CACHED)
def compile_script(text: str, script_format: str | None) -> CompiledScript:
    """Compile a script; the same text and format give the same object.

    Args:
        text: as drawn.
        script_format: ``python``, ``feel`` or ``juel``; for the last two the value is the result.

    Raises:
        ScriptError: it cannot be read, or ``script-format-unknown`` with what to use instead.
        ExpressionError: the expression of a FEEL or JUEL script cannot be read.
    """
    language = script_language(script_format)
    if language is Language.PYTHON:
        return compile_python_script(text)
    return ExpressionScript(_compiled(text, language))
