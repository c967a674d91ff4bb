"""A field's value as typed, as stored, and as shown."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from bpmn.forms import dates
from bpmn.forms.messages import Invalid
from bpmn.forms.model import Field, FieldType, Option
from bpmn.forms.situation import Situation, as_json, digits, plain

MAX_TEXT = 65_536
_MAX_NUMBER_TEXT = 100
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_COMMA = re.compile(r"([+-]?\d+),(\d+)", re.ASCII)
_LONG = range(-(2**63), 2**63)
_TRUE = frozenset({"true", "on", "1", "yes"})
_FALSE = frozenset({"false", "off", "0", "no", ""})
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Reading:
    """What is needed to read a value of one field."""

    field: Field
    situation: Situation
    options: tuple[Option, ...] = ()


def read_text(text: str, reading: Reading) -> object:
    """The typed value of what an HTML control posted.

    Numbers take a point; a comma only where it cannot be a thousands mark. Dates take ISO 8601
    and the field's pattern. Text keeps its lines, each ended by one line feed.

    Raises:
        Invalid: the text is none of the field's type.
    """
    text = _clean(text)
    if reading.field.type is FieldType.TEXT:
        return text
    if reading.field.type is FieldType.BOOLEAN:
        return _boolean(text)
    if not text.strip():
        return None
    if reading.field.type is FieldType.CHOICE:
        return _chosen(text, reading, lambda option: option.key == text)
    if reading.field.type in {FieldType.NUMBER, FieldType.INTEGER}:
        return _number(_decimal(text.strip()), reading.field)
    return _moment(text, reading)


def read_value(value: object, reading: Reading) -> object:
    """The typed value of a JSON value, strictly: text is no number, ``1`` is not ``true``.

    Raises:
        Invalid: the value is none of the field's type.
    """
    kind = reading.field.type
    if kind is FieldType.TEXT:
        return _text(value)
    if value is None:
        return None
    if kind is FieldType.BOOLEAN:
        if not isinstance(value, bool):
            raise Invalid("not-a-boolean")
        return value
    if kind is FieldType.CHOICE:
        return _chosen(value, reading, lambda option: is_same(option.value, value))
    if kind in {FieldType.NUMBER, FieldType.INTEGER}:
        return _number(_exact(value, reading.field), reading.field)
    return _moment(value, reading)


def shown(value: object, reading: Reading) -> str:
    """The stored *value* as the text of its HTML control.

    Raises:
        Invalid: the value does not suit the field.
    """
    kind = reading.field.type
    if kind is FieldType.JSON:
        return value if isinstance(value, str) else as_json(value)
    if value is None:
        return ""
    if kind is FieldType.TEXT:
        if isinstance(value, Mapping | list | tuple):
            raise Invalid("not-a-text")
        return plain(value).replace("\r\n", "\n")
    return _shown_typed(value, reading)


def is_same(one: object, other: object) -> bool:
    """Equality that tells ``True`` from ``1``."""
    return isinstance(one, bool) == isinstance(other, bool) and one == other


def _shown_typed(value: object, reading: Reading) -> str:
    kind = reading.field.type
    if kind is FieldType.BOOLEAN:
        return "true" if read_value(value, reading) else "false"
    if kind is FieldType.CHOICE:
        match = (o.key for o in reading.options if is_same(o.value, value))
        key = next(match, None)
        if key is None:
            raise Invalid("not-an-option", value=plain(value))
        return key
    if kind in {FieldType.NUMBER, FieldType.INTEGER}:
        return digits(_loose(value))
    return _shown_moment(value, reading)


def _clean(text: str) -> str:
    if len(text) > 2 * MAX_TEXT:
        raise Invalid("too-long", limit=MAX_TEXT, length=len(text))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > MAX_TEXT:
        raise Invalid("too-long", limit=MAX_TEXT, length=len(text))
    if _CONTROL.search(text):
        raise Invalid("control-character")
    return text


def _text(value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Invalid("not-a-text")
    return _clean(value)


def _boolean(text: str) -> bool:
    word = text.strip().lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise Invalid("not-a-boolean")


def _chosen(value: object, reading: Reading, fits: Callable[[Option], bool]) -> object:
    for option in reading.options:
        if fits(option):
            return option.value
    raise Invalid("not-an-option", value=plain(value))


def _decimal(text: str) -> Decimal:
    if len(text) > _MAX_NUMBER_TEXT:
        raise Invalid("number-too-precise")
    comma = _COMMA.fullmatch(text)
    if comma:
        if len(comma.group(2)) == 3:
            raise Invalid("number-ambiguous", value=text)
        text = f"{comma.group(1)}.{comma.group(2)}"
    if not _NUMBER.fullmatch(text):
        raise Invalid("not-a-number")
    return _bounded(Decimal(text))


def _exact(value: object, field: Field) -> Decimal:
    if isinstance(value, str) and field.serialize_to_string:
        return _decimal(value.strip())
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise Invalid("not-a-number")
    return _loose(value)


def _loose(value: object) -> Decimal:
    """The number behind a stored value, which may be its text."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        raise Invalid("not-a-number")
    try:
        return _bounded(Decimal(repr(value) if isinstance(value, float) else value))
    except InvalidOperation as error:
        raise Invalid("not-a-number") from error


def _bounded(number: Decimal) -> Decimal:
    if not number.is_finite():
        raise Invalid("not-a-number")
    if abs(number.adjusted()) > _MAX_NUMBER_TEXT:
        raise Invalid("number-too-precise")
    return number


def _number(number: Decimal, field: Field) -> int | float | str:
    if field.type is FieldType.INTEGER:
        return _long(number)
    if field.serialize_to_string:
        return digits(number)
    if number == number.to_integral_value():
        return int(number)
    near = float(number)
    if math.isinf(near) or Decimal(repr(near)) != number:
        raise Invalid("number-too-precise")
    return near


def _long(number: Decimal) -> int:
    if number != number.to_integral_value():
        raise Invalid("not-an-integer")
    if int(number) not in _LONG:
        raise Invalid("integer-too-large")
    return int(number)


def _moment(value: object, reading: Reading) -> str:
    field, situation = reading.field, reading.situation
    try:
        if field.type is FieldType.DATE:
            return dates.date_text(dates.read_date(value, situation, field.date_pattern))
        if field.type is FieldType.TIME:
            read = dates.read_time(value, situation)
            return dates.stored_time(read, field.time_format, situation)
        moment = dates.read_datetime(value, situation, field.date_pattern)
        return dates.stored_datetime(moment, field.time_format, situation)
    except ValueError as error:
        raise _not_a_moment(field) from error


def _shown_moment(value: object, reading: Reading) -> str:
    field, situation = reading.field, reading.situation
    try:
        if field.type is FieldType.DATE:
            return dates.date_text(dates.read_date(value, situation, field.date_pattern))
        if field.type is FieldType.TIME:
            return dates.time_text(dates.read_time(value, situation))
        return dates.datetime_text(dates.read_datetime(value, situation, field.date_pattern))
    except ValueError as error:
        raise _not_a_moment(field) from error


def _not_a_moment(field: Field) -> Invalid:
    if field.type is FieldType.DATE:
        return Invalid("not-a-date", example=field.date_pattern or "2026-12-31")
    return Invalid("not-a-time" if field.type is FieldType.TIME else "not-a-datetime")


def day_of(value: object, situation: Situation) -> date:
    """The calendar day of a stored date or datetime value.

    Raises:
        ValueError: it is neither.
    """
    return dates.read_date(value, situation)
