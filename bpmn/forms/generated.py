"""A form for a user task that declares none: from its documentation and the variables it sees."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal

from bpmn.forms.model import Component, Field, FieldType, Form, Text, Widget
from bpmn.forms.values import MAX_TEXT

MAX_FIELDS = 200
_LONG_TEXT = 80
_ISO_DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", re.ASCII)
_BETWEEN_WORDS = re.compile(r"[_\-.\s]+|(?<=[a-z0-9])(?=[A-Z])")

Kinds = tuple[FieldType, Widget]


def generate_form(
    variables: Mapping[str, object], *, element_id: str = "", title: str = "", text: str = ""
) -> Form:
    """One field for each variable, by name; what is no single value is shown as JSON.

    Args:
        variables: what the task sees; iterated, so only that.
        element_id: the user task.
        title: its name.
        text: its documentation, drawn above the fields as Markdown.

    Returns:
        A form with at most `MAX_FIELDS` fields; without variables and documentation an empty
        one, which a person completes by its button.
    """
    note: tuple[Component, ...] = (Text("documentation", text),) if text.strip() else ()
    names = sorted(variables)[:MAX_FIELDS]
    fields = tuple(_field(name, variables[name]) for name in names)
    return Form(id=element_id, title=title, source="generated", components=(*note, *fields))


def _field(name: str, value: object) -> Field:
    kind, widget = _kinds(value)
    return Field(
        id=f"variable:{name}",
        path=(name,),
        type=kind,
        widget=widget,
        label=_label(name),
        readonly=kind is FieldType.JSON,
    )


def _kinds(value: object) -> Kinds:
    if isinstance(value, bool):
        return FieldType.BOOLEAN, Widget.CHECKBOX
    if isinstance(value, int | float | Decimal):
        return _kinds_of_number(value)
    if isinstance(value, str):
        return _kinds_of_text(value)
    if isinstance(value, datetime):
        return FieldType.DATETIME, Widget.DATETIME
    if isinstance(value, date):
        return FieldType.DATE, Widget.DATE
    return _kinds_of_rest(value)


def _kinds_of_rest(value: object) -> Kinds:
    if isinstance(value, time):
        return FieldType.TIME, Widget.TIME
    if value is None:
        return FieldType.TEXT, Widget.TEXT
    return FieldType.JSON, Widget.JSON


def _kinds_of_number(value: float | Decimal) -> Kinds:
    """A number too long to be typed back exactly is only shown."""
    if len(str(value)) > 15 or not Decimal(str(value)).is_finite():
        return FieldType.JSON, Widget.JSON
    return FieldType.NUMBER, Widget.NUMBER


def _kinds_of_text(value: str) -> Kinds:
    if _ISO_DATE.fullmatch(value):
        return FieldType.DATE, Widget.DATE
    if len(value) > MAX_TEXT:
        return FieldType.JSON, Widget.JSON
    long = len(value) > _LONG_TEXT or "\n" in value
    return FieldType.TEXT, Widget.TEXTAREA if long else Widget.TEXT


def _label(name: str) -> str:
    """``netAmount`` and ``net_amount`` -> ``Net amount``; ``VAT`` stays."""
    words = [
        word if word.isupper() else word.lower() for word in _BETWEEN_WORDS.split(name) if word
    ]
    text = " ".join(words)
    return text[:1].upper() + text[1:] or name
