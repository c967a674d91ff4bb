"""What is submitted: types, rules, and who may write what."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from bpmn.forms import MESSAGES, Field, FieldType, Form, Widget
from bpmn.model import Expression
from tests.bpmn.forms.building import codes, form_js, number, post, select, send, text, the_field

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("12", 12),
        ("12.50", 12.5),
        (" 1e3 ", 1000),
        ("-0.1", -0.1),
        (".5", 0.5),
        ("12,5", 12.5),
        ("1234,56", 1234.56),
        ("3.0", 3),
        ("123456789012345678901", 123456789012345678901),
        ("", None),
    ],
)
def test_a_number_is_whole_or_a_float(typed, value):
    values = post(form_js(number("n")), {"n": typed}).values
    assert values == {"n": value}
    assert type(values["n"]) is type(value)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("twelve", "not-a-number"),
        ("1.234,56", "not-a-number"),
        ("1,234", "number-ambiguous"),
        ("NaN", "not-a-number"),
        ("Infinity", "not-a-number"),
        ("1e999", "number-too-precise"),
        ("0.12345678901234567890", "number-too-precise"),
        ("9" * 200, "number-too-precise"),
        ("٣", "not-a-number"),
        ("0x10", "not-a-number"),
    ],
)
def test_what_is_no_number_is_told_at_the_field_and_kept(typed, code):
    checked = post(form_js(number("n")), {"n": typed})
    assert codes(checked) == [("n", code)]
    assert checked.values == {}
    assert the_field(checked.filled, "n").text == typed
    assert the_field(checked.filled, "n").problems == checked.problems


def test_serialize_to_string_keeps_the_digits():
    form = form_js(number("n", serializeToString=True))
    assert post(form, {"n": "0.12345678901234567890"}).values == {"n": "0.1234567890123456789"}
    assert send(form, {"n": "12.50"}).values == {"n": "12.5"}


def test_decimal_digits_limit_what_is_typed():
    form = form_js(number("n", decimalDigits=2))
    assert post(form, {"n": "1.25"}).ok
    assert codes(post(form, {"n": "1.255"})) == [("n", "too-many-decimals")]


def test_all_problems_come_at_once():
    form = form_js(
        text("a", validate={"required": True}),
        number("b", validate={"min": 10}),
        text("c", validate={"pattern": "^[A-Z]+$", "minLength": 5}),
    )
    checked = post(form, {"a": "", "b": "3", "c": "abc"})
    assert codes(checked) == [
        ("a", "required"),
        ("b", "too-small"),
        ("c", "too-short"),
        ("c", "pattern"),
    ]
    assert checked.typed == {"a": "", "b": "3", "c": "abc"}


def test_a_problem_carries_its_parameters_for_translation():
    problem = post(form_js(text("a", validate={"minLength": 3})), {"a": "x"}).problems[0]
    assert problem.parameters == {"limit": "3", "length": "1"}
    assert problem.message == MESSAGES["too-short"].format(**problem.parameters)


def test_an_optional_empty_field_breaks_no_rule():
    rules = {"minLength": 3, "pattern": "x", "validationType": "email"}
    assert post(form_js(text("a", validate=rules)), {"a": ""}).values == {"a": ""}


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("email", "ada@example.org", "ada@example"),
        ("email", "a.b+c@sub.example.org", "a b@example.org"),
        ("phone", "+49 30 123-4567", "call me"),
        ("phone", "(030) 12 34", "12"),
    ],
)
def test_validation_types(kind, good, bad):
    form = form_js(text("a", validate={"validationType": kind}))
    assert post(form, {"a": good}).ok
    assert not post(form, {"a": bad}).ok


def test_a_pattern_is_searched_and_its_own_message_is_given():
    form = form_js(text("a", validate={"pattern": "[0-9]{3}", "patternErrorMessage": "3 digits."}))
    assert post(form, {"a": "ab123cd"}).ok
    assert post(form, {"a": "12"}).problems[0].message == "3 digits."


def test_a_pattern_that_explodes_is_stopped():
    form = form_js(text("a", validate={"pattern": "^(([a-z])+.)+[A-Z]([a-z])+$"}))
    assert codes(post(form, {"a": "a" * 5_000})) == [("a", "pattern-too-slow")]


def test_a_limit_may_be_an_expression():
    form = form_js(number("n", validate={"max": "=budget"}))
    assert post(form, {"n": "90"}, {"budget": 90}).ok
    assert codes(post(form, {"n": "91"}, {"budget": 90})) == [("n", "too-large")]
    assert codes(post(form, {"n": "91"}, {"budget": "much"})) == [("n", "rule-failed")]
    assert codes(post(form, {"n": "91"}, {"budget": float("inf")})) == [("n", "rule-failed")]
    assert post(form, {"n": "91"}).ok


def test_a_required_checkbox_must_be_ticked():
    form = form_js({"type": "checkbox", "key": "agree", "validate": {"required": True}})
    assert codes(post(form, {})) == [("agree", "must-be-true")]
    assert post(form, {"agree": "on"}).values == {"agree": True}
    assert post(form, {"agree": ["false", "true"]}).values == {"agree": True}
    assert codes(send(form, {})) == [("agree", "must-be-true")]


def test_text_keeps_its_lines_and_refuses_what_cannot_be_stored():
    form = form_js({"type": "textarea", "key": "a"})
    assert post(form, {"a": "one\r\ntwo"}).values == {"a": "one\ntwo"}
    assert codes(post(form, {"a": "nul\0"})) == [("a", "control-character")]
    assert codes(send(form, {"a": "half \ud800"})) == [("a", "control-character")]


def test_text_is_capped_even_without_a_rule():
    form = form_js(text("a"))
    assert post(form, {"a": "x" * 65_536}).ok
    assert codes(post(form, {"a": "x" * 65_537})) == [("a", "too-long")]
    assert codes(post(form, {"a": "x" * 1_000_000})) == [("a", "too-long")]


def test_unknown_and_repeated_names_are_refused():
    form = form_js(text("a"))
    assert codes(post(form, {"a": "x", "admin": "1"})) == [("admin", "unknown-field")]
    assert post(form, {"a": "x", "admin": "1"}).filled.problems[0].key == "admin"
    assert codes(post(form, {"a": ["x", "y"]})) == [("a", "several-values")]
    assert codes(send(form, {"a": "x", "b": {"c": 1}})) == [("b", "unknown-field")]


@pytest.mark.parametrize(
    ("component", "value", "code"),
    [
        (text("a"), 5, "not-a-text"),
        (number("a"), "5", "not-a-number"),
        (number("a"), True, "not-a-number"),
        (number("a"), float("nan"), "not-a-number"),
        ({"type": "checkbox", "key": "a"}, 1, "not-a-boolean"),
        ({"type": "checkbox", "key": "a"}, "true", "not-a-boolean"),
        (select("a", "1"), 1, "not-an-option"),
        (select("a", 1), True, "not-an-option"),
        ({"type": "datetime", "key": "a"}, "24.12.2026", "not-a-date"),
        ({"type": "datetime", "key": "a"}, 20261224, "not-a-date"),
        ({"type": "datetime", "key": "a", "subtype": "time"}, "25:00", "not-a-time"),
        ({"type": "datetime", "key": "a", "subtype": "datetime"}, [], "not-a-datetime"),
    ],
)
def test_json_values_must_have_the_type_of_their_field(component, value, code):
    assert codes(send(form_js(component), {"a": value})) == [("a", code)]


def test_a_choice_keeps_the_type_of_its_value():
    form = form_js(select("a", 1, 2.5, True, "x"))
    assert [post(form, {"a": key}).values["a"] for key in ("1", "2.5", "true", "x")] == [
        1, 2.5, True, "x",
    ]  # fmt: skip
    assert send(form, {"a": 2.5}).values == {"a": 2.5}
    assert post(form, {"a": ""}).values == {"a": None}


def test_choices_of_a_variable_are_checked():
    form = form_js({"type": "select", "key": "to", "valuesKey": "people"})
    people = {"people": ["ann", {"label": "Bob", "value": 7}]}
    assert post(form, {"to": "7"}, people).values == {"to": 7}
    assert codes(post(form, {"to": "eve"}, people)) == [("to", "not-an-option")]
    assert codes(post(form, {"to": "eve"})) == [("to", "not-an-option")]


def test_choices_that_depend_on_another_choice_are_those_of_the_new_one():
    form = form_js(
        select("country", "de", "fr"),
        {
            "type": "select",
            "key": "city",
            "valuesExpression": '=if country = "de" then ["Berlin"] else ["Paris"]',
        },
    )
    assert post(form, {"country": "fr", "city": "Paris"}, {"country": "de"}).ok
    wrong = post(form, {"country": "fr", "city": "Berlin"}, {"country": "de"})
    assert codes(wrong) == [("city", "not-an-option")]


@pytest.mark.parametrize("lock", [{"readonly": True}, {"disabled": True}, {"readonly": "=done"}])
def test_a_locked_field_cannot_be_written(lock):
    form = form_js(text("a", **lock))
    stored = {"a": "old", "done": True}
    assert codes(post(form, {"a": "new"}, stored)) == [("a", "readonly")]
    assert codes(send(form, {"a": "new"}, stored)) == [("a", "readonly")]
    assert post(form, {"a": "old"}, stored).values == {}
    assert the_field(post(form, {"a": "new"}, stored).filled, "a").text == "old"


def test_rules_are_not_checked_on_a_locked_field():
    form = form_js(text("a", readonly=True, validate={"required": True}))
    assert post(form, {"a": ""}).ok


def test_a_lock_cannot_be_opened_by_writing_what_it_depends_on():
    form = form_js(
        {"type": "checkbox", "key": "done", "readonly": True}, text("a", readonly="=done")
    )
    checked = post(form, {"done": "false", "a": "new"}, {"done": True, "a": "old"})
    assert ("a", "readonly") in codes(checked)


def test_a_lock_whose_condition_fails_stays_closed():
    condition = Expression("${missing.part}", "juel")
    field = Field("a", ("a",), FieldType.TEXT, Widget.TEXT, readonly=condition)
    checked = post(Form("f", components=(field,)), {"a": "new"}, {"a": "old"})
    assert codes(checked) == [("a", "readonly")]
    assert [problem.code for problem in checked.filled.problems] == ["condition-failed"]


def test_the_default_of_a_readonly_field_is_written_that_of_a_disabled_one_is_not():
    form = form_js(text("a", readonly=True, defaultValue="x"), text("b", disabled=True,
                                                                    defaultValue="y"))  # fmt: skip
    assert post(form, {}).values == {"a": "x"}


def test_a_field_that_is_not_sent_keeps_its_variable():
    form = form_js(text("a"), text("b", validate={"required": True}))
    assert send(form, {"a": "x"}, {"b": "kept"}).values == {"a": "x"}
    assert codes(send(form, {"a": "x"})) == [("b", "required")]
    assert codes(send(form, {"a": "x"}, {"b": ""})) == [("b", "required")]


def test_an_empty_field_over_a_null_variable_leaves_null():
    assert post(form_js(text("a")), {"a": ""}, {"a": None}).values == {"a": None}


def test_paths_write_nested_objects_and_keep_their_other_members():
    form = form_js(number("invoice.amount"), text("invoice.creditor.name"))
    stored = {"invoice": {"nr": 7, "creditor": {"id": 1}}}
    checked = post(form, {"invoice.amount": "5", "invoice.creditor.name": "ACME"}, stored)
    assert checked.values == {
        "invoice": {"nr": 7, "amount": 5, "creditor": {"id": 1, "name": "ACME"}}
    }
    assert stored == {"invoice": {"nr": 7, "creditor": {"id": 1}}}
    sent = {"invoice": {"amount": 5, "creditor": {"name": "ACME", "vat": 1}}}
    assert codes(send(form, sent, stored)) == [("invoice.creditor.vat", "unknown-field")]


def test_a_path_through_something_that_is_no_object_is_a_problem():
    form = form_js(number("invoice.amount"))
    assert codes(post(form, {"invoice.amount": "5"}, {"invoice": "PDF"})) == [
        ("invoice.amount", "path-taken")
    ]


def date_field(subtype, **more):
    return {"type": "datetime", "key": "at", "subtype": subtype, **more}


@pytest.mark.parametrize(
    ("subtype", "form", "typed", "value"),
    [
        ("date", "utc_offset", "2026-07-01", "2026-07-01"),
        ("time", "no_timezone", "14:30", "14:30"),
        ("time", "utc_offset", "14:30", "14:30+01:00"),
        ("time", "utc_normalized", "14:30", "13:30Z"),
        ("datetime", "no_timezone", "2026-07-01T14:30", "2026-07-01T14:30"),
        ("datetime", "utc_offset", "2026-07-01T14:30", "2026-07-01T14:30+02:00"),
        ("datetime", "utc_normalized", "2026-07-01T14:30:05", "2026-07-01T12:30:05Z"),
    ],
)
def test_times_are_stored_as_the_form_says(subtype, form, typed, value):
    made = form_js(date_field(subtype, timeSerializingFormat=form))
    assert post(made, {"at": typed}, zone=BERLIN).values == {"at": value}
    assert the_field(post(made, {"at": typed}, zone=BERLIN).filled, "at").text == typed


@pytest.mark.parametrize(
    "typed", ["2026-02-30", "2026-13-01", "0000-01-01", "tomorrow", "2026-W01-1", "20260101"]
)
def test_a_day_that_does_not_exist_is_told(typed):
    assert codes(post(form_js(date_field("date")), {"at": typed})) == [("at", "not-a-date")]


def test_a_moment_outside_of_all_calendars_is_told():
    form = form_js(date_field("datetime", timeSerializingFormat="utc_normalized"))
    checked = post(form, {"at": "0001-01-01T00:00"}, zone=BERLIN)
    assert codes(checked) == [("at", "not-a-datetime")]


def test_past_days_may_be_disallowed_where_the_person_is():
    form = form_js(date_field("date", disallowPassedDates=True))
    assert post(form, {"at": "2026-11-22"}).ok
    assert codes(post(form, {"at": "2026-11-21"})) == [("at", "date-in-past")]
    auckland = ZoneInfo("Pacific/Kiritimati")
    assert not post(form, {"at": "2026-11-21"}, zone=auckland).ok
