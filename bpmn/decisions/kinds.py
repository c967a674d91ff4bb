"""Types of DMN at work: what fits them, and the conversions of DMN 1.5, table 52."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from bpmn.expressions.feel.values import kind_of

MAX_DEPTH = 60
"""Nested components; a type may contain itself."""

Allowed = Callable[[object], bool]


class Misfit(Exception):
    """A value does not fit a type; the text says why."""


@dataclass(frozen=True, slots=True)
class Any:
    """Everything fits."""

    def check(self, value: object, _depth: int = 0) -> None:
        """Raise Misfit where *value* does not fit."""


@dataclass(frozen=True, slots=True)
class Simple:
    """A built-in type."""

    name: str

    def check(self, value: object, _depth: int = 0) -> None:
        """Raise Misfit where *value* does not fit."""
        if value is not None and kind_of(value) != self.name:
            raise Misfit(f"expected a {self.name}, but got a {kind_of(value)}")


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of one type."""

    item: Kind

    def check(self, value: object, depth: int = 0) -> None:
        """Raise Misfit where *value* does not fit."""
        if value is None:
            return
        if not isinstance(value, (list, tuple)):
            raise Misfit(f"expected a list, but got a {kind_of(value)}")
        for item in value:
            self.item.check(item, depth + 1)


@dataclass(frozen=True, slots=True)
class Structured:
    """A context with at least these entries; an optional one may be null, not missing."""

    entries: tuple[tuple[str, Kind], ...]

    def check(self, value: object, depth: int = 0) -> None:
        """Raise Misfit where *value* does not fit."""
        if value is None:
            return
        if not isinstance(value, Mapping):
            raise Misfit(f"expected a context, but got a {kind_of(value)}")
        if depth > MAX_DEPTH:
            raise Misfit(f"the value is nested more than {MAX_DEPTH} deep")
        for name, kind in self.entries:
            if name not in value:
                raise Misfit(f"the entry '{name}' is missing")
            try:
                kind.check(value[name], depth + 1)
            except Misfit as misfit:
                raise Misfit(f"{name}: {misfit}") from None


@dataclass(frozen=True, slots=True)
class Callables:
    """A function whose parameters and result conform to a type, as far as they are known."""

    conforms: Callable[[object], bool]

    def check(self, value: object, _depth: int = 0) -> None:
        """Raise Misfit where *value* does not fit."""
        if value is not None and kind_of(value) != "function":
            raise Misfit(f"expected a function, but got a {kind_of(value)}")
        if value is not None and not self.conforms(value):
            raise Misfit("the function takes or gives other types than declared")


@dataclass(frozen=True, slots=True)
class Limited:
    """A type whose values pass some unary tests."""

    base: Kind
    allowed: Allowed
    text: str

    def check(self, value: object, depth: int = 0) -> None:
        """Raise Misfit where *value* does not fit."""
        self.base.check(value, depth)
        if value is not None and not self.allowed(value):
            raise Misfit(f"{_shown(value)} is not allowed; allowed is {self.text}")


@dataclass(frozen=True, slots=True)
class Reference:
    """A type by its name, found when it is needed, because types may contain themselves."""

    find: Callable[[], Kind]

    def check(self, value: object, depth: int = 0) -> None:
        """Raise Misfit where *value* does not fit."""
        self.find().check(value, depth)


Kind = Any | Simple | Listed | Structured | Callables | Limited | Reference

ANY = Any()

_NAMES = {
    "number": "number",
    "string": "string",
    "boolean": "boolean",
    "date": "date",
    "time": "time",
    "dateTime": "date and time",
    "date and time": "date and time",
    "dayTimeDuration": "days and time duration",
    "days and time duration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    "years and months duration": "years and months duration",
    "context": "context",
    "list": "list",
    "function": "function",
    "range": "range",
    "integer": "number",
    "long": "number",
    "double": "number",
}
BUILT_IN: Mapping[str, Kind] = {
    "": ANY,
    "Any": ANY,
    "any": ANY,
    **{name: Simple(kind) for name, kind in _NAMES.items()},
}
"""By the names of DMN, of XML Schema (dateTime) and of Camunda 7 (integer, long, double)."""


def convert(value: object, kind: Kind) -> object:
    """Give the value as *kind*: itself, out of a list of one, as a list of one, or as a midnight.

    Raises:
        Misfit: none of these fits.
    """
    if value is None or kind is ANY:
        return value
    try:
        kind.check(value)
    except Misfit as misfit:
        for candidate in _conversions(value):
            if fits(candidate, kind):
                return candidate
        raise misfit from None
    return value


def _conversions(value: object) -> Sequence[object]:
    if isinstance(value, (list, tuple)):
        return [value[0]] if len(value) == 1 else []
    if isinstance(value, date) and not isinstance(value, datetime):
        return [datetime.combine(value, time.min, UTC), [value]]
    return [[value]]


def fits(value: object, kind: Kind) -> bool:
    """Tell whether a value is of a type without any conversion; null is."""
    try:
        kind.check(value)
    except Misfit:
        return False
    return True


def _shown(value: object) -> str:
    text = repr(value) if isinstance(value, (str, bool)) else str(value)
    return text if len(text) < 60 else f"{text[:57]}..."
