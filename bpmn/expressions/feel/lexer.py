"""FEEL tokens. Names with spaces are put together by the parser, which knows the scope."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from bpmn.expressions.faults import Fault, syntax_fault


class Kind(Enum):
    """What a token is."""

    NUMBER = auto()
    STRING = auto()
    TEMPORAL = auto()
    NAME = auto()
    QUOTED_NAME = auto()
    OPERATOR = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of text; *position* and *end* are 0-based offsets into the whole text."""

    kind: Kind
    text: str
    position: int
    end: int


# DMN 1.5, 10.3.1.2, rules 27 to 31: what Python counts as a letter, and more.
_MORE = "\u200c\u200d\u2070-\u218f\u2c00-\u2fef\ufdf0-\ufffd\U00010000-\U000effff"
_START = rf"(?:[^\W\d]|[{_MORE}])"
_PART = rf"[\w\u00b7\u0300-\u036f\u203f\u2040{_MORE}]"
_TOKEN = re.compile(
    rf"""
    (?P<space>(?:[\s\u00a0\u180e\u200b\ufeff]+|//[^\n]*|/\*.*?\*/)+)
  | (?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
  | (?P<temporal>@"(?:[^"\\]|\\.)*")
  | (?P<string>"(?:[^"\\]|\\.)*")
  | (?P<quoted>`[^`]+`)
  | (?P<name>{_START}{_PART}*(?:'{_PART}+)*|\?)
  | (?P<operator>\*\*|\.\.|<=|>=|!=|->|[-+*/<>=()\[\]{{}},.:])
    """,
    re.VERBOSE | re.DOTALL,
)
_KINDS = {
    "number": Kind.NUMBER,
    "name": Kind.NAME,
    "operator": Kind.OPERATOR,
}
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{6}|.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


def tokenize(text: str, start: int = 0) -> list[Token]:
    """Read all tokens from *start*; the last one is of kind ``END``.

    Raises:
        Fault: a character that FEEL does not know, or a string that is not closed.
    """
    tokens: list[Token] = []
    position = start
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise _unreadable(text, position)
        if match.lastgroup != "space":
            tokens.append(_token(match))
        position = match.end()
    tokens.append(Token(Kind.END, "", len(text), len(text)))
    return tokens


def _token(match: re.Match[str]) -> Token:
    text, position, end = match.group(), match.start(), match.end()
    if match.lastgroup == "string":
        return Token(Kind.STRING, _unescape(text[1:-1]), position, end)
    if match.lastgroup == "temporal":
        return Token(Kind.TEMPORAL, _unescape(text[2:-1]), position, end)
    if match.lastgroup == "quoted":
        return Token(Kind.QUOTED_NAME, text[1:-1], position, end)
    return Token(_KINDS[match.lastgroup or ""], text, position, end)


def _unescape(text: str) -> str:
    if "\\" not in text:
        return text
    joined = _ESCAPE.sub(_character, text)
    # Two \u escapes may be the halves of one character beyond the basic plane.
    return joined.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _character(match: re.Match[str]) -> str:
    escape = match[1]
    if escape[0] in "uU" and len(escape) > 1:
        code = int(escape[1:], 16)
        return chr(code) if code <= 0x10FFFF else "\ufffd"
    return _ESCAPES.get(escape, escape if escape in "\"'\\/" else f"\\{escape}")


def _unreadable(text: str, position: int) -> Fault:
    character = text[position]
    if character in '"@':
        return syntax_fault("The string is not closed.", position, hint="Add the closing quote.")
    hints = {
        "'": 'Write strings in double quotes: "text".',
        "&": "Write 'and'.",
        "|": "Write 'or'.",
        "!": "Write not(x), or != for unequal.",
        "$": "${...} is JUEL; FEEL has no delimiters.",
        "%": "Write modulo(a, b).",
    }
    message = f"FEEL does not know the character {character!r}."
    return syntax_fault(message, position, hint=hints.get(character, ""))
