"""What conditions behind a task read, its form asks for; where no form does, a warning says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpmn.forms import FieldType, Widget, generate_form, needed_after
from bpmn.forms.needed import Needed, _read_by
from bpmn.loading import load
from bpmn.model import Expression
from bpmn.validation import validate

DIAGRAM = load((Path(__file__).parent / "needed.bpmn").read_bytes())
MODEL = DIAGRAM.processes[0]


def needed(node: str) -> dict[str, FieldType]:
    return {".".join(one.path): one.type for one in needed_after(MODEL, MODEL.node[node])}


def test_all_conditions_up_to_the_next_activity_count():
    assert needed("Decide") == {
        "approved": FieldType.BOOLEAN,
        "amount": FieldType.NUMBER,
        "reason": FieldType.TEXT,
    }


def test_what_a_worker_may_set_is_not_asked_of_a_person():
    assert needed("Pay") == {}


def test_the_end_of_a_sub_process_leads_on():
    assert needed("Inner") == {"inner": FieldType.NUMBER}


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("approved", "feel", {"approved": FieldType.BOOLEAN}),
        ("not(order.ok)", "feel", {"order.ok": FieldType.BOOLEAN}),
        ("amount > 5 and approved = true", "feel", {"amount": "number", "approved": "boolean"}),
        ("100 < amount", "feel", {"amount": FieldType.NUMBER}),
        ("count(results) > nrOfInstances", "feel", {}),
        ('contains(name, "x")', "feel", {"name": FieldType.TEXT}),
        ("x = y", "feel", {"x": FieldType.TEXT, "y": FieldType.TEXT}),
        (
            "${!approved || amount * 2 == other}",
            "juel",
            {"approved": "boolean", "amount": "number", "other": "number"},
        ),
        ("${execution.getVariable('x') == 1}", "juel", {"x": FieldType.TEXT}),
        ("${list.size() > 3}", "juel", {}),
        ("${empty comment}", "juel", {"comment": FieldType.TEXT}),
        ("approved and amount>5", "python", {"approved": "boolean", "amount": "number"}),
        ("${", "juel", {}),
        ("flag", "variable", {"flag": FieldType.BOOLEAN}),
    ],
)
def test_the_kind_of_a_variable_is_what_it_is_compared_with(text, language, found):
    read = _read_by(Expression(text, language), "f")
    assert {".".join(one.path): one.type for one in read} == found


def test_texts_that_it_is_compared_with_are_options():
    (one,) = _read_by(Expression("${status == 'ok' || \"bad\" eq status}", "juel"), "f")
    assert one.options == ("ok", "bad")


def one(*path: str, kind: FieldType = FieldType.TEXT, options: tuple[str, ...] = ()) -> Needed:
    return Needed(path, kind, options, Expression("", "juel"), "f")


def test_a_generated_form_asks_for_what_is_missing_after_what_is_there():
    asked = [
        one("approved", kind=FieldType.BOOLEAN),
        one("amount", kind=FieldType.NUMBER),
        one("status", options=("ok", "bad")),
        one("order", "ok"),
        one("order", "nr"),
        one("text", "part"),
    ]
    seen = {"approved": None, "amount": 7, "order": {"nr": 1}, "text": "x"}
    form = generate_form(seen, needed=asked)
    shown = [(field.key, field.widget, field.label) for field in form.fields]
    assert shown == [
        ("amount", Widget.NUMBER, "Amount"),
        ("text", Widget.TEXT, "Text"),
        ("approved", Widget.CHECKBOX, "Approved"),
        ("status", Widget.SELECT, "Status"),
        ("order.ok", Widget.TEXT, "Ok"),
    ]
    assert [option.value for option in form.fields[3].options] == ["ok", "bad"]


def test_a_condition_that_nobody_supplies_is_said_with_its_variable():
    found = {
        (p.element_id, p.message.split(" reads ")[1].split(",")[0])
        for p in validate(DIAGRAM)
        if p.code == "condition-not-supplied"
    }
    assert found == {
        ("Decide", "'approved'"),
        ("Decide", "'amount'"),
        ("Decide", "'reason'"),
        ("Ask", "'reason'"),
        ("Inner", "'inner'"),
    }
