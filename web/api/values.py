"""Variables as plain JSON: what JSON has no word for becomes text that says the same."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import isodate


def plain(value: object) -> object:
    """Dates and durations as ISO 8601, exact numbers as numbers, bytes as base64."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float | Decimal):
        return _number(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return _text(value)


def plain_map(values: Mapping[str, object]) -> dict[str, object]:
    """`plain` of variables by name."""
    return {str(name): plain(value) for name, value in values.items()}


def json_text(value: object) -> str:
    """A value as JSON text."""
    return json.dumps(plain(value), ensure_ascii=False)


def _number(value: float | Decimal) -> int | float | None:
    if not math.isfinite(value):
        return None
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def _text(value: object) -> str:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(isodate.duration_isoformat(value))
    if isinstance(value, bytes | bytearray):
        return base64.b64encode(value).decode("ascii")
    return str(value)
