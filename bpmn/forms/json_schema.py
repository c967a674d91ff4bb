"""A JSON Schema (draft 7), as SpiffWorkflow's forms are kept -> Form.

Source: JSON Schema validation (draft-handrews-json-schema-validation-01) and what
react-jsonschema-form reads of a UI schema: order, help, widget, title.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bpmn.forms.json_source import Unreadable, read_object
from bpmn.forms.model import Component, Field, FieldType, Form, Group, Kind, Option, Rules, Widget
from bpmn.model import Problem, Severity

_MAX_FIELDS = 1_000
_MAX_LEVELS = 10
_FORMATS = {
    "date": (FieldType.DATE, Widget.DATE),
    "time": (FieldType.TIME, Widget.TIME),
    "date-time": (FieldType.DATETIME, Widget.DATETIME),
}
_TYPES = {
    "string": (FieldType.TEXT, Widget.TEXT),
    "number": (FieldType.NUMBER, Widget.NUMBER),
    "integer": (FieldType.INTEGER, Widget.NUMBER),
    "boolean": (FieldType.BOOLEAN, Widget.CHECKBOX),
}
# What decides more than a single field can check.
_BEYOND = ("oneOf", "anyOf", "allOf", "not", "if", "dependencies", "patternProperties")

Json = Mapping[str, object]


def form_of_schema(
    schema: bytes, *, ui: bytes = b"", name: str = "", element_id: str = "", title: str = ""
) -> Form:
    """Read a JSON Schema of an object: one field for each property, a group for each object.

    Args:
        schema: the file.
        ui: the UI schema beside it, if any.
        name: of the file, for problems.
        element_id: the element that shows the form.
        title: its name, where the schema has no title.

    Returns:
        The form with every problem in it. What a field cannot hold (lists) is shown and not
        written.
    """
    try:
        root = read_object(schema, name=name)
        shown = read_object(ui, name=name) if ui else {}
    except Unreadable as error:
        return Form(id=element_id, title=title, source="json-schema", problems=(error.problem,))
    return _Reader(root, name).form(shown, element_id=element_id, title=title)


@dataclass(slots=True)
class _Reader:
    root: Json
    name: str
    problems: list[Problem] = field(default_factory=list)
    count: int = 0

    def form(self, shown: Json, *, element_id: str, title: str) -> Form:
        components = tuple(self._properties(self.root, shown, ()))
        if not components:
            self._tell("form-empty", "The schema has no properties.", "Give it some.")
        return Form(
            id=element_id,
            title=_text(self.root, "title") or title,
            source="json-schema",
            components=components,
            problems=tuple(self.problems),
        )

    def _properties(self, schema: Json, shown: Json, path: tuple[str, ...]) -> Iterator[Component]:
        for beyond in _BEYOND:
            if beyond in schema:
                where = ".".join(path) or "the schema"
                self._tell(
                    "form-schema-part",
                    f"{beyond!r} of {where} is not checked.",
                    "Check it in a gateway behind the task.",
                )
        required = schema.get("required")
        wanted = frozenset(map(str, required)) if isinstance(required, list) else frozenset()
        properties = _object(schema.get("properties"))
        for key in _ordered(properties, shown):
            part = self._resolved(_object(properties[key]))
            yield from self._component(
                part, _object(shown.get(key)), (*path, key), is_required=key in wanted
            )

    def _component(
        self, schema: Json, shown: Json, path: tuple[str, ...], *, is_required: bool
    ) -> Iterator[Component]:
        self.count += 1
        if self.count > _MAX_FIELDS or len(path) > _MAX_LEVELS:
            self._tell(
                "form-too-large", "The schema has too many fields or levels.", "Take some out."
            )
            return
        if schema.get("type") == "object":
            inner = tuple(self._properties(schema, shown, path))
            yield Group(".".join(path), inner, label=_label(schema, shown, path), outline=True)
        else:
            yield self._field(schema, shown, path, is_required=is_required)

    def _field(
        self, schema: Json, shown: Json, path: tuple[str, ...], *, is_required: bool
    ) -> Field:
        kind, widget = self._kind(schema, shown, path)
        options = tuple(_options(schema))
        if options:
            chosen = shown.get("ui:widget") == "radio"
            kind, widget = FieldType.CHOICE, Widget.RADIO if chosen else Widget.SELECT
        return Field(
            id=".".join(path),
            path=path,
            type=kind,
            widget=widget,
            label=_label(schema, shown, path),
            description=_text(shown, "ui:help") or _text(schema, "description"),
            placeholder=_text(shown, "ui:placeholder"),
            default=schema.get("default"),
            options=options,
            rules=_rules(schema, kind, is_required=is_required),
            readonly=kind is FieldType.JSON or schema.get("readOnly") is True,
            disabled=shown.get("ui:disabled") is True,
        )

    def _kind(self, schema: Json, shown: Json, path: tuple[str, ...]) -> tuple[FieldType, Widget]:
        of = schema.get("type")
        names = [each for each in of if each != "null"] if isinstance(of, list) else [of]
        name = names[0] if len(names) == 1 else None
        if name == "string" and schema.get("format") in _FORMATS:
            return _FORMATS[str(schema["format"])]
        if name == "string" and shown.get("ui:widget") == "textarea":
            return FieldType.TEXT, Widget.TEXTAREA
        if isinstance(name, str) and name in _TYPES:
            return _TYPES[name]
        if not _list(schema.get("enum")):
            self._tell(
                "form-schema-type",
                f"{'.'.join(path)!r} is of type {of!r}, which is shown and not filled in.",
                "Use texts, numbers, truth values and objects of them.",
            )
        return FieldType.JSON, Widget.JSON

    def _resolved(self, schema: Json) -> Json:
        """What a reference within the file leads to; at most one step after the other."""
        for _ in range(_MAX_LEVELS):
            reference = schema.get("$ref")
            if not isinstance(reference, str):
                return schema
            schema = self._at(reference)
        return schema

    def _at(self, reference: str) -> Json:
        found: object = self.root
        for part in reference.removeprefix("#/").split("/"):
            found = _object(found).get(part)
        if not reference.startswith("#/") or not isinstance(found, Mapping):
            self._tell(
                "form-schema-reference",
                f"{reference!r} leads to nothing in this file.",
                "Define it under $defs.",
            )
            return {}
        return found

    def _tell(self, code: str, message: str, hint: str) -> None:
        told = Problem(code, message, hint, Severity.WARNING, file=self.name)
        if told not in self.problems:
            self.problems.append(told)


def _rules(schema: Json, kind: FieldType, *, is_required: bool) -> Rules:
    is_text = kind is FieldType.TEXT
    return Rules(
        required=is_required and kind is not FieldType.BOOLEAN,
        min_length=_number(schema, "minLength") if is_text else None,
        max_length=_number(schema, "maxLength") if is_text else None,
        minimum=_number(schema, "minimum"),
        maximum=_number(schema, "maximum"),
        pattern=_text(schema, "pattern") if is_text else "",
        kind=Kind.EMAIL if is_text and schema.get("format") == "email" else None,
    )


def _options(schema: Json) -> Iterator[Option]:
    names = _list(schema.get("enumNames"))
    for index, value in enumerate(_list(schema.get("enum"))):
        if isinstance(value, str | int | float | bool):
            label = names[index] if index < len(names) else value
            yield Option(value, str(label))


def _ordered(properties: Json, shown: Json) -> list[str]:
    """Properties as the UI schema orders them; ``*`` stands for all that it does not name."""
    order = [str(name) for name in _list(shown.get("ui:order"))]
    rest = [name for name in properties if name not in order]
    if "*" in order:
        at = order.index("*")
        order[at : at + 1] = rest
        rest = []
    return [name for name in (*order, *rest) if name in properties]


def _label(schema: Json, shown: Json, path: tuple[str, ...]) -> str:
    return _text(shown, "ui:title") or _text(schema, "title") or path[-1]


def _object(value: object) -> Json:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _text(of: Json, name: str) -> str:
    value = of.get(name)
    return value if isinstance(value, str) else ""


def _number(of: Json, name: str) -> int | float | None:
    value = of.get(name)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if is_number else None  # type: ignore[return-value]
