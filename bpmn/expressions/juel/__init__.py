"""JUEL, the expression language of Camunda 7 diagrams: the part that diagrams use.

``compile_juel`` for expressions and texts, ``compile_juel_script`` for script tasks. Values are
reached by whitelists only: no Java class, no attribute of a Python object.
"""

from __future__ import annotations

from bpmn.expressions.base import Language
from bpmn.expressions.compiled import Compiled, checked_compile
from bpmn.expressions.juel.compiler import build


def compile_juel(text: str) -> Compiled:
    """Compile ``${...}``, ``#{...}`` or a text that holds them.

    A single expression gives its value; every other text gives a string.

    Raises:
        ExpressionError: it cannot be read (``expression-syntax``).
    """
    return checked_compile(text, Language.JUEL, build)
