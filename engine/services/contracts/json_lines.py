"""JSON with the line of every member, so that a problem can say where it is."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from dataclasses import dataclass, field

from bpmn.strict_json import finite, refuse_constant, whole

MOST_LEVELS = 64
_SPACE = re.compile(r"[ \t\r\n]*")
_decode = json.JSONDecoder(
    strict=True, parse_constant=refuse_constant, parse_float=finite, parse_int=whole
).raw_decode

Path = tuple[str | int, ...]


class JsonInvalid(ValueError):
    """The text is no JSON, or JSON that nobody should write; ``line`` counts from 1."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


@dataclass(slots=True)
class Located:
    """A JSON value and the line of each of its parts, by path from the root."""

    value: object
    lines: dict[Path, int] = field(default_factory=dict)

    def line(self, path: Path) -> int:
        """The line of the part, else of the nearest part around it that is there."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def parse_located(data: bytes) -> Located:
    """Parse UTF-8 JSON.

    Raises:
        JsonInvalid: it is none, an object has a member twice, a number is too large, or it nests
            too deeply.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise JsonInvalid("It is no UTF-8 text.", data.count(b"\n", 0, error.start) + 1) from None
    found = Located(None)
    reader = _Reader(text, found.lines)
    try:
        found.value, end = reader.value(_after_space(text, 0), ())
    except json.JSONDecodeError as error:
        raise JsonInvalid(f"It is no JSON: {error.msg}.", error.lineno) from None
    if _after_space(text, end) != len(text):
        raise JsonInvalid("Something follows the JSON object.", reader.line_at(end))
    return found


def _after_space(text: str, place: int) -> int:
    found = _SPACE.match(text, place)
    assert found
    return found.end()


@dataclass(slots=True)
class _Reader:
    text: str
    lines: dict[Path, int]
    _ends: list[int] = field(default_factory=list)

    def line_at(self, place: int) -> int:
        if not self._ends:
            self._ends = [found.start() for found in re.finditer("\n", self.text)] or [
                len(self.text)
            ]
        return bisect_left(self._ends, place) + 1

    def value(self, place: int, path: Path) -> tuple[object, int]:
        """The value at *place*, and where it ends."""
        self.lines[path] = self.line_at(place)
        if len(path) > MOST_LEVELS:
            raise JsonInvalid(f"It nests more than {MOST_LEVELS} levels.", self.line_at(place))
        opening = self.text[place : place + 1]
        if opening == "{":
            return self._object(place, path)
        if opening == "[":
            return self._array(place, path)
        try:
            value, end = _decode(self.text, place)
        except json.JSONDecodeError:
            raise
        except ValueError as error:
            raise JsonInvalid(f"It is no JSON: {error}.", self.line_at(place)) from None
        return value, end

    def _object(self, place: int, path: Path) -> tuple[object, int]:
        found: dict[str, object] = {}
        end = _after_space(self.text, place + 1)
        while not self._closes(end, "}"):
            if found:
                end = self._comma(end)
            if self.text[end : end + 1] != '"':
                raise json.JSONDecodeError("a member's name in quotes is missing", self.text, end)
            key, after = _decode(self.text, end)
            if key in found:
                raise JsonInvalid(f"The member {key!r} is there twice.", self.line_at(end))
            colon = _after_space(self.text, after)
            if self.text[colon : colon + 1] != ":":
                raise json.JSONDecodeError("a colon is missing", self.text, colon)
            start = _after_space(self.text, colon + 1)
            found[key], end = self.value(start, (*path, key))
            # A person looks for the member, whose value may begin on a later line.
            self.lines[*path, key] = self.line_at(after)
            end = _after_space(self.text, end)
        return found, end + 1

    def _array(self, place: int, path: Path) -> tuple[object, int]:
        found: list[object] = []
        end = _after_space(self.text, place + 1)
        while not self._closes(end, "]"):
            if found:
                end = self._comma(end)
            item, end = self.value(end, (*path, len(found)))
            found.append(item)
            end = _after_space(self.text, end)
        return found, end + 1

    def _closes(self, place: int, bracket: str) -> bool:
        return self.text[place : place + 1] == bracket

    def _comma(self, place: int) -> int:
        if self.text[place : place + 1] != ",":
            raise json.JSONDecodeError("a comma or closing bracket is missing", self.text, place)
        return _after_space(self.text, place + 1)
