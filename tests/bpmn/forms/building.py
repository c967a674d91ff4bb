"""Forms for tests, in the two shapes that diagrams bring them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bpmn.forms import (
    Checked,
    FilledField,
    FilledForm,
    FilledText,
    Form,
    check,
    check_values,
    form_of_fields,
    parse_form,
    prefill,
)
from bpmn.model import Extension

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def form_js(*components: Mapping[str, Any], **root: Any) -> Form:
    """A form-js form; components get an id from their key where they have none."""
    parts = [{"id": f"F_{part.get('key', n)}", **part} for n, part in enumerate(components)]
    data = {"type": "default", "id": "form", "schemaVersion": 19, "components": parts, **root}
    return parse_form(json.dumps(data))


def text(key: str, **more: Any) -> dict[str, Any]:
    return {"type": "textfield", "key": key, "label": key, **more}


def number(key: str, **more: Any) -> dict[str, Any]:
    return {"type": "number", "key": key, "label": key, **more}


def select(key: str, *values: Any, **more: Any) -> dict[str, Any]:
    options = [{"label": f"The {value}", "value": value} for value in values]
    return {"type": "select", "key": key, "label": key, "values": options, **more}


def camunda(*fields: Extension, **attributes: str) -> Form:
    return form_of_fields(
        Extension("camunda:formData", attributes, children=fields), element_id="Task_1"
    )


def camunda_field(
    identity: str,
    kind: str = "string",
    *,
    constraints: Mapping[str, str] | None = None,
    values: Mapping[str, str] | None = None,
    **attributes: str,
) -> Extension:
    children = [
        Extension("camunda:value", {"id": value, "name": name})
        for value, name in (values or {}).items()
    ]
    if constraints:
        drawn = tuple(
            Extension("camunda:constraint", {"name": name, "config": config})
            for name, config in constraints.items()
        )
        children.append(Extension("camunda:validation", children=drawn))
    shown = {"id": identity, "type": kind, **attributes}
    return Extension("camunda:formField", shown, children=tuple(children), line=12)


def fill(form: Form, variables: Mapping[str, object] | None = None, **more: Any) -> FilledForm:
    return prefill(form, variables or {}, now=NOW, **more)


def post(
    form: Form,
    submitted: Mapping[str, Any],
    variables: Mapping[str, object] | None = None,
    **more: Any,
) -> Checked:
    return check(form, submitted, variables or {}, now=NOW, **more)


def send(
    form: Form, values: Mapping[str, object], variables: Mapping[str, object] | None = None
) -> Checked:
    return check_values(form, values, variables or {}, now=NOW)


def codes(checked: Checked) -> list[tuple[str, str]]:
    return [(problem.key, problem.code) for problem in checked.problems]


def the_field(filled: FilledForm, name: str) -> FilledField:
    return next(field for field in filled.fields if field.name == name)


def markdown(filled: FilledForm) -> list[str]:
    return [part.markdown for part in filled.components if isinstance(part, FilledText)]
