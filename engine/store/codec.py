"""Variables as text: JSON, with tags for what JSON has no word for.

A tagged value is ``{"$": tag, "v": text}``. A mapping of the caller's that has a ``$`` itself, or
keys that are no text, is stored as pairs (tag ``map``), so that every value comes back as it went.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from engine.errors import BadInput

MAX_DEPTH = 100
_TAG = "$"
# Made once: ``json.dumps`` would make an encoder for every call.
to_json = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode
_PLAIN = (str, int, bool, type(None))


def encode(value: object) -> str:
    """Compact JSON of a variable's value, ASCII only: text may hold what no database takes.

    Raises:
        BadInput: a part of it is of a type that cannot be stored, or nested deeper than
            `MAX_DEPTH`.
    """
    return to_json(_pack(value, MAX_DEPTH))


def encode_map(values: Mapping[str, object]) -> str:
    """Compact JSON of variables by name."""
    return encode(dict(values))


def decode(text: str) -> object:
    """The inverse of `encode`."""
    if _TAG not in text:
        return json.loads(text)
    return json.loads(text, object_hook=_unpack)


def decode_map(text: str) -> dict[str, object]:
    """The inverse of `encode_map`."""
    value = decode(text)
    assert isinstance(value, dict)
    return value


def _pack(value: object, depth: int) -> object:
    if type(value) in _PLAIN:
        return value
    if not depth:
        raise BadInput(f"A value is nested deeper than {MAX_DEPTH} levels. Flatten it.")
    if isinstance(value, dict):
        return _pack_dict(value, depth - 1)
    if isinstance(value, (list, tuple)):
        return [_pack(item, depth - 1) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else {_TAG: "float", "v": repr(value)}
    return _pack_other(value, depth)


def _pack_dict(value: dict[object, object], depth: int) -> object:
    if _TAG in value or any(type(key) is not str for key in value):
        pairs = [[_pack(key, depth), _pack(item, depth)] for key, item in value.items()]
        return {_TAG: "map", "v": pairs}
    return {key: _pack(item, depth) for key, item in value.items()}


def _pack_other(value: object, depth: int) -> object:
    for kind, tag, write in _WRITERS:
        if isinstance(value, kind):
            return {_TAG: tag, "v": write(value)}
    if isinstance(value, Mapping):
        return _pack_dict(dict(value), depth - 1)
    if isinstance(value, (str, int)):  # A subclass, such as an enumeration.
        return str(value) if isinstance(value, str) else int(value)
    raise BadInput(
        f"A value of type {type(value).__name__} cannot be stored in a variable. "
        "Give text, numbers, lists, mappings, dates or times."
    )


def _write_duration(value: object) -> str:
    assert isinstance(value, timedelta)
    return f"{value.days}/{value.seconds}/{value.microseconds}"


def _read_duration(text: str) -> timedelta:
    days, seconds, microseconds = text.split("/")
    return timedelta(int(days), int(seconds), int(microseconds))


def _write_bytes(value: object) -> str:
    assert isinstance(value, (bytes, bytearray))
    return base64.b64encode(value).decode("ascii")


def _iso(value: object) -> str:
    assert isinstance(value, (date, time))
    return value.isoformat()


# In this order: a datetime is a date too.
_WRITERS: tuple[tuple[type | tuple[type, ...], str, Callable[[object], str]], ...] = (
    (datetime, "datetime", _iso),
    (date, "date", _iso),
    (time, "time", _iso),
    (timedelta, "duration", _write_duration),
    (Decimal, "decimal", str),
    ((bytes, bytearray), "bytes", _write_bytes),
)

_READERS: Mapping[str, Callable[[str], object]] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "duration": _read_duration,
    "decimal": Decimal,
    "bytes": base64.b64decode,
    "float": float,
}


def _unpack(data: dict[str, object]) -> object:
    tag = data.get(_TAG)
    if tag is None:
        return data
    content = data["v"]
    if tag == "map":
        assert isinstance(content, list)
        return {key: item for key, item in content}  # noqa: C416 - pairs are lists
    assert isinstance(tag, str)
    assert isinstance(content, str)
    return _READERS[tag](content)
