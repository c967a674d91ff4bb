"""Rules that hold for every form post: it never raises, is stable, and keeps to its rights."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bpmn.forms import refill
from tests.bpmn.forms.building import NOW, fill, form_js, number, post, select, send, text

FORM = form_js(
    text("name", validate={"required": True, "maxLength": 20, "pattern": "^[^;]*$"}),
    number("order.amount", decimalDigits=2, validate={"min": 0}),
    {"type": "checkbox", "key": "urgent"},
    select("colour", "red", "green", 3, True),
    {"type": "datetime", "key": "day", "subtype": "date"},
    {"type": "datetime", "key": "at", "subtype": "datetime", "timeSerializingFormat": "utc_offset"},
    {"type": "datetime", "key": "hour", "subtype": "time"},
    text("fixed", readonly=True),
    text("locked", readonly="=urgent"),
    {
        "type": "group",
        "label": "{{name}}",
        "conditional": {"hide": "=not(urgent)"},
        "components": [text("why", validate={"minLength": 2}), number("secret")],
    },
    {"type": "select", "key": "pick", "valuesKey": "choices"},
)
KEYS = [field.key for field in FORM.fields]

texts = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["", "on", "false", "red", "3", "1,5", "1e5", "2026-12-24", "9999-12-31T23:59", "10:00"]
    ),
    st.floats().map(str),
    st.datetimes().map(lambda moment: moment.isoformat()),
)
posts = st.dictionaries(
    st.sampled_from(KEYS) | st.text(max_size=5), texts | st.lists(texts, max_size=3), max_size=12
)
plausible = st.fixed_dictionaries(
    {"name": st.text("abc", min_size=1, max_size=10)},
    optional={
        "order.amount": st.decimals(0, 10**6, places=2).map(str),
        "urgent": st.sampled_from(["on", "false"]),
        "colour": st.sampled_from(["", "red", "3", "true"]),
        "day": st.dates().map(str),
        "at": st.datetimes().map(lambda moment: moment.isoformat()),
        "hour": st.times().map(lambda moment: moment.isoformat()),
        "why": st.text("xyz", min_size=2),
        "secret": st.integers().map(str),
    },
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
names = st.sampled_from([*KEYS, "order", "choices"])
variables = st.dictionaries(names, values, max_size=10)


@given(posts, variables)
def test_any_post_over_any_variables_never_raises(submitted, stored):
    checked = post(FORM, submitted, stored)
    assert checked.ok or not checked.values
    assert all(problem.message for problem in checked.problems)
    refill(FORM, submitted, stored, now=NOW)


@given(st.dictionaries(names | st.text(max_size=5), values), variables)
def test_any_json_over_any_variables_never_raises(sent, stored):
    checked = send(FORM, sent, stored)
    assert checked.ok or not checked.values


@given(posts | plausible, variables | st.just({}), st.booleans())
def test_what_is_hidden_or_locked_is_never_written(submitted, stored, urgent):
    written = post(FORM, {**submitted, "urgent": str(urgent)}, stored).values
    assert "fixed" not in written
    assert not urgent or "locked" not in written
    assert urgent or not {"why", "secret"} & set(written)


@given(plausible)
def test_what_a_person_may_fill_in_is_accepted_and_shown_again(submitted):
    checked = post(FORM, submitted, {"choices": []})
    assert checked.ok
    assert fill(FORM, {**checked.values, "choices": []}).problems == ()


def shown(stored):
    """What a browser posts when a person changes nothing."""
    fields = fill(FORM, stored).fields
    return {field.name: field.text for field in fields if field.name != "urgent" or field.checked}


@given(posts | plausible, variables | st.just({}))
def test_sending_a_form_back_untouched_changes_nothing(submitted, stored):
    stored = {**stored, **post(FORM, submitted, stored).values}
    first = post(FORM, shown(stored), stored)
    stored = {**stored, **first.values}
    second = post(FORM, shown(stored), stored)
    assert second.ok == first.ok
    assert second.values == first.values
