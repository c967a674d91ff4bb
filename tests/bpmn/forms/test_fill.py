"""Filling: values, defaults, texts and choices as a person sees them first."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

import pytest

from bpmn.forms import FilledButton, FilledGroup, Separator, Spacer
from tests.bpmn.forms.building import fill, form_js, markdown, number, select, text, the_field


@pytest.mark.parametrize(
    ("component", "value", "shown"),
    [
        (text("a"), "x", "x"),
        (text("a"), 5, "5"),
        (text("a"), True, "true"),
        (text("a"), None, ""),
        (number("a"), 5, "5"),
        (number("a"), 5.0, "5"),
        (number("a"), 1e21, "1000000000000000000000"),
        (number("a"), Decimal("1.50"), "1.5"),
        (number("a"), "12.5", "12.5"),
        ({"type": "checkbox", "key": "a"}, True, "true"),
        (select("a", "x", 7), 7, "7"),
        ({"type": "datetime", "key": "a"}, "2026-12-24", "2026-12-24"),
        ({"type": "datetime", "key": "a"}, date(2026, 12, 24), "2026-12-24"),
        ({"type": "datetime", "key": "a"}, "2026-12-24T10:00:00Z", "2026-12-24"),
        (
            {"type": "datetime", "key": "a", "subtype": "datetime"},
            datetime(2026, 12, 24, 10, 0, 0, 5, tzinfo=UTC),
            "2026-12-24T10:00",
        ),
        (
            {"type": "datetime", "key": "a", "subtype": "datetime"},
            "2026-12-24T10:00:30.123+0100",
            "2026-12-24T09:00:30",
        ),
        ({"type": "datetime", "key": "a", "subtype": "time"}, "10:00+02:00", "08:00"),
        ({"type": "datetime", "key": "a", "subtype": "time"}, time(10, 0, 5), "10:00:05"),
        (
            {"type": "datetime", "key": "a", "subtype": "time"},
            datetime(2026, 12, 24, 10, 0, tzinfo=UTC),
            "10:00",
        ),
        ({"type": "datetime", "key": "a"}, datetime(2026, 12, 24, tzinfo=UTC), "2026-12-24"),
        (
            {"type": "datetime", "key": "a", "subtype": "datetime"},
            date(2026, 12, 24),
            "2026-12-24T00:00",
        ),
        (
            {"type": "datetime", "key": "a", "subtype": "datetime"},
            "2026-12-24",
            "2026-12-24T00:00",
        ),
    ],
)
def test_a_variable_is_shown_as_its_control_needs_it(component, value, shown):
    filled = fill(form_js(component), {"a": value})
    assert the_field(filled, "a").text == shown
    assert filled.problems == ()


@pytest.mark.parametrize(
    ("component", "value"),
    [
        (text("a"), {"x": 1}),
        (number("a"), "many"),
        (number("a"), [1]),
        (number("a"), True),
        (number("a"), float("inf")),
        ({"type": "checkbox", "key": "a"}, "yes"),
        (select("a", "x"), "gone"),
        (
            {"type": "datetime", "key": "a", "subtype": "datetime"},
            datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=9))),
        ),
        ({"type": "datetime", "key": "a"}, "soon"),
    ],
)
def test_a_variable_that_does_not_suit_is_told_and_left_out(component, value):
    filled = fill(form_js(component), {"a": value})
    assert [(p.key, p.code) for p in filled.problems] == [("a", "value-unsuitable")]
    assert the_field(filled, "a").text == ""


def test_a_read_only_field_shows_even_what_does_not_suit():
    filled = fill(form_js(number("a", readonly=True)), {"a": "many"})
    assert (the_field(filled, "a").text, filled.problems) == ("many", ())


def test_moments_are_shown_on_the_clock_of_the_person():
    form = form_js({"type": "datetime", "key": "a", "subtype": "datetime"})
    filled = fill(form, {"a": "2026-12-24T10:00Z"}, zone=timezone(timedelta(hours=5)))
    assert the_field(filled, "a").text == "2026-12-24T15:00"


def test_texts_are_rendered_from_variables_and_typed_values():
    form = form_js(
        {"type": "text", "text": "# {{title}}: {{amount * 2}} {{missing}}"},
        {"type": "text", "text": '="Dear " + title'},
        number("amount", label="Up to {{limit}}", description="=title"),
    )
    filled = fill(form, {"title": "ACME", "amount": 21, "limit": 50})
    assert markdown(filled) == ["# ACME: 42 ", "Dear ACME"]
    assert the_field(filled, "amount").label == "Up to 50"
    assert the_field(filled, "amount").description == "ACME"


def test_templates_have_conditions_and_loops():
    source = (
        "{{#loop lines}}- {{name}}{{#if paid}} (paid){{/if}}\n{{/loop}}"
        "{{#loop tags}}{{this}},{{/loop}}"
    )
    lines = [{"name": "A", "paid": True}, {"name": "B", "paid": False}]
    filled = fill(form_js({"type": "text", "text": source}), {"lines": lines, "tags": [1, 2]})
    assert markdown(filled) == ["- A (paid)\n- B\n1,2,"]


def test_braces_inside_an_insert_do_not_end_it():
    source = '{{ {a: {b: "}}"}}.a.b }}!'
    assert markdown(fill(form_js({"type": "text", "text": source}))) == ["}}!"]


def test_a_text_that_explodes_is_told_not_rendered():
    source = "{{#loop l}}" * 5 + "x" * 100 + "{{/loop}}" * 5
    filled = fill(form_js({"type": "text", "text": source}), {"l": list(range(1_000))})
    assert markdown(filled) == [""]
    assert [problem.code for problem in filled.problems] == ["text-failed"]


def test_groups_and_static_parts_keep_their_place():
    group = {"type": "group", "label": "Who", "showOutline": True, "components": [text("a")]}
    filled = fill(form_js({"type": "separator"}, group, {"type": "spacer", "height": 9}))
    kinds = [type(part) for part in filled.components]
    assert kinds == [Separator, FilledGroup, Spacer]
    shown = filled.components[1]
    assert isinstance(shown, FilledGroup)
    assert (shown.label, shown.outline) == ("Who", True)


def test_choices_come_from_variables_with_and_without_labels():
    form = form_js({"type": "select", "key": "a", "valuesKey": "data.people"})
    people = ["ann", 7, {"label": "Bob", "value": "b"}, {"label": "Eve"}]
    filled = fill(form, {"data": {"people": people}})
    assert [(option.key, option.label) for option in filled.fields[0].options] == [
        ("ann", "ann"),
        ("7", "7"),
        ("b", "Bob"),
        ("Eve", "Eve"),
    ]


@pytest.mark.parametrize("people", [None, "ann", [["nested"]], list(range(10_001))])
def test_choices_that_cannot_be_loaded_are_told(people):
    form = form_js({"type": "select", "key": "a", "valuesKey": "people"})
    filled = fill(form, {"people": people})
    assert [problem.code for problem in filled.problems] == ["options-failed"]
    assert filled.fields[0].options == ()


def test_a_missing_variable_of_choices_is_told():
    filled = fill(form_js({"type": "select", "key": "a", "valuesKey": "people"}))
    assert "'people' does not exist" in filled.problems[0].message


def test_limits_are_given_to_the_page_as_numbers():
    filled = fill(form_js(number("a", validate={"min": 1, "max": "=top"})), {"top": 9})
    assert filled.fields[0].limits.minimum == Decimal(1)
    assert filled.fields[0].limits.maximum == Decimal(9)


def test_a_button_keeps_its_words_and_action():
    filled = fill(
        form_js({"type": "button", "label": "Send {{what}}", "action": "reset"}), {"what": "it"}
    )
    button = filled.components[0]
    assert isinstance(button, FilledButton)
    assert (button.label, button.action, button.id) == ("Send it", "reset", "F_0")


def test_a_hidden_field_with_broken_choices_is_not_told():
    form = form_js(
        {"type": "select", "key": "a", "valuesKey": "no", "conditional": {"hide": "=true"}}
    )
    assert fill(form).problems == ()
