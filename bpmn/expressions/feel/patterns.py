"""Regular expressions of XPath (as DMN asks for), written as the ``regex`` package reads them.

XPath and XQuery Functions 3.1, 5.6.1, on top of XML Schema's: no look-around, no possessive
repetition, class subtraction ``[a-z-[aeiou]]``, ``.`` without line ends, ``$`` at the very end.
"""

from __future__ import annotations

from functools import lru_cache

import regex

from bpmn.expressions.faults import Fault
from bpmn.expressions.patterns import MAX_PATTERN, compile_pattern

_FLAGS = {"i": regex.IGNORECASE, "m": regex.MULTILINE, "s": regex.DOTALL}
_BLANK = frozenset(" \t\n\r")
_NAME_START = "_:\\p{L}"
_NAME = "-._:\\p{L}\\p{N}\\p{M}"
_ESCAPES = {
    "d": "\\p{Nd}",
    "D": "\\P{Nd}",
    "s": " \\t\\n\\r",
    "S": "^ \\t\\n\\r",
    "w": "^\\p{P}\\p{Z}\\p{C}",
    "W": "\\p{P}\\p{Z}\\p{C}",
    "i": _NAME_START,
    "I": f"^{_NAME_START}",
    "c": _NAME,
    "C": f"^{_NAME}",
}
_PLAIN = frozenset("nrt\\|.?*+(){}-[]^$")


@lru_cache(maxsize=512)
def compile_xpath(pattern: str, flags: str) -> regex.Pattern[str]:
    """Compile a pattern with flags out of ``i m s x q``.

    Raises:
        Fault: the pattern or a flag is none of XPath's.
    """
    bits = 0
    for flag in flags:
        if flag not in "imsxq":
            raise Fault(f"'{flag}' is no flag of a pattern; there are i, m, s, x and q")
        bits |= _FLAGS.get(flag, 0)
    if len(pattern) > MAX_PATTERN:
        raise Fault(f"The pattern has {len(pattern)} characters; {MAX_PATTERN} are allowed.")
    if "q" in flags:
        return compile_pattern(regex.escape(pattern), bits)
    translated = _Translation(pattern, flags).run()
    return compile_pattern(translated, bits | regex.VERSION1)


class _Translation:
    """Reads a pattern from left to right and writes it anew."""

    def __init__(self, pattern: str, flags: str) -> None:
        self._text = _squeezed(pattern) if "x" in flags else pattern
        self._flags = flags
        self._at = 0
        self._groups = 0
        self._open: list[int] = []
        self._closed: set[int] = set()

    def run(self) -> str:
        pieces: list[str] = []
        while self._at < len(self._text):
            pieces.append(self._piece())
        return "".join(pieces)

    def _next(self) -> str:
        character = self._text[self._at]
        self._at += 1
        return character

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _piece(self) -> str:
        character = self._next()
        if character == "\\":
            return self._escape()
        if character == "[":
            return self._class()
        if character == "(":
            return self._group()
        if character == ")":
            self._closed.add(self._open.pop() if self._open else 0)
        if character in "+*?}" and self._peek() == "+":
            raise _refused("a repetition is followed by '+'")
        return self._plain(character)

    def _plain(self, character: str) -> str:
        if character == "." and "s" not in self._flags:
            return "[^\\n\\r]"
        if character == "$" and "m" not in self._flags:
            return "\\Z"
        # The newer syntax of the package means more by these than XPath does.
        return f"\\{character}" if character in "&~#" or character.isspace() else character

    def _group(self) -> str:
        if self._peek() != "?":
            self._groups += 1
            self._open.append(self._groups)
            return "("
        if self._text[self._at : self._at + 2] != "?:":
            raise _refused("only (?:...) may start with '(?'")
        self._at += 2
        self._open.append(0)
        return "(?:"

    def _escape(self) -> str:
        character = self._escaped()
        if character.isdigit():
            return self._reference(character)
        if character in "pP":
            return self._property(character)
        if character in _ESCAPES:
            return f"[{_ESCAPES[character]}]"
        return f"\\{character}"

    def _escaped(self) -> str:
        if not self._peek():
            raise _refused("it ends with '\\'")
        character = self._next()
        if not (character in _PLAIN or character in _ESCAPES or character in "pP0123456789"):
            raise _refused(f"'\\{character}' means nothing")
        return character

    def _reference(self, digit: str) -> str:
        number = int(digit)
        while self._peek().isdigit() and number * 10 + int(self._peek()) <= self._groups:
            number = number * 10 + int(self._next())
        if number not in self._closed or not number:
            raise _refused(f"there is no group {number} before '\\{number}'")
        return f"(?:\\{number})"

    def _property(self, letter: str) -> str:
        end = self._text.find("}", self._at)
        if self._peek() != "{" or end < 0:
            raise _refused(f"'\\{letter}' needs a name in braces")
        name = self._text[self._at + 1 : end]
        self._at = end + 1
        if not name or not all(c.isalnum() or c == "-" for c in name):
            raise _refused(f"there is no class of characters '{name[:40]}'")
        name = f"In{name[2:]}" if name.startswith("Is") else name
        return f"\\{letter}{{{name}}}"

    def _class(self) -> str:
        """Read ``[...]`` behind its bracket."""
        pieces = ["["]
        if self._peek() == "^":
            pieces.append(self._next())
        start = len(pieces)
        while True:
            if not self._peek():
                raise _refused("a '[' is not closed")
            character = self._next()
            if character == "]" and len(pieces) > start:
                return "".join([*pieces, "]"])
            if character in "[]":
                raise _refused(f"'{character}' stands inside of a class")
            if character == "-" and self._peek() == "[":
                self._at += 1
                return self._subtraction(pieces)
            pieces.append(self._member(character))

    def _subtraction(self, pieces: list[str]) -> str:
        taken = self._class()
        if self._peek() != "]":
            raise _refused("a subtraction must end its class")
        self._at += 1
        # The package applies ^ after the subtraction, XPath before.
        kept = "".join([*pieces, "]"])
        return f"[{kept}--{taken}]"

    def _member(self, character: str) -> str:
        if character != "\\":
            is_range = character == "-" and self._peek() not in {"]", ""}
            return character if is_range else _quoted(character)
        character = self._escaped()
        if character.isdigit():
            raise _refused("a class holds no reference to a group")
        if character in "pP":
            return self._property(character)
        if character in _ESCAPES:
            return f"[{_ESCAPES[character]}]"
        return f"\\{character}"


def _quoted(character: str) -> str:
    return character if character.isalnum() else f"\\{character}"


def _squeezed(pattern: str) -> str:
    """Take the blanks out, except inside of classes, as flag ``x`` does."""
    kept: list[str] = []
    depth = 0
    is_escaped = False
    for character in pattern:
        if character in _BLANK and not depth:
            continue
        if not is_escaped:
            depth += (character == "[") - (character == "]" and depth > 0)
        is_escaped = character == "\\" and not is_escaped
        kept.append(character)
    return "".join(kept)


def _refused(reason: str) -> Fault:
    return Fault(f"The pattern cannot be used: {reason}.")


def read_replacement(text: str, groups: int) -> list[str | int]:
    """Read a replacement: texts and numbers of groups in turn; ``$0`` is the whole match.

    Raises:
        Fault: a backslash or dollar that stands for nothing.
    """
    pieces: list[str | int] = []
    at = 0
    while at < len(text):
        character = text[at]
        at += 1
        if character == "\\":
            if text[at : at + 1] not in {"\\", "$"}:
                raise Fault("In a replacement '\\' stands before '\\' or '$' only.")
            pieces.append(text[at])
            at += 1
        elif character == "$":
            number, at = _group_number(text, at, groups)
            pieces.append(number)
        else:
            pieces.append(character)
    return pieces


def _group_number(text: str, at: int, groups: int) -> tuple[int, int]:
    if not text[at : at + 1].isdecimal():
        raise Fault("In a replacement '$' stands before the number of a group.")
    number = int(text[at])
    at += 1
    while text[at : at + 1].isdecimal() and number * 10 + int(text[at]) <= groups:
        number = number * 10 + int(text[at])
        at += 1
    return number, at
