"""Which language an expression is written in (DESIGN.md, "Expression languages")."""

from __future__ import annotations

import re
from enum import StrEnum

from bpmn.expressions.base import ExpressionError, Language
from bpmn.expressions.languages import detect_language, find_language
from bpmn.model import Dialect, Expression

_ISO = re.compile(
    r"""\s*(?:
      R\d*/.+                                              # repeating interval
    | -?P(?:\d+W|(?=[\dT])(?:\d+Y)?(?:\d+M)?(?:\d+D)?
        (?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:[.,]\d+)?S)?)?)  # duration
    | \d{4}-\d\d-\d\d(?:[T ][\d:.,]+(?:Z|[+-]\d\d:?(?:\d\d)?)?)?(?:\[.+\])?  # date, time
    )\s*""",
    re.VERBOSE,
)


class Use(StrEnum):
    """What a text is for, because a bare text means different things in different places."""

    FORMAL = "formal"  # a condition, cardinality ...: bare text is an expression
    TIMER = "timer"  # as FORMAL, but an ISO 8601 text is itself
    NAME = "name"  # a name, a code, a person: bare text is itself


def declared_language(text: str | None) -> str:
    """*text* of a ``language`` or ``expressionLanguage`` attribute as `Expression.language`.

    Empty when nothing, or only the default, is declared; what nobody here knows stays as it is.
    """
    try:
        language = find_language(text)
    except ExpressionError:
        return (text or "").strip()
    return "" if language is None else language.value


def expression(
    text: str, dialect: Dialect, *, declared: str = "", use: Use = Use.FORMAL, line: int = 0
) -> Expression:
    """*text* with its language; FEEL comes without its leading ``=``.

    Args:
        text: as drawn; blanks around it do not count.
        dialect: decides where nothing is declared.
        declared: result of `declared_language`, empty for none.
        use: what the text is for.
        line: where it stands in the file.
    """
    text = text.strip()
    language = declared or _by_dialect(text, dialect, use)
    if use is Use.TIMER and _ISO.fullmatch(text):
        language = "literal"
    if language == "feel" and text.startswith("="):
        text = text[1:].strip()
    return Expression(text, language, line)


def _by_dialect(text: str, dialect: Dialect, use: Use) -> str:
    language = detect_language(text, None, dialect)
    if use is not Use.NAME:
        return language.value
    bare = dialect is Dialect.SPIFF or (
        dialect is Dialect.PLAIN and language is Language.FEEL and not text.startswith("=")
    )
    return Language.LITERAL.value if bare else language.value
