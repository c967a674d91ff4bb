"""Hiding: what is not visible is neither required nor written, however conditions depend."""

from __future__ import annotations

from bpmn.forms import refill, visible
from tests.bpmn.forms.building import (
    NOW,
    codes,
    fill,
    form_js,
    number,
    post,
    select,
    send,
    text,
    the_field,
)


def decision_form():
    return form_js(
        select("decision", "approve", "reject"),
        text("reason", validate={"required": True}, conditional={"hide": '=decision != "reject"'}),
    )


def names(filled):
    return [field.name for field in filled.fields]


def test_a_hidden_field_is_neither_shown_nor_required_nor_written():
    form = decision_form()
    assert names(fill(form)) == ["decision"]
    assert post(form, {"decision": "approve"}).values == {"decision": "approve"}
    late = post(form, {"decision": "approve", "reason": "typed before"})
    assert late.values == {"decision": "approve"}


def test_a_field_that_becomes_visible_is_required():
    checked = post(decision_form(), {"decision": "reject"})
    assert codes(checked) == [("reason", "required")]
    assert names(checked.filled) == ["decision", "reason"]


def test_a_program_that_sends_a_hidden_field_is_told():
    sent = {"decision": "approve", "reason": "x"}
    assert codes(send(decision_form(), sent)) == [("reason", "hidden")]


def test_the_page_can_be_drawn_again_while_it_is_typed_in():
    form = decision_form()
    assert names(refill(form, {"decision": "reject"}, {}, now=NOW)) == ["decision", "reason"]
    assert visible(form, {"decision": "reject"}, {}, now=NOW) == {"F_decision", "F_reason"}
    assert visible(form, {"decision": "approve"}, {}, now=NOW) == {"F_decision"}


def test_a_redraw_judges_nothing_and_keeps_what_is_typed():
    filled = refill(form_js(number("n", validate={"required": True})), {"n": "12x"}, {}, now=NOW)
    assert the_field(filled, "n").text == "12x"
    assert the_field(filled, "n").problems == ()


def test_a_hidden_group_hides_everything_in_it():
    inner = {"type": "group", "components": [text("deep", validate={"required": True})]}
    form = form_js(
        {"type": "checkbox", "key": "more"},
        {"type": "group", "conditional": {"hide": "=more = false"}, "components": [inner]},
    )
    assert names(fill(form)) == ["more"]
    assert post(form, {"deep": "x"}).values == {"more": False}
    assert codes(post(form, {"more": "on"})) == [("deep", "required")]


def test_a_hidden_field_counts_as_null_for_other_conditions():
    form = form_js(
        text("a"),
        text("b", conditional={"hide": '=a = null or a = ""'}),
        text("c", conditional={"hide": "=b = null"}),
    )
    assert post(form, {"a": "", "b": "x", "c": "y"}).values == {"a": ""}
    assert set(post(form, {"a": "1", "b": "x", "c": "y"}).values) == {"a", "b", "c"}


def test_conditions_may_look_at_fields_drawn_later():
    form = form_js(text("first", conditional={"hide": "=last != 1"}), number("last"))
    assert names(fill(form, {"last": 1})) == ["first", "last"]
    assert names(fill(form, {"last": 2})) == ["last"]


def test_conditions_that_contradict_each_other_end_hidden():
    form = form_js(
        text("a", conditional={"hide": "=b != null"}, defaultValue="x"),
        text("b", conditional={"hide": "=a = null"}, defaultValue="y"),
    )
    assert names(fill(form)) == []


def test_a_long_chain_of_conditions_settles():
    links = (text(f"k{n}", conditional={"hide": f"=k{n - 1} = null"}) for n in range(1, 30))
    form = form_js(text("k0", conditional={"hide": "=start"}), *links)
    assert names(fill(form, {"start": True})) == []
    assert len(names(fill(form, {"start": False}))) == 30


def test_a_condition_that_is_not_true_shows():
    form = form_js(
        text("a", conditional={"hide": "=missing"}), text("b", conditional={"hide": "=1"})
    )
    assert names(fill(form)) == ["a", "b"]


def test_conditions_see_variables_that_are_no_fields():
    form = form_js(text("a", conditional={"hide": "=amount < 100"}))
    assert names(fill(form, {"amount": 50})) == []
    assert names(fill(form, {"amount": 150})) == ["a"]


def test_conditions_see_nested_values_as_they_are_typed():
    form = form_js(
        number("order.sum"), text("why", conditional={"hide": "=order.sum < order.limit"})
    )
    stored = {"order": {"limit": 10, "sum": 1}}
    assert visible(form, {"order.sum": "5"}, stored, now=NOW) == {"F_order.sum"}
    assert "F_why" in visible(form, {"order.sum": "15"}, stored, now=NOW)
