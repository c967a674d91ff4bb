"""Reads what a program sent, with every surprise told as a bad request."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

from flask import request

from engine.errors import BadInput

_LONGEST_SHOWN = 80
_NOT_PLAIN = "\x00"


@dataclass(frozen=True, slots=True)
class Body:
    """An object that was sent as JSON. Each method reads one property and says what it takes.

    ``null`` counts as missing everywhere. What is not asked for is left alone, so that clients of
    a newer version are understood.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    where: str = ""

    def text(self, name: str, default: str = "") -> str:
        """A text without characters that no database takes."""
        value = self.values.get(name)
        if value is None:
            return default
        if not isinstance(value, str):
            self.refuse(name, "a text")
        if not is_storable(value):
            self.refuse(name, "a text of characters that can be stored")
        return value

    def required_text(self, name: str) -> str:
        """A text that must be there and not be empty."""
        value = self.text(name)
        if not value:
            self.refuse(name, "a text that is not empty")
        return value

    def whole(self, name: str, *, low: int, high: int, default: int | None = None) -> int | None:
        """A whole number from *low* to *high*."""
        value = self.values.get(name)
        if value is None:
            return default
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if type(value) is not int or not low <= value <= high:
            self.refuse(name, f"a whole number from {low} to {high}")
        return int(value)

    def number(self, name: str, *, low: int, high: int, default: int) -> int:
        """As `whole`, with a default that is a number."""
        found = self.whole(name, low=low, high=high, default=default)
        return default if found is None else found

    def milliseconds(self, name: str, *, most: timedelta, default: int = 0) -> timedelta:
        """A length of time, as milliseconds."""
        high = most // timedelta(milliseconds=1)
        return timedelta(milliseconds=self.number(name, low=0, high=high, default=default))

    def flag(self, name: str, *, default: bool = False) -> bool:
        """True or false."""
        value = self.values.get(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.refuse(name, "true or false")
        return value

    def texts(self, name: str, most: int = 1_000) -> tuple[str, ...] | None:
        """A list of texts, ``None`` when it is missing."""
        value = self.values.get(name)
        if value is None:
            return None
        if not isinstance(value, list) or len(value) > most:
            self.refuse(name, f"a list of at most {most} texts")
        body = Body(dict(enumerate(value)), self._path(name))  # type: ignore[arg-type]
        return tuple(body.required_text(index) for index in range(len(value)))  # type: ignore[arg-type]

    def variables(self, name: str = "variables") -> dict[str, object]:
        """An object of variables by name, as JSON has them."""
        value = self.values.get(name)
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.refuse(name, "an object")
        return value

    def part(self, name: str) -> Body:
        """An object within this one; empty when it is missing."""
        value = self.values.get(name)
        if value is not None and not isinstance(value, dict):
            self.refuse(name, "an object")
        return Body(value or {}, self._path(name))

    def parts(self, name: str, most: int = 1_000) -> list[Body]:
        """A list of objects."""
        value = self.values.get(name)
        if value is None:
            return []
        if not isinstance(value, list) or len(value) > most:
            self.refuse(name, f"a list of at most {most} objects")
        found = []
        for index, item in enumerate(value):
            if not isinstance(item, dict):
                self.refuse(f"{name}[{index}]", "an object")
            found.append(Body(item, self._path(f"{name}[{index}]")))
        return found

    def moment(self, name: str) -> datetime | None:
        """An ISO 8601 time with a zone."""
        text = self.text(name)
        if not text:
            return None
        found = parse_moment(text)
        if found is None:
            self.refuse(name, "an ISO 8601 time with a zone, as 2026-01-31T10:00:00Z")
        return found

    def refuse(self, name: str, takes: str) -> NoReturn:
        """Say what *name* takes.

        Raises:
            BadInput: always.
        """
        given = ascii(self.values.get(name))[:_LONGEST_SHOWN]
        raise BadInput(f"{self._path(name)!r} takes {takes}, not {given}.")

    def _path(self, name: str) -> str:
        return f"{self.where}.{name}" if self.where else str(name)


def is_storable(text: str) -> bool:
    """Whether every database takes the text: it has no NUL, and no half of a character."""
    return _NOT_PLAIN not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def parse_moment(text: str) -> datetime | None:
    """An ISO 8601 time with a zone in UTC, ``None`` for anything else."""
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def read_body() -> Body:
    """The object that was sent; an empty one for nothing at all.

    Raises:
        BadInput: it is no JSON object.
    """
    sent = request.get_data()
    if not sent.strip():
        return Body()
    try:
        found = json.loads(sent, parse_constant=_refuse_constant, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"What was sent is no JSON: {ascii(str(error))[:200]}") from error
    if not isinstance(found, dict):
        raise BadInput("What was sent must be a JSON object.")
    return Body(found)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text[:40]} is larger than a number can be")
    return value


def require_plain_address() -> None:
    """Refuse an address with characters that no name can have.

    Raises:
        BadInput: path or query hold a NUL.
    """
    if _NOT_PLAIN in request.path or any(
        _NOT_PLAIN in value for values in request.args.lists() for value in values[1]
    ):
        raise BadInput("The address holds a NUL character. Remove %00.")
