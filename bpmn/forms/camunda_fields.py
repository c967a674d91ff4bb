"""``camunda:formData`` -> Form.

Source: Camunda 7.24 User Guide, "Generated Task Forms" and "Form Field Validation".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bpmn.forms.dates import parse_pattern
from bpmn.forms.model import Field, FieldType, Form, Option, Rules, Widget, Words
from bpmn.model import Expression, Extension, Problem

_DATE_PATTERN = "dd/MM/yyyy"
_TYPES: Mapping[str, tuple[FieldType, Widget]] = {
    "string": (FieldType.TEXT, Widget.TEXT),
    "long": (FieldType.INTEGER, Widget.NUMBER),
    "boolean": (FieldType.BOOLEAN, Widget.CHECKBOX),
    "date": (FieldType.DATE, Widget.DATE),
    "enum": (FieldType.CHOICE, Widget.SELECT),
}


def form_of_fields(data: Extension, *, element_id: str = "", title: str = "") -> Form:
    """Read a ``camunda:formData`` element.

    Args:
        data: the element as drawn.
        element_id: the user task or start event that has it.
        title: what to call the form.

    Returns:
        The form with every problem in it; never raises for what is drawn.
    """
    reader = _Reader(element_id, data.attributes.get("businessKey", ""))
    components = tuple(made for child in data.children if (made := reader.field(child)) is not None)
    reader.check_business_key(components, data)
    return Form(
        id=element_id,
        title=title,
        source="camunda-fields",
        components=components,
        problems=tuple(reader.problems),
    )


@dataclass(slots=True)
class _Reader:
    element_id: str
    business_key: str
    problems: list[Problem] = field(default_factory=list)

    def field(self, drawn: Extension) -> Field | None:
        if drawn.tag != "camunda:formField":
            self._wrong(drawn, "form-child-unknown", f"'{drawn.tag}' is no form field.", "Remove")
            return None
        identity = drawn.attributes.get("id", "").strip()
        if not identity:
            self._wrong(drawn, "form-key-missing", "A form field has no id.", "Give it an id")
            return None
        type_name = drawn.attributes.get("type", "string")
        if type_name not in _TYPES:
            self._wrong(
                drawn,
                "form-field-type-unknown",
                f"The form field '{identity}' has the type '{type_name}'.",
                "Use string, long, date, boolean or enum",
            )
            return None
        return self._typed(drawn, identity, type_name)

    def _typed(self, drawn: Extension, identity: str, type_name: str) -> Field:
        kind, widget = _TYPES[type_name]
        made = Field(
            id=identity,
            path=(identity,),
            type=kind,
            widget=widget,
            label=_words(drawn.attributes.get("label", "") or identity, drawn.line),
            default=self._default(drawn),
            business_key=identity == self.business_key,
        )
        if type_name == "date":
            made = self._dated(made, drawn)
        for child in drawn.children:
            made = self._with_child(made, child)
        if kind is FieldType.CHOICE:
            made = replace(made, options=self._options(drawn))
        return made

    def _with_child(self, made: Field, child: Extension) -> Field:
        if child.tag == "camunda:properties":
            properties = {
                item.attributes.get("id", ""): item.attributes.get("value", item.text)
                for item in child.children
            }
            return replace(made, properties=properties)
        if child.tag == "camunda:validation":
            for constraint in child.children:
                made = self._constrained(made, constraint)
        elif child.tag != "camunda:value":
            self._wrong(
                child, "form-child-unknown", f"'{child.tag}' in a form field is unknown.", "Remove"
            )
        return made

    def _constrained(self, made: Field, constraint: Extension) -> Field:
        name = constraint.attributes.get("name", "")
        config = constraint.attributes.get("config", "").strip()
        if name in {"required", "readonly"}:
            holds = config.lower() != "false"
            if name == "readonly":
                return replace(made, readonly=holds)
            return replace(made, rules=replace(made.rules, required=holds))
        if name in {"minlength", "maxlength", "min", "max"}:
            return replace(made, rules=self._limited(made.rules, name, config, constraint))
        self._wrong(
            constraint,
            "form-validator-refused",
            f"The field '{made.id}' has the validator '{name}', which Laneway does not run.",
            "Use required, readonly, minlength, maxlength, min or max, or check it in a gateway",
        )
        return made

    def _limited(self, rules: Rules, name: str, config: str, constraint: Extension) -> Rules:
        try:
            limit = int(config)
        except ValueError:
            self._wrong(
                constraint,
                "form-limit-invalid",
                f"The validator '{name}' has the value '{config}', which is no whole number.",
                "Write a whole number",
            )
            return rules
        if name == "minlength":
            return replace(rules, min_length=limit)
        if name == "maxlength":
            return replace(rules, max_length=limit)
        return replace(rules, minimum=limit) if name == "min" else replace(rules, maximum=limit)

    def _dated(self, made: Field, drawn: Extension) -> Field:
        pattern = drawn.attributes.get("datePattern", "") or _DATE_PATTERN
        try:
            has_time = parse_pattern(pattern).has_time
        except ValueError:
            self._wrong(
                drawn,
                "form-date-pattern-invalid",
                f"The field '{made.id}' has the date pattern '{pattern}'.",
                "Use numbers only: dd, MM, yyyy, HH, mm, ss",
            )
            return made
        if has_time:
            made = replace(made, type=FieldType.DATETIME, widget=Widget.DATETIME)
        return replace(made, date_pattern=pattern)

    def _options(self, drawn: Extension) -> tuple[Option, ...]:
        values = [child for child in drawn.children if child.tag == "camunda:value"]
        options: list[Option] = []
        for value in values:
            identity = value.attributes.get("id", "")
            options.append(Option(identity, value.attributes.get("name", "") or identity))
        return tuple(options)

    def _default(self, drawn: Extension) -> object:
        text = drawn.attributes.get("defaultValue", "")
        if not text:
            return None
        return _words(text, drawn.line)

    def check_business_key(self, fields: tuple[Field, ...], data: Extension) -> None:
        """The attribute must name one of the fields."""
        if self.business_key and not any(made.business_key for made in fields):
            self._wrong(
                data,
                "form-business-key-missing",
                f"The business key '{self.business_key}' is none of the form's fields.",
                "Name the id of a field",
            )

    def _wrong(self, drawn: Extension, code: str, message: str, hint: str) -> None:
        self.problems.append(
            Problem(code, message, f"{hint}.", element_id=self.element_id, line=drawn.line)
        )


def _words(text: str, line: int) -> Words:
    return Expression(text, "juel", line) if "${" in text or "#{" in text else text
