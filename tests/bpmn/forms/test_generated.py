"""A user task without a form still has one."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from bpmn.forms import Widget, generate_form, problems_of
from tests.bpmn.forms.building import fill, markdown, post, the_field


def test_every_scalar_variable_gets_the_control_of_its_value():
    variables = {
        "a_flag": True,
        "b": 3,
        "c": 1.5,
        "d": "2026-12-24",
        "e": "short",
        "f": "line\nline",
        "g": None,
        "h": date(2026, 1, 2),
        "i": datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
        "j": time(3, 4),
    }
    widgets = [field.widget for field in generate_form(variables).fields]
    assert widgets == [
        Widget.CHECKBOX, Widget.NUMBER, Widget.NUMBER, Widget.DATE, Widget.TEXT, Widget.TEXTAREA,
        Widget.TEXT, Widget.DATE, Widget.DATETIME, Widget.TIME,
    ]  # fmt: skip


def test_what_is_no_single_value_is_shown_as_json_and_never_written():
    variables = {"items": [{"id": 1}], "huge": 10**30, "long": "x" * 70_000}
    form = generate_form(variables)
    assert {field.widget for field in form.fields} == {Widget.JSON}
    assert '"id": 1' in the_field(fill(form, variables), "items").text
    assert post(form, {}, variables).values == {}
    assert not post(form, {"items": "[]"}, variables).ok
    assert form.variables == frozenset()


def test_labels_are_words():
    form = generate_form({"netAmount": 1, "due_date": "x", "VAT": 2, "_": 3})
    assert [field.label for field in form.fields] == ["VAT", "_", "Due date", "Net amount"]


def test_the_documentation_comes_first_and_is_no_template():
    form = generate_form({}, title="Call", text="Call {{name}}.", element_id="Task_1")
    filled = fill(form)
    assert markdown(filled) == ["Call {{name}}."]
    assert post(form, {}).values == {}


def test_a_task_with_nothing_to_say_has_an_empty_form():
    assert generate_form({}).components == ()


def test_a_generated_form_posts_back_what_it_showed():
    variables = {"a": True, "b": 3, "c": 1.5, "d": "2026-12-24", "e": "x", "g": None}
    form = generate_form(variables)
    assert problems_of(form) == ()
    shown = {field.name: field.text for field in fill(form, variables).fields}
    assert post(form, shown, variables).values == variables


def test_variable_names_with_dots_are_names_not_paths():
    form = generate_form({"a.b": "x"})
    assert post(form, {"a.b": "y"}, {"a.b": "x"}).values == {"a.b": "y"}


def test_at_most_two_hundred_fields_are_made():
    assert len(generate_form({f"v{n}": n for n in range(500)}).fields) == 200
