"""Inputs come from outside: JSON has no dates, so a text is read where a date is declared."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bpmn.decisions.kinds import Kind, Limited, Listed, Reference, Simple, Structured, convert
from bpmn.expressions.feel.temporal import (
    parse_date,
    parse_date_time,
    parse_duration,
    parse_time,
)
from bpmn.expressions.feel.values import kind_of

_READERS: dict[str, Callable[[str], object]] = {
    "date": parse_date,
    "time": parse_time,
    "date and time": parse_date_time,
    "days and time duration": parse_duration,
    "years and months duration": parse_duration,
}


def as_declared(value: object, kind: Kind) -> object:
    """Give an input as its declared type.

    Raises:
        Misfit: it cannot be that.
    """
    return convert(read_declared(value, kind), kind)


def read_declared(value: object, kind: Kind) -> object:
    """Read the texts in an input where dates, times or durations are declared."""
    while isinstance(kind, (Reference, Limited)):
        kind = kind.find() if isinstance(kind, Reference) else kind.base
    if isinstance(kind, Simple) and isinstance(value, str) and kind.name in _READERS:
        found = _READERS[kind.name](value)
        return found if found is not None and kind_of(found) == kind.name else value
    if isinstance(kind, Listed) and isinstance(value, (list, tuple)):
        return [read_declared(item, kind.item) for item in value]
    if isinstance(kind, Structured) and isinstance(value, Mapping):
        kinds = dict(kind.entries)
        return {k: read_declared(v, kinds[k]) if k in kinds else v for k, v in value.items()}
    return value
