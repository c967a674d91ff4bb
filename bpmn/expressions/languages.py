"""Which language a text is in: what the diagram declares, else what its dialect means."""

from __future__ import annotations

import re

from bpmn.expressions.base import ExpressionError, Language, ScriptError

_DELIMITED = re.compile(r"[$#]\{")
# BPMN's own default (formal/2011-01-03, table 8.1), which every modeler writes and none means.
_UNDECLARED = frozenset({"", "http://www.w3.org/1999/xpath", "https://www.w3.org/1999/xpath"})
_ALIASES = {
    "juel": Language.JUEL,
    "el": Language.JUEL,
    "unified-expression-language": Language.JUEL,
    "http://www.jcp.org/en/jsr/detail?id=245": Language.JUEL,
    "feel": Language.FEEL,
    "python": Language.PYTHON,
    "python3": Language.PYTHON,
    "text/x-python": Language.PYTHON,
    "application/x-python": Language.PYTHON,
    "http://www.python.org/": Language.PYTHON,
    "https://www.python.org/": Language.PYTHON,
    "literal": Language.LITERAL,
}
_MIGRATIONS = {
    "groovy": "Rewrite it in FEEL or Python, or call an external task.",
    "javascript": "Rewrite it in FEEL or Python, or call an external task.",
    "ecmascript": "Rewrite it in FEEL or Python, or call an external task.",
    "xpath": "Write it as ${...} (JUEL) or =... (FEEL).",
}


def find_language(declared: str | None) -> Language | None:
    """Give the language that a name or URI stands for, ``None`` when nothing is declared.

    Raises:
        ExpressionError: ``language-unknown``, with what to use instead.
    """
    name = (declared or "").strip().lower()
    if name in _UNDECLARED:
        return None
    if name in _ALIASES:
        return _ALIASES[name]
    if "/feel" in name:
        return Language.FEEL
    if "juel" in name:
        return Language.JUEL
    raise ExpressionError(
        f"The expression language '{declared}' is not available.",
        code="language-unknown",
        hint=_migration(name, "Use juel, feel or python."),
    )


def detect_language(text: str, declared: str | None, dialect: str) -> Language:
    """Tell the language of an expression.

    Args:
        text: as drawn.
        declared: ``language`` of the expression or ``expressionLanguage`` of the definitions,
            a name or a URI; BPMN's default URI of XPath counts as nothing.
        dialect: ``camunda7``, ``camunda8``, ``spiff`` or ``plain``.

    Raises:
        ExpressionError: ``language-unknown``, with what to use instead.
    """
    language = find_language(declared)
    if language is not None:
        return language
    if dialect == "spiff":
        return Language.PYTHON
    is_feel = text.lstrip().startswith("=")
    if dialect == "camunda8":
        return Language.FEEL if is_feel else Language.LITERAL
    if _DELIMITED.search(text):
        return Language.JUEL
    if dialect == "camunda7":
        return Language.LITERAL
    return Language.FEEL


def script_language(script_format: str | None) -> Language:
    """Tell the language of a script from its ``scriptFormat``.

    Raises:
        ScriptError: ``script-format-unknown``, with what to use instead.
    """
    try:
        language = find_language(script_format)
    except ExpressionError:
        language = None
    if language is not None:
        return language
    name = (script_format or "").strip().lower().removeprefix("text/").removeprefix("application/")
    fact = (
        f"The script format '{script_format}' is not available."
        if name
        else ("The script declares no format.")
    )
    raise ScriptError(
        fact, code="script-format-unknown", hint=_migration(name, "Use python, feel or juel.")
    )


def _migration(name: str, otherwise: str) -> str:
    return next((hint for key, hint in _MIGRATIONS.items() if key in name), otherwise)
