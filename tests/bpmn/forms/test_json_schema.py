"""JSON Schemas as forms, as SpiffWorkflow keeps them."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from bpmn.forms import FieldType, Group, Widget, check, problems_of
from bpmn.forms.json_schema import form_of_schema

NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)


def form(ui: dict | None = None, **schema: object):
    data = json.dumps({"type": "object", **schema}).encode()
    return form_of_schema(data, ui=json.dumps(ui).encode() if ui else b"", name="a.json")


def only(ui: dict | None = None, **schema: object):
    (field,) = form({"x": ui} if ui else None, properties={"x": schema}).fields
    return field


@pytest.mark.parametrize(
    ("schema", "kind", "widget"),
    [
        ({"type": "string"}, FieldType.TEXT, Widget.TEXT),
        ({"type": "string", "format": "date"}, FieldType.DATE, Widget.DATE),
        ({"type": "string", "format": "time"}, FieldType.TIME, Widget.TIME),
        ({"type": "string", "format": "date-time"}, FieldType.DATETIME, Widget.DATETIME),
        ({"type": ["null", "number"]}, FieldType.NUMBER, Widget.NUMBER),
        ({"type": "integer"}, FieldType.INTEGER, Widget.NUMBER),
        ({"type": "boolean"}, FieldType.BOOLEAN, Widget.CHECKBOX),
        ({"type": "string", "enum": ["a", "b"]}, FieldType.CHOICE, Widget.SELECT),
        ({"enum": [1, 2]}, FieldType.CHOICE, Widget.SELECT),
        ({"type": "array"}, FieldType.JSON, Widget.JSON),
    ],
)
def test_a_property_is_a_field_of_its_type(schema, kind, widget):
    field = only(**schema)
    assert (field.type, field.widget) == (kind, widget)


def test_the_ui_schema_decides_how_it_looks():
    ui = {"ui:widget": "textarea", "ui:help": "Why?", "ui:title": "Reason", "ui:disabled": True}
    field = only(ui, type="string", title="x", description="other")
    assert (field.widget, field.description, field.label) == (Widget.TEXTAREA, "Why?", "Reason")
    assert field.disabled is True
    assert only({"ui:widget": "radio"}, enum=["a"]).widget is Widget.RADIO
    properties = {name: {"type": "string"} for name in "abcd"}
    ordered = form({"ui:order": ["c", "*", "a"]}, properties=properties)
    assert [field.key for field in ordered.fields] == ["c", "b", "d", "a"]


def test_rules_are_those_of_the_schema():
    found = form(
        title="Request",
        required=["name", "ok"],
        properties={
            "name": {"type": "string", "minLength": 2, "maxLength": 4, "pattern": "^[a-z]+$"},
            "mail": {"type": "string", "format": "email", "default": "a@example.org"},
            "age": {"type": "integer", "minimum": 1, "maximum": 9},
            "ok": {"type": "boolean"},
        },
    )
    assert (found.title, problems_of(found)) == ("Request", ())
    bad = check(found, {"name": "ABCDE", "mail": "x", "age": "0"}, {}, now=NOW)
    assert {problem.key for problem in bad.problems} == {"name", "mail", "age"}
    good = check(found, {"name": "abc", "mail": "", "age": "5"}, {}, now=NOW)
    assert good.ok
    assert good.values == {"name": "abc", "mail": "", "age": 5, "ok": False}


def test_an_object_is_a_group_and_references_are_followed():
    found = form(
        **{"$defs": {"person": {"type": "object", "properties": {"age": {"type": "number"}}}}},
        properties={"owner": {"$ref": "#/$defs/person"}, "lost": {"$ref": "#/$defs/nobody"}},
    )
    (group, _) = found.components
    assert isinstance(group, Group)
    assert [field.path for field in found.fields] == [("owner", "age"), ("lost",)]
    assert "form-schema-reference" in [problem.code for problem in problems_of(found)]


@pytest.mark.parametrize(
    ("schema", "code"),
    [
        ({}, "form-empty"),
        ({"properties": {"x": {"type": "string"}}, "oneOf": []}, "form-schema-part"),
        ({"properties": {"x": {"type": "array"}}}, "form-schema-type"),
        ({"properties": {"x": {"$ref": "other.json"}}}, "form-schema-reference"),
    ],
)
def test_what_is_not_read_is_said(schema, code):
    told = [problem for problem in problems_of(form(**schema)) if problem.code == code]
    assert [(problem.severity, problem.file) for problem in told] == [("warning", "a.json")]


def test_a_file_that_is_no_json_is_one_problem():
    (problem,) = problems_of(form_of_schema(b"{", name="a.json"))
    assert (problem.severity, problem.file) == ("error", "a.json")


def test_a_reference_to_itself_ends():
    found = form(
        **{"$defs": {"node": {"type": "object", "properties": {"next": {"$ref": "#/$defs/node"}}}}},
        properties={"first": {"$ref": "#/$defs/node"}},
    )
    assert "form-too-large" in [problem.code for problem in problems_of(found)]
