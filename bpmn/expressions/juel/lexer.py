"""JUEL tokens: the text between ``${`` and ``}``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from bpmn.expressions.faults import syntax_fault


class Kind(Enum):
    """What a token is."""

    NUMBER = auto()
    STRING = auto()
    NAME = auto()
    OPERATOR = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of text with its 0-based position; operators are spelled as symbols."""

    kind: Kind
    text: str
    position: int


WORD_OPERATORS = {
    "and": "&&",
    "or": "||",
    "not": "!",
    "eq": "==",
    "ne": "!=",
    "lt": "<",
    "gt": ">",
    "le": "<=",
    "ge": ">=",
    "div": "/",
    "mod": "%",
    "empty": "empty",
}

_TOKEN = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<number>[0-9]+\.[0-9]*(?:[eE][+-]?[0-9]+)?|\.[0-9]+(?:[eE][+-]?[0-9]+)?
              |[0-9]+[eE][+-]?[0-9]+|[0-9]+)
  | (?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
  | (?P<name>(?:[^\W\d]|\$)[\w$]*)
  | (?P<operator>==|!=|<=|>=|&&|\|\||[-+*/%<>!?:()\[\].,}])
    """,
    re.VERBOSE | re.DOTALL,
)


def tokenize(text: str, start: int) -> tuple[list[Token], int]:
    """Read the tokens from *start* to the ``}`` that closes the expression.

    Returns:
        The tokens, closed by one of kind ``END``, and the position after the brace.

    Raises:
        Fault: a character that JUEL does not know, or no closing brace.
    """
    tokens: list[Token] = []
    position = start
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise _unreadable(text, position)
        if match.group() == "}":
            tokens.append(Token(Kind.END, "", position))
            return tokens, match.end()
        if match.lastgroup != "space":
            tokens.append(_token(match, previous=tokens[-1] if tokens else None))
        position = match.end()
    raise syntax_fault(
        "The expression is not closed.", start - 2, hint="Write a closing brace: ${ ... }."
    )


def _token(match: re.Match[str], *, previous: Token | None) -> Token:
    group, text, position = match.lastgroup, match.group(), match.start()
    if group == "number":
        return Token(Kind.NUMBER, text, position)
    if group == "string":
        return Token(Kind.STRING, re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL), position)
    if group == "operator":
        return Token(Kind.OPERATOR, text, position)
    # After a dot a word is a property, so that ${list.empty} and ${a.mod} can be written.
    is_property = previous is not None and previous.text == "." and previous.kind is Kind.OPERATOR
    if text in WORD_OPERATORS and not is_property:
        return Token(Kind.OPERATOR, WORD_OPERATORS[text], position)
    return Token(Kind.NAME, text, position)


def _unreadable(text: str, position: int) -> Exception:
    character = text[position]
    if character in "\"'":
        return syntax_fault("The string is not closed.", position, hint="Add the closing quote.")
    hint = "Compare with == or eq." if character == "=" else ""
    return syntax_fault(f"JUEL does not know the character {character!r}.", position, hint=hint)
