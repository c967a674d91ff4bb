"""One form-js component -> one component of ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from bpmn.forms.model import (
    VARIABLE,
    Button,
    Component,
    Field,
    FieldType,
    Kind,
    Layout,
    Option,
    Rules,
    Separator,
    Spacer,
    Text,
    TimeFormat,
    Widget,
)
from bpmn.forms.reading import Members
from bpmn.model import Expression

MAX_OPTIONS = 5_000

Path = tuple[str, ...]

_DATETIME = {
    "date": (FieldType.DATE, Widget.DATE),
    "time": (FieldType.TIME, Widget.TIME),
    "datetime": (FieldType.DATETIME, Widget.DATETIME),
}


def path_of(key: str) -> Path:
    """The path behind a dotted key; empty for an empty key."""
    return tuple(key.strip().split(".")) if key.strip() else ()


def hide_of(members: Members) -> Expression | None:
    """``conditional.hide``."""
    return members.nested("conditional").expression("hide")


def layout_of(members: Members) -> Layout:
    """``layout``: row and columns."""
    layout = members.nested("layout")
    return Layout(layout.text("row"), layout.whole("columns", default=0) or 0)


def _text(members: Members) -> Component:
    return Text(members.text("id"), members.words("text"), hide_of(members), layout_of(members))


def _separator(members: Members) -> Component:
    return Separator(members.text("id"), hide_of(members), layout_of(members))


def _spacer(members: Members) -> Component:
    height = members.whole("height", default=60) or 0
    return Spacer(members.text("id"), min(height, 2_000), hide_of(members), layout_of(members))


def _button(members: Members) -> Component:
    return Button(
        id=members.text("id"),
        label=members.words("label"),
        action=members.choice("action", ("submit", "reset"), "submit"),
        hide=hide_of(members),
        layout=layout_of(members),
    )


def _input(members: Members, path: Path, kind: FieldType, widget: Widget) -> Field:
    look = members.nested("appearance")
    return Field(
        id=members.text("id"),
        path=path,
        type=kind,
        widget=widget,
        label=members.words("label"),
        description=members.words("description"),
        prefix=look.words("prefixAdorner"),
        suffix=look.words("suffixAdorner"),
        default=_default(members),
        rules=_rules(members.nested("validate")),
        readonly=members.condition("readonly"),
        disabled=members.condition("disabled"),
        hide=hide_of(members),
        properties=_properties(members),
        layout=layout_of(members),
    )


def _default(members: Members) -> object:
    value = members.part.get("defaultValue")
    if isinstance(value, str) and value.lstrip().startswith("="):
        return members.expression("defaultValue")
    return None if value == "" else value


def _rules(validate: Members) -> Rules:
    kind = validate.choice("validationType", ("", "custom", *Kind), "")
    return Rules(
        required=validate.flag("required"),
        min_length=validate.limit("minLength"),
        max_length=validate.limit("maxLength"),
        minimum=validate.limit("min"),
        maximum=validate.limit("max"),
        pattern="" if kind in set(Kind) else validate.text("pattern"),
        pattern_message=validate.text("patternErrorMessage"),
        kind=Kind(kind) if kind in set(Kind) else None,
    )


def _properties(members: Members) -> Mapping[str, str]:
    return {name: str(value) for name, value in members.nested("properties").part.items()}


def _textfield(members: Members, path: Path) -> Field:
    return _input(members, path, FieldType.TEXT, Widget.TEXT)


def _textarea(members: Members, path: Path) -> Field:
    return _input(members, path, FieldType.TEXT, Widget.TEXTAREA)


def _number(members: Members, path: Path) -> Field:
    made = _input(members, path, FieldType.NUMBER, Widget.NUMBER)
    return replace(
        made,
        rules=replace(made.rules, decimal_digits=members.whole("decimalDigits")),
        increment=members.number("increment"),
        serialize_to_string=members.flag("serializeToString"),
    )


def _checkbox(members: Members, path: Path) -> Field:
    made = _input(members, path, FieldType.BOOLEAN, Widget.CHECKBOX)
    return replace(made, rules=replace(made.rules, must_be_true=made.rules.required))


def _select(members: Members, path: Path) -> Field:
    made = _input(members, path, FieldType.CHOICE, Widget.SELECT)
    return replace(_with_options(made, members), searchable=members.flag("searchable"))


def _radio(members: Members, path: Path) -> Field:
    return _with_options(_input(members, path, FieldType.CHOICE, Widget.RADIO), members)


def _with_options(made: Field, members: Members) -> Field:
    variable = members.text("valuesKey").strip()
    expression = members.expression("valuesExpression")
    if variable:
        expression = Expression(variable, VARIABLE, expression.line if expression else 0)
    return replace(made, options=_options(members), options_from=expression)


def _options(members: Members) -> tuple[Option, ...]:
    values = members.part.get("values", [])
    if not isinstance(values, list) or len(values) > MAX_OPTIONS:
        members.wrong("values", values, f"a list of at most {MAX_OPTIONS} choices")
        return ()
    options: list[Option] = []
    for item in values:
        value = item.get("value") if isinstance(item, Mapping) else item
        if not isinstance(value, str | int | float | bool):
            members.wrong("values", item, "a list of choices with label and value")
            continue
        label = item.get("label", value) if isinstance(item, Mapping) else value
        options.append(Option(value, str(label)))
    return tuple(options)


def _datetime(members: Members, path: Path) -> Field:
    subtype = members.choice("subtype", tuple(_DATETIME), "date")
    made = _input(members, path, *_DATETIME[subtype])
    date_label, time_label = members.words("dateLabel"), members.words("timeLabel")
    first = time_label if subtype == "time" else date_label
    time_format = members.choice(
        "timeSerializingFormat", tuple(TimeFormat), TimeFormat.NO_TIMEZONE.value
    )
    return replace(
        made,
        label=made.label or first,
        time_label=time_label if subtype == "datetime" else "",
        rules=replace(made.rules, not_in_past=members.flag("disallowPassedDates")),
        time_format=TimeFormat(time_format),
        time_interval=members.whole("timeInterval", default=15) or 15,
        use_24h=members.flag("use24h"),
    )


STATIC: Mapping[str, Callable[[Members], Component]] = {
    "text": _text,
    "separator": _separator,
    "spacer": _spacer,
    "button": _button,
}

FIELDS: Mapping[str, Callable[[Members, Path], Field]] = {
    "textfield": _textfield,
    "textarea": _textarea,
    "number": _number,
    "checkbox": _checkbox,
    "select": _select,
    "radio": _radio,
    "datetime": _datetime,
}
