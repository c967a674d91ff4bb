"""form-js files -> form: every component and attribute, and what is refused."""

from __future__ import annotations

import json

import pytest

from bpmn.forms import Button, FieldType, Group, Spacer, Text, Widget, parse_form, problems_of
from bpmn.forms.model import Kind, TimeFormat
from bpmn.model import Expression, Severity
from tests.bpmn.forms.building import fill, form_js, number, select, text, the_field


def test_components_keep_order_type_and_layout():
    form = form_js(
        text("a", layout={"row": "R1", "columns": 8}),
        {"type": "textarea", "key": "b"},
        number("c", layout={"row": "R2", "columns": None}),
        {"type": "checkbox", "key": "d"},
        select("e", "x"),
        {"type": "radio", "key": "f", "values": [{"label": "X", "value": "x"}]},
    )
    assert problems_of(form) == ()
    assert [field.widget for field in form.fields] == [
        Widget.TEXT, Widget.TEXTAREA, Widget.NUMBER, Widget.CHECKBOX, Widget.SELECT, Widget.RADIO,
    ]  # fmt: skip
    assert form.fields[0].layout.columns == 8
    assert form.fields[2].layout.row == "R2"


def test_static_components_and_groups_are_read():
    form = form_js(
        {"type": "text", "text": "# Hello {{name}}"},
        {"type": "separator"},
        {"type": "spacer", "height": 20},
        {"type": "group", "label": "More", "showOutline": True, "components": [text("x")]},
        {"type": "button", "label": "Send", "action": "submit"},
    )
    kinds = [type(part) for part in form.components]
    assert (kinds[0], kinds[2], kinds[3], kinds[4]) == (Text, Spacer, Group, Button)
    hello, *_ = form.components
    assert isinstance(hello, Text)
    assert hello.text == Expression("# Hello {{name}}", "template", 1)
    assert form.fields[0].key == "x"


def test_a_group_path_comes_before_the_keys_in_it():
    inner = {"type": "group", "path": "to", "components": [text("city")]}
    form = form_js({"type": "group", "path": "order.address", "components": [inner]})
    assert form.fields[0].path == ("order", "address", "to", "city")


def test_rules_are_read():
    rules = {
        "required": True,
        "minLength": 2,
        "maxLength": "=limit",
        "pattern": "^[A-Z]+$",
        "patternErrorMessage": "Capitals only.",
    }
    made = form_js(text("a", validate=rules)).fields[0].rules
    assert (made.required, made.min_length, made.pattern) == (True, 2, "^[A-Z]+$")
    assert made.max_length == Expression("limit", "feel", 1)
    mail = form_js(text("m", validate={"validationType": "email"})).fields[0].rules
    assert mail.kind is Kind.EMAIL


def test_conditions_lose_their_equals_sign():
    made = form_js(
        text("a", readonly="=locked", disabled=True, conditional={"hide": "=x > 1"})
    ).fields[0]
    assert made.readonly == Expression("locked", "feel", 1)
    assert made.disabled is True
    assert made.hide == Expression("x > 1", "feel", 1)


def test_choices_come_from_a_list_a_variable_or_an_expression():
    form = form_js(
        select("a", "x", "y"),
        {"type": "select", "key": "b", "valuesKey": "countries"},
        {"type": "radio", "key": "c", "valuesExpression": "=people"},
    )
    assert [option.value for option in form.fields[0].options] == ["x", "y"]
    assert form.fields[1].options_from == Expression("countries", "variable", 0)
    assert form.fields[2].options_from == Expression("people", "feel", 1)
    assert problems_of(form) == ()


def test_datetime_attributes_are_read():
    made = form_js(
        {
            "type": "datetime",
            "key": "at",
            "subtype": "datetime",
            "dateLabel": "Day",
            "timeLabel": "Hour",
            "disallowPassedDates": True,
            "timeInterval": 30,
            "use24h": True,
            "timeSerializingFormat": "utc_normalized",
        }
    ).fields[0]
    assert made.type is FieldType.DATETIME
    assert (made.label, made.time_label, made.time_interval) == ("Day", "Hour", 30)
    assert made.rules.not_in_past
    assert made.time_format is TimeFormat.UTC_NORMALIZED


def test_number_and_appearance_attributes_are_read():
    made = form_js(
        number(
            "n",
            decimalDigits=2,
            increment=0.5,
            serializeToString=True,
            appearance={"prefixAdorner": "EUR", "suffixAdorner": "net"},
        )
    ).fields[0]
    assert (made.rules.decimal_digits, made.increment, made.serialize_to_string) == (2, 0.5, True)
    assert (made.prefix, made.suffix) == ("EUR", "net")


@pytest.mark.parametrize(
    "kind",
    [
        "checklist",
        "taglist",
        "dynamiclist",
        "iframe",
        "table",
        "image",
        "html",
        "documentPreview",
        "filepicker",
        "expression",
        "hologram",
    ],
)
def test_a_component_that_is_not_drawn_is_refused_by_name(kind):
    form = form_js({"type": kind, "key": "x", "label": "X"}, text("kept"))
    problem = problems_of(form)[0]
    assert problem.code == "form-component-refused"
    assert f"'{kind}'" in problem.message
    assert problem.element_id == "F_x"
    assert [field.key for field in form.fields] == ["kept"]


def test_an_unknown_attribute_is_told_as_a_warning():
    problem = problems_of(form_js(text("a", glitter=True)))[0]
    assert (problem.code, problem.severity) == ("form-attribute-unknown", Severity.WARNING)


def test_a_newer_schema_version_is_a_warning():
    problems = problems_of(form_js(text("a"), schemaVersion=25))
    assert [(p.code, p.severity) for p in problems] == [("form-schema-newer", Severity.WARNING)]


@pytest.mark.parametrize(
    ("component", "code"),
    [
        (text("a", label=7), "form-attribute-invalid"),
        (text("a", validate=[]), "form-attribute-invalid"),
        (text("a", validate={"minLength": "many"}), "form-attribute-invalid"),
        (text("a", validate={"validationType": "iban"}), "form-attribute-invalid"),
        (number("a", decimalDigits=2.5), "form-attribute-invalid"),
        (text("a", label="x" * 70_000), "form-attribute-invalid"),
        (select("a", values={"no": "list"}), "form-attribute-invalid"),
        ({"type": "group", "components": [7]}, "form-component-invalid"),
        ({"type": "group", "label": "=1 +"}, "form-expression-invalid"),
        (text("a", readonly="yes"), "form-attribute-invalid"),
        (text("", label="No key"), "form-key-missing"),
        (text("a..b"), "form-key-missing"),
        (text("a b"), "form-key-invalid"),
        (text("x" * 300), "form-key-invalid"),
        (text("a", validate={"pattern": "(["}), "form-pattern-invalid"),
        (text("a", validate={"pattern": "a" * 2000}), "form-pattern-invalid"),
        (text("a", validate={"minLength": 5, "maxLength": 2}), "form-limits-contradict"),
        (text("a", conditional={"hide": "=1 +"}), "form-expression-invalid"),
        (text("a", label="{{#if x}}open"), "form-expression-invalid"),
        (number("n", defaultValue="many"), "form-default-invalid"),
        (select("s"), "form-no-options"),
        (select("s", "x", "x"), "form-option-invalid"),
        (select("s", {"no": 1}), "form-attribute-invalid"),
        (select("s", "x", defaultValue="y"), "form-default-invalid"),
        ({"type": "datetime", "key": "d", "subtype": "week"}, "form-attribute-invalid"),
        ({"type": "group", "components": {}}, "form-attribute-invalid"),
        ({"type": "button", "action": "launch"}, "form-attribute-invalid"),
    ],
)
def test_a_wrong_form_is_refused_with_a_code_and_a_hint(component, code):
    problems = problems_of(form_js(component))
    assert code in [problem.code for problem in problems]
    assert all(problem.hint for problem in problems)


def test_a_key_twice_or_inside_another_is_refused():
    form = form_js(text("a", id="one"), text("a", id="two"), text("a.b"))
    assert [problem.code for problem in problems_of(form)] == [
        "form-duplicate-key",
        "form-key-inside-key",
    ]


def test_an_id_twice_is_refused_and_a_missing_id_is_given():
    twice = form_js(text("a", id="X"), text("b", id="X"))
    assert [problem.code for problem in problems_of(twice)] == ["form-duplicate-id"]
    form = parse_form('{"type": "default", "components": [{"type": "textfield", "key": "a"}]}')
    assert form.fields[0].id == "Component_1"


def test_a_problem_names_its_component_and_line():
    data = json.dumps(
        {"type": "default", "components": [{"type": "html", "id": "Html_1", "label": "Banner"}]},
        indent=1,
    )
    problem = parse_form(data, name="banner.form").problems[0]
    assert (problem.element_id, problem.element_name, problem.file) == (
        "Html_1", "Banner", "banner.form",
    )  # fmt: skip
    assert problem.line == 6


def test_too_many_components_and_too_deep_groups_are_refused():
    many = form_js(*(text(f"k{n}") for n in range(1_001)))
    assert [problem.code for problem in many.problems] == ["form-too-many-components"]
    part = text("a")
    for _ in range(11):
        part = {"type": "group", "components": [part]}
    assert [problem.code for problem in form_js(part).problems] == ["form-too-deep"]


def test_a_form_of_another_type_is_refused():
    assert [problem.code for problem in form_js(type="schema").problems] == ["form-type-unknown"]


def test_old_editors_wrote_numbers_as_texts():
    rules = form_js(number("n", validate={"min": "1.5", "max": "10"})).fields[0].rules
    assert (rules.minimum, rules.maximum) == (1.5, 10)


def test_a_default_may_be_an_expression():
    form = form_js(number("n", defaultValue="=start * 2"))
    assert form.fields[0].default == Expression("start * 2", "feel", 1)
    assert the_field(fill(form, {"start": 21}), "n").text == "42"


def test_a_key_below_another_one_is_fine_beside_it():
    assert problems_of(form_js(text("a.b"), text("a.c"))) == ()
