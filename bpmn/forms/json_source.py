"""Bytes of a ``.form`` file -> plain JSON, or the one problem that makes it unreadable.

The file comes from anyone: size and depth are bounded before anything is parsed, and what JSON
readers usually let pass (a key twice, ``NaN``) is refused.
"""

from __future__ import annotations

import json

from bpmn.model import Problem
from bpmn.strict_json import finite, refuse_constant, whole

MAX_BYTES = 1_048_576
MAX_DEPTH = 40
_MAGIC = {
    b"PK": "a ZIP archive",
    b"\x1f\x8b": "a gzip archive",
    b"%PDF": "a PDF document",
    b"<": "an XML or HTML file",
    b"\x89PNG": "a PNG image",
}


class Unreadable(Exception):
    """The file is no JSON object that we take; ``problem`` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def read_object(data: bytes | str, *, name: str = "") -> dict[str, object]:
    """The JSON object in *data*.

    Args:
        data: UTF-8, with or without byte order mark.
        name: of the file, for the problem.

    Raises:
        Unreadable: too large, of another kind, no JSON (with line and column), nested too
            deeply, with a key twice, or no object.
    """
    text = _decoded(data, name)
    line = _first_too_deep_line(text)
    if line:
        raise Unreadable(
            Problem(
                "form-too-deep",
                f"The form nests more than {MAX_DEPTH} levels.",
                "Take groups out of groups.",
                line=line,
                file=name,
            )
        )
    return _parsed(text, name)


def _decoded(data: bytes | str, name: str) -> str:
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    if len(raw) > MAX_BYTES:
        raise Unreadable(
            Problem(
                "form-too-large",
                f"The form has {len(raw)} bytes; {MAX_BYTES} are allowed.",
                "Move pictures and long lists out of the form.",
                file=name,
            )
        )
    for magic, kind in _MAGIC.items():
        if raw.startswith(magic):
            raise _not_json(f"This is {kind}, not a form.", 0, name)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _not_json(f"Line {line} is not UTF-8 text.", line, name) from error


def _first_too_deep_line(text: str) -> int:
    """The line where nesting exceeds the limit, 0 if nowhere; needs no valid JSON."""
    depth, quoted, line, escaped = 0, False, 1, False
    for sign in text:
        line += sign == "\n"
        if quoted:
            quoted = escaped or sign != '"'
            escaped = sign == "\\" and not escaped
        elif sign == '"':
            quoted = True
        elif sign in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                return line
        elif sign in "]}":
            depth -= 1
    return 0


def _parsed(text: str, name: str) -> dict[str, object]:
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=refuse_constant,
            parse_float=finite,
            parse_int=whole,
        )
    except json.JSONDecodeError as error:
        fact = f"Line {error.lineno}, column {error.colno}: {error.msg}."
        raise _not_json(f"The form is no valid JSON. {fact}", error.lineno, name) from error
    except ValueError as error:
        raise _not_json(f"The form is no valid JSON: {error}.", 0, name) from error
    if not isinstance(value, dict):
        raise _not_json("The form is JSON, but no object.", 1, name)
    _check_characters(value, name)
    return value


def _check_characters(value: object, name: str) -> None:
    """Half a surrogate pair can be written as an escape, and cannot be sent to any page."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        fact = "The form has an escape such as \\ud800 that is half a character."
        raise _not_json(fact, 0, name) from error


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    result: dict[str, object] = {}
    for key, value in pairs:
        if key in result:
            raise ValueError(f"the key '{key[:80]}' stands twice in one object")
        result[key] = value
    return result


def _not_json(message: str, line: int, name: str) -> Unreadable:
    hint = "Export the form again from the form editor, as JSON."
    return Unreadable(Problem("form-not-json", message, hint, line=line, file=name))
