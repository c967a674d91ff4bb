"""The form that tries a decision: one field for each input that it needs, and what was typed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from flask_babel import gettext

from bpmn.decisions import Need
from bpmn.expressions.feel.values import to_plain

NUMBERS = frozenset({"number", "integer", "long", "double", "short", "float"})
BOOLEANS = {"true": True, "false": False}
MOST_DIGITS = 40
MORE = "more"


@dataclass(frozen=True, slots=True)
class Choice:
    """One option; ``key`` is what the browser sends."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class InputField:
    """One input as the form draws it.

    Attributes:
        name: of the control.
        variable: the input's own name.
        label: for people.
        widget: ``text``, ``number``, ``date`` or ``select``.
        text: what was typed.
        choices: of a ``select``.
        is_list: several values, written as JSON.
        problem: what is wrong with what was typed, empty for nothing.
    """

    name: str
    variable: str
    label: str
    widget: str
    text: str = ""
    choices: tuple[Choice, ...] = ()
    is_list: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Tried:
    """The form with what was typed, and the values that it stands for."""

    fields: tuple[InputField, ...]
    more: InputField
    values: Mapping[str, object]

    @property
    def is_valid(self) -> bool:
        """Whether all values could be read."""
        return not any(field.problem for field in (*self.fields, self.more))


class _Unreadable(ValueError):
    """What was typed is no such value; the text says what it takes."""


def read_inputs(needs: Sequence[Need], typed: Mapping[str, str]) -> Tried:
    """The form of a decision; an empty field gives no value.

    Variables that only an expression names are found by nobody: they are typed as one JSON object.
    """
    fields: list[InputField] = []
    more, values = _more(typed.get(MORE, "").strip())
    for number, need in enumerate(needs):
        name = f"input-{number}"
        text = typed.get(name, "").strip()
        problem = ""
        try:
            if text:
                values[need.name] = _value(need, text)
        except _Unreadable as unreadable:
            problem = str(unreadable)
        fields.append(_field(need, name, text, problem))
    return Tried(tuple(fields), more, values)


def _more(text: str) -> tuple[InputField, dict[str, object]]:
    found = _json_or_text(text) if text else {}
    is_object = isinstance(found, dict)
    problem = "" if is_object else gettext('Write a JSON object, such as {"age": 30}.')
    field = InputField(MORE, "", "", "textarea", text, problem=problem)
    return field, dict(found) if isinstance(found, dict) else {}


def _field(need: Need, name: str, text: str, problem: str) -> InputField:
    choices = () if need.is_list else tuple(_choices(need))
    return InputField(
        name=name,
        variable=need.name,
        label=need.label,
        widget="select" if choices else _widget(need),
        text=text,
        choices=choices,
        is_list=need.is_list,
        problem=problem,
    )


def _choices(need: Need) -> list[Choice]:
    if need.choices:
        return [Choice(str(n), _label(choice)) for n, choice in enumerate(need.choices)]
    if need.type_ref == "boolean":
        return [Choice("true", gettext("yes")), Choice("false", gettext("no"))]
    return []


def _label(choice: object) -> str:
    return choice if isinstance(choice, str) else str(to_plain(choice))


def _widget(need: Need) -> str:
    if need.is_list:
        return "text"
    if need.type_ref in NUMBERS:
        return "number"
    return "date" if need.type_ref == "date" else "text"


def _value(need: Need, text: str) -> object:
    if need.is_list:
        return _list(text)
    if need.choices:
        return _chosen(need, text)
    if need.type_ref == "boolean":
        if text not in BOOLEANS:
            raise _Unreadable(gettext("Choose yes or no."))
        return BOOLEANS[text]
    if need.type_ref in NUMBERS:
        return _number(text)
    if need.type_ref == "date":
        return _date(text)
    return text if need.type_ref == "string" else _json_or_text(text)


def _chosen(need: Need, text: str) -> object:
    if not (text.isdecimal() and len(text) < 6 and int(text) < len(need.choices)):
        raise _Unreadable(gettext("Choose one of the list."))
    return need.choices[int(text)]


def _number(text: str) -> object:
    try:
        found = Decimal(text)
    except InvalidOperation:
        raise _Unreadable(gettext("This is not a number.")) from None
    if not found.is_finite() or len(text) > MOST_DIGITS:
        raise _Unreadable(gettext("This is not a number."))
    return to_plain(found)


def _date(text: str) -> object:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _Unreadable(gettext("This is not a date.")) from None


def _list(text: str) -> object:
    found = _json_or_text(text)
    return found if isinstance(found, list) else [part.strip() for part in text.split(",")]


def _json_or_text(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
