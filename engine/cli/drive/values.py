"""FEEL's values in JSON: what JSON has no word for is an object with one key that begins with $.

``{"$number": "0.1"}`` where a JSON number would not be exact, ``{"$date": ...}``,
``{"$time": ...}``, ``{"$dateTime": ...}``, ``{"$duration": ...}``: see docs/reference/driver.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from bpmn.expressions.feel import temporal
from bpmn.expressions.feel.moments import near_of
from bpmn.expressions.feel.values import Months, read_decimal
from engine.errors import BadInput

_READERS: dict[str, Callable[[str], object]] = {
    "$number": read_decimal,
    "$date": temporal.parse_date,
    "$time": temporal.parse_time,
    "$dateTime": temporal.parse_date_time,
    "$duration": temporal.parse_duration,
}


def read_value(value: object) -> object:
    """A JSON value to FEEL's.

    Raises:
        BadInput: the text behind a ``$`` key is not what the key says.
    """
    if isinstance(value, list):
        return [read_value(item) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1 and (key := next(iter(value))) in _READERS:
        text = value[key]
        found = _READERS[key](text) if isinstance(text, str) else None
        if found is None:
            raise BadInput(f"{text!r} is no {key[1:]}.")
        return found
    return {key: read_value(item) for key, item in value.items()}


def write_value(value: object) -> object:
    """FEEL's value to JSON; a range or function becomes its text."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, (list, tuple)):
        return [write_value(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): write_value(item) for key, item in value.items()}
    if isinstance(value, (Decimal, float)):
        return _number(Decimal(str(value)))
    return _temporal(value)


def _number(value: Decimal) -> object:
    if not value.is_finite():
        return {"$number": str(value)}
    if value == value.to_integral_value() and value.adjusted() < 15:
        return int(value)
    as_float = float(value)
    return as_float if Decimal(repr(as_float)) == value else {"$number": str(value)}


def _temporal(value: object) -> object:
    for key, kinds in _TEMPORAL:
        if isinstance(near_of(value), kinds):
            return {key: temporal.write(value)}
    return str(value)


_TEMPORAL: tuple[tuple[str, tuple[type, ...]], ...] = (
    ("$dateTime", (datetime,)),
    ("$date", (date,)),
    ("$time", (time,)),
    ("$duration", (timedelta, Months)),
)
