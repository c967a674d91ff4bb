"""A form for a user task that declares none: from its documentation and the variables it sees."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal

from bpmn.forms.model import Component, Field, FieldType, Form, Option, Text, Widget
from bpmn.forms.needed import Needed
from bpmn.forms.values import MAX_TEXT

MAX_FIELDS = 200
_LONG_TEXT = 80
_ISO_DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", re.ASCII)
_WIDGETS = {
    FieldType.BOOLEAN: Widget.CHECKBOX,
    FieldType.NUMBER: Widget.NUMBER,
    FieldType.TEXT: Widget.TEXT,
}
_BETWEEN_WORDS = re.compile(r"[_\-.\s]+|(?<=[a-z0-9])(?=[A-Z])")

Kinds = tuple[FieldType, Widget]


def generate_form(
    variables: Mapping[str, object],
    *,
    needed: Iterable[Needed] = (),
    element_id: str = "",
    title: str = "",
    text: str = "",
) -> Form:
    """One field for each variable, by name; what is no single value is shown as JSON.

    Args:
        variables: what the task sees; iterated, so only that.
        needed: what conditions behind the task read; asked for where it is not there.
        element_id: the user task.
        title: its name.
        text: its documentation, drawn above the fields as Markdown.

    Returns:
        A form with at most `MAX_FIELDS` fields; without variables and documentation an empty
        one, which a person completes by its button.
    """
    note: tuple[Component, ...] = (Text("documentation", text),) if text.strip() else ()
    names = sorted(variables)[:MAX_FIELDS]
    asked = [one for one in needed if _is_missing(one, variables)]
    replaced = {one.name for one in asked}
    fields = tuple(_field(name, variables[name]) for name in names if name not in replaced)
    questions = tuple(_question(one) for one in asked)
    components = (*note, *fields, *questions)
    return Form(id=element_id, title=title, source="generated", components=components)


def _is_missing(one: Needed, variables: Mapping[str, object]) -> bool:
    value: object = variables
    for part in one.path:
        if not isinstance(value, Mapping):
            return False
        value = value.get(part)
        if value is None:
            return True
    return False


def _question(one: Needed) -> Field:
    widget = _WIDGETS[one.type]
    kind = one.type
    if one.options:
        kind, widget = FieldType.CHOICE, Widget.SELECT
    return Field(
        id=f"variable:{'.'.join(one.path)}",
        path=one.path,
        type=kind,
        widget=widget,
        label=_label(one.path[-1]),
        options=tuple(Option(text, text) for text in one.options),
    )


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
