"""Variables: typed as they travel, plain as handlers use them.

| Python | type |
|---|---|
| bool, int, float, str, None | Boolean, Integer or Long, Double, String, Null |
| datetime (aware; naive counts as UTC), date | Date |
| bytes | Bytes |
| `File` | File |
| dict, list, tuple | Json |
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

Typed = Mapping[str, object]

_INT32, _INT64 = 2**31, 2**63


@dataclass(frozen=True, slots=True)
class File:
    """A file. ``data`` is ``None`` in a fetched task: `Task.read_file` gets the bytes."""

    name: str
    data: bytes | None = None
    media_type: str = "application/octet-stream"
    encoding: str = ""


def encode(value: object) -> Typed:
    """A plain value with its type.

    Raises:
        TypeError: there is no type for it.
    """
    for kind, write in _WRITERS:
        if isinstance(value, kind):
            return write(value)
    raise TypeError(f"A value of type {type(value).__name__} cannot be a variable.")


def encode_all(values: Mapping[str, object]) -> dict[str, Typed]:
    """Variables by name; an error says which one it is.

    Raises:
        TypeError: there is no type for one of them, or *values* have no names.
    """
    if not isinstance(values, Mapping):
        raise TypeError(f"Variables are given by name, not as {type(values).__name__}.")
    found = {}
    for name, value in values.items():
        try:
            found[name] = encode(value)
        except (TypeError, ValueError) as error:
            raise TypeError(f"Variable {name!r}: {error}") from error
    return found


def decode(typed: Typed) -> object:
    """The plain value of a typed one; what cannot be read here, as a Java object, as it came."""
    kind, value = str(typed.get("type") or ""), typed.get("value")
    kind = kind[:1].upper() + kind[1:]
    if kind == "File":
        info = typed.get("valueInfo")
        return _file(info if isinstance(info, Mapping) else {})
    read = _READERS.get(kind)
    if value is None or read is None:
        return value
    try:
        return read(value)
    except (ValueError, RecursionError):
        return value


def decode_all(typed: Mapping[str, Typed]) -> dict[str, object]:
    """Plain values by name."""
    return {name: decode(one) for name, one in typed.items()}


def _of(kind: str) -> Callable[[object], Typed]:
    return lambda value: {"type": kind, "value": value}


def _whole(value: object) -> Typed:
    assert isinstance(value, int)
    if not -_INT64 <= value < _INT64:
        raise ValueError("it has more than 64 bits.")
    return {"type": "Integer" if -_INT32 <= value < _INT32 else "Long", "value": int(value)}


def _double(value: object) -> Typed:
    number = float(str(value))
    if not math.isfinite(number):
        raise ValueError("it is no finite number.")
    return {"type": "Double", "value": number}


def _moment(value: object) -> Typed:
    if not isinstance(value, datetime):
        assert isinstance(value, date)
        value = datetime(value.year, value.month, value.day, tzinfo=UTC)
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    told = aware.astimezone(UTC)
    text = f"{told:%Y-%m-%dT%H:%M:%S}.{told.microsecond // 1000:03d}+0000"
    return {"type": "Date", "value": text}


def _bytes(value: object) -> Typed:
    assert isinstance(value, bytes)
    return {"type": "Bytes", "value": base64.b64encode(value).decode("ascii")}


def _sent_file(value: object) -> Typed:
    assert isinstance(value, File)
    info = {"filename": value.name, "mimeType": value.media_type, "encoding": value.encoding}
    data = base64.b64encode(value.data or b"").decode("ascii")
    return {"type": "File", "value": data, "valueInfo": {k: v for k, v in info.items() if v}}


def _json(value: object) -> Typed:
    return {"type": "Json", "value": json.dumps(value, allow_nan=False)}


_WRITERS: tuple[tuple[type | tuple[type, ...], Callable[[object], Typed]], ...] = (
    (type(None), _of("Null")),
    (bool, _of("Boolean")),
    (str, _of("String")),
    (int, _whole),
    ((float, Decimal), _double),
    (date, _moment),
    (bytes, _bytes),
    (File, _sent_file),
    ((dict, list, tuple), _json),
)


def _file(info: Mapping[str, object]) -> File:
    return File(
        str(info.get("filename") or ""),
        media_type=str(info.get("mimeType") or "application/octet-stream"),
        encoding=str(info.get("encoding") or ""),
    )


def _parsed(value: object) -> object:
    return json.loads(value) if isinstance(value, str) else value


_READERS: Mapping[str, Callable[[object], object]] = {
    "Date": lambda value: datetime.fromisoformat(str(value)),
    "Bytes": lambda value: base64.b64decode(str(value)),
    "Double": lambda value: float(str(value)),
    "Json": _parsed,
    "Object": _parsed,
}
