"""Type names behind ``instance of`` and in function parameters."""

from __future__ import annotations

from bpmn.expressions.feel.cursor import Cursor
from bpmn.expressions.feel.lexer import Kind
from bpmn.expressions.feel.names import KEYWORDS
from bpmn.expressions.feel.syntax import TypeName

_LONG = (
    "years and months duration",
    "days and time duration",
    "date and time",
)


def parse_type(cursor: Cursor) -> TypeName:
    """Parse a type such as ``list<number>`` or ``days and time duration``.

    Raises:
        Fault: it cannot be read.
    """
    cursor.enter()
    kind = _parse(cursor)
    cursor.leave()
    return kind


def _parse(cursor: Cursor) -> TypeName:
    name = _name(cursor)
    if not cursor.accept("<"):
        return TypeName(name, ())
    parts: list[tuple[str, TypeName]] = []
    while not cursor.accept(">"):
        if parts:
            cursor.expect(",")
        parts.append(_part(cursor))
    if cursor.accept("->"):
        parts.append(("->", parse_type(cursor)))
    return TypeName(name, tuple(parts))


def _part(cursor: Cursor) -> tuple[str, TypeName]:
    label = ""
    if cursor.peek().text == ":":
        label = cursor.advance().text
        cursor.advance()
    return label, parse_type(cursor)


def _name(cursor: Cursor) -> str:
    if cursor.token.kind is not Kind.NAME:
        raise cursor.unexpected("the name of a type")
    for name in _LONG:
        words = name.split()
        if [cursor.peek(i).text for i in range(len(words))] == words:
            for _ in words:
                cursor.advance()
            return name
    name = _words(cursor)
    while cursor.accept("."):
        name = f"{name}.{_words(cursor)}"
    return name


def _words(cursor: Cursor) -> str:
    """Read the words of a type's name; a type of a model may have several."""
    words = [cursor.advance().text]
    while cursor.token.kind is Kind.NAME and cursor.token.text not in KEYWORDS:
        words.append(cursor.advance().text)
    return " ".join(words)
