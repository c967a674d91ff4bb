"""Typed variables of Camunda 7 both ways: ``{"type", "value", "valueInfo"}`` and plain values.

Dates have a zone without colon, ``2026-01-05T08:00:00.000+0000``. What has no type is what JSON
says it is. ``Json`` and ``Object`` travel as text; numbers and flags may.
Source: Camunda 7.24 REST reference, VariableValueDto; INTEROP 2.1 for what clients really send.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

from engine.errors import BadInput
from web.api.values import plain

FILE = "$file"
"""Key of a mapping that is a file: its bytes, and ``filename``, ``mimeType``, ``encoding``."""

_INT32, _INT64 = 2**31, 2**63
_DATE = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6})\d*)?(Z|[+-]\d\d:?\d\d)", re.ASCII
)
Typed = dict[str, object]


def read_variables(given: object, what: str = "variables") -> dict[str, object]:
    """Values by name of a mapping of typed variables; ``null`` counts as empty.

    Raises:
        BadInput: it is no mapping, or a variable cannot be what its type says.
    """
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise BadInput(f"{what} is {_shown(given)}; it takes an object of variables by name.")
    return {str(name): read_value(typed, str(name)) for name, typed in given.items()}


def read_value(typed: object, name: str) -> object:
    """The plain value of one typed variable.

    Raises:
        BadInput: its type is unknown, or its value is not of that type.
    """
    if not isinstance(typed, Mapping):
        raise BadInput(
            f"Variable {name!r} is {_shown(typed)}; it takes an object with value and type."
        )
    kind, value = typed.get("type"), typed.get("value")
    if kind is None or value is None:
        return value
    info = typed.get("valueInfo")
    read = _READERS.get(str(kind)[:1].upper() + str(kind)[1:])
    if read is None:
        known = ", ".join(sorted(_READERS))
        raise BadInput(f"Variable {name!r}: unsupported value type {kind!r}. Known: {known}.")
    try:
        return read(value, info if isinstance(info, Mapping) else {})
    except (ValueError, TypeError, ArithmeticError, RecursionError) as error:
        raise BadInput(
            f"Variable {name!r}: cannot convert {_shown(value)} to the type {kind}: {error}"
        ) from error


def write_variables(values: Mapping[str, object]) -> dict[str, Typed]:
    """Typed variables by name."""
    return {name: write_value(value) for name, value in values.items()}


def write_value(value: object) -> Typed:
    """A plain value as Camunda 7 types it."""
    for kind, write in _WRITERS:
        if isinstance(value, kind):
            return write(value)
    if isinstance(value, Mapping) and is_file(value):
        info = {
            name: value[name] for name in ("filename", "mimeType", "encoding") if value.get(name)
        }
        return {"type": "File", "value": None, "valueInfo": info}
    told = plain(value)
    if isinstance(told, str):
        return _typed("String", told)
    return _typed("Json", json.dumps(told, ensure_ascii=False))


def is_file(value: object) -> bool:
    """Whether a value is a file, as `read_value` makes one of the type File."""
    return isinstance(value, Mapping) and isinstance(value.get(FILE), bytes)


def parse_moment(text: str) -> datetime:
    """An aware time of Camunda's form, ``yyyy-MM-dd'T'HH:mm:ss.SSSZ``.

    Raises:
        ValueError: it has another form, or is before or after all years in UTC.
    """
    found = _DATE.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no date such as 2026-01-05T08:00:00.000+0000.")
    day, fraction, zone = found.groups()
    at = datetime.fromisoformat(f"{day}.{(fraction or '').ljust(6, '0')}{zone}")
    try:
        return at.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{text!r} is before or after all years in UTC.") from error


def moment_text(moment: datetime | None) -> str | None:
    """A time in Camunda's form, UTC, milliseconds."""
    if moment is None:
        return None
    told = moment.astimezone(UTC)
    return f"{told:%Y-%m-%dT%H:%M:%S}.{told.microsecond // 1000:03d}+0000"


def _typed(kind: str, value: object) -> Typed:
    return {"type": kind, "value": value, "valueInfo": {}}


def _whole_text(value: int) -> Typed:
    if -_INT32 <= value < _INT32:
        return _typed("Integer", value)
    if -_INT64 <= value < _INT64:
        return _typed("Long", value)
    return _typed("Json", str(value))


def _double(value: object) -> Typed:
    number = float(str(value))
    return _typed("Double", number if math.isfinite(number) else str(number))


_WRITERS: tuple[tuple[type | tuple[type, ...], Callable[[object], Typed]], ...] = (
    (type(None), lambda value: _typed("Null", value)),
    (bool, lambda value: _typed("Boolean", value)),
    (str, lambda value: _typed("String", str(value))),
    (int, lambda value: _whole_text(int(str(value)))),
    ((float, Decimal), _double),
    (datetime, lambda value: _typed("Date", _moment_of(value))),
    (date, lambda value: _typed("Date", _moment_of(value))),
    ((bytes, bytearray), lambda value: _typed("Bytes", plain(value))),
)


def _moment_of(value: object) -> str | None:
    """A date is its midnight in UTC, as Camunda has no type for a day."""
    if isinstance(value, datetime):
        return moment_text(value if value.tzinfo else value.replace(tzinfo=UTC))
    assert isinstance(value, date)
    return moment_text(datetime(value.year, value.month, value.day, tzinfo=UTC))


def _read_flag(value: object, _info: Mapping[str, object]) -> bool:
    text = str(value).lower()
    if text not in {"true", "false"}:
        raise ValueError("it is neither true nor false.")
    return text == "true"


def _read_whole(limit: int) -> Callable[[object, Mapping[str, object]], int]:
    def read(value: object, _info: Mapping[str, object]) -> int:
        number = Decimal(str(value)) if not isinstance(value, bool) else Decimal("NaN")
        if not number.is_finite() or number != number.to_integral_value():
            raise ValueError("it is no whole number.")
        if not -limit <= number < limit:
            raise ValueError(f"it is not between {-limit} and {limit - 1}.")
        return int(number)

    return read


def _read_number(value: object, _info: Mapping[str, object]) -> float | int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return _read_double(value, {})


def _read_double(value: object, _info: Mapping[str, object]) -> float:
    if isinstance(value, bool):
        raise TypeError("it is no number.")
    return float(value if isinstance(value, (int, float)) else str(value))


def _read_text(value: object, _info: Mapping[str, object]) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _read_date(value: object, _info: Mapping[str, object]) -> datetime:
    return parse_moment(str(value))


def _read_bytes(value: object, _info: Mapping[str, object]) -> bytes:
    try:
        return base64.b64decode(str(value), validate=True)
    except binascii.Error as error:
        raise ValueError("it is no base64.") from error


def _read_file(value: object, info: Mapping[str, object]) -> dict[str, object]:
    filename = info.get("filename")
    if not isinstance(filename, str) or not filename:
        raise ValueError("valueInfo lacks the filename.")
    kind = info.get("mimeType") or info.get("mimetype") or "application/octet-stream"
    found: dict[str, object] = {FILE: _read_bytes(value, info), "filename": filename}
    return {**found, "mimeType": str(kind), "encoding": str(info.get("encoding") or "")}


def _read_json(value: object, _info: Mapping[str, object]) -> object:
    return json.loads(value) if isinstance(value, str) else value


def _read_object(value: object, info: Mapping[str, object]) -> object:
    form = info.get("serializationDataFormat")
    if form not in {None, "", "application/json"}:
        raise ValueError(f"serialized as {form}; only application/json can be read.")
    return _read_json(value, info)


_READERS: Mapping[str, Callable[[object, Mapping[str, object]], object]] = {
    "Boolean": _read_flag,
    "Bytes": _read_bytes,
    "Date": _read_date,
    "Double": _read_double,
    "File": _read_file,
    "Integer": _read_whole(_INT32),
    "Json": _read_json,
    "Long": _read_whole(_INT64),
    "Null": lambda _value, _info: None,
    "Number": _read_number,
    "Object": _read_object,
    "Short": _read_whole(2**15),
    "String": _read_text,
    "Xml": _read_text,
}


def _shown(value: object) -> str:
    """The beginning of a value, for messages."""
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
