"""The driver's protocol: JSON lines in, JSON lines out, every request checked before it is used."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import NoReturn

import isodate

from engine.errors import BadInput

MAX_LINE = 16_000_000
"""Longest request, in characters."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request. Each method reads one argument and raises `BadInput` when it is unsuitable."""

    op: str
    arguments: Mapping[str, object]

    def text(self, name: str) -> str:
        """A text that must be there."""
        value = self.arguments.get(name)
        return value if isinstance(value, str) else self._wrong(name, "a text")

    def optional_text(self, name: str) -> str | None:
        """A text, or ``None`` when it is missing or null."""
        return None if self.arguments.get(name) is None else self.text(name)

    def texts(self, name: str) -> list[str]:
        """A list of texts that must be there."""
        value = self.arguments.get(name)
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return value
        return self._wrong(name, "a list of texts")

    def number(self, name: str, default: int) -> int:
        """A whole number, *default* when it is missing or null."""
        value = self.arguments.get(name)
        if value is None:
            return default
        return value if type(value) is int else self._wrong(name, "a whole number")

    def variables(self, name: str = "vars") -> dict[str, object]:
        """An object, empty when it is missing or null."""
        value = self.arguments.get(name)
        if value is None:
            return {}
        return value if isinstance(value, dict) else self._wrong(name, "an object")

    def moment(self, name: str) -> datetime:
        """An ISO 8601 time with a zone."""
        try:
            found = datetime.fromisoformat(self.text(name))
        except ValueError:
            return self._wrong(name, "an ISO 8601 time")
        return found if found.tzinfo else self._wrong(name, "a time with a zone, such as ...Z")

    def duration(self, name: str) -> isodate.Duration | timedelta:
        """An ISO 8601 duration."""
        try:
            return isodate.parse_duration(self.text(name))
        except isodate.ISO8601Error:
            return self._wrong(name, "an ISO 8601 duration")

    def _wrong(self, name: str, expected: str) -> NoReturn:
        given = json.dumps(self.arguments.get(name))[:100]
        raise BadInput(f"{self.op}: {name!r} must be {expected}, not {given}.")


def read_request(line: str) -> Request:
    """One line to a request.

    Raises:
        BadInput: it is no JSON object, is too long, or has no ``op``.
    """
    if len(line) > MAX_LINE:
        raise BadInput(f"The request is longer than {MAX_LINE} characters.")
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"The line is no JSON: {error}.") from None
    if not isinstance(found, dict) or not isinstance(found.get("op"), str):
        raise BadInput('A request is an object with an "op".')
    return Request(found["op"], found)


def write_reply(reply: Mapping[str, object]) -> str:
    """One line, without its end; what JSON has no word for becomes ISO 8601 or base64 text."""
    return json.dumps(reply, default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return isodate.duration_isoformat(value)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    return str(value)
