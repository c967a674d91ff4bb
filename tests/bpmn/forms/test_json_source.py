"""A .form file that is no form: one problem with a line, never an exception."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpmn.forms import parse_form, problems_of
from tests.bpmn.forms.building import fill


def zipped():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb", b"0" * 10_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "code", "part"),
    [
        (zipped(), "form-not-json", "ZIP"),
        (b"\x1f\x8b\x08\x00", "form-not-json", "gzip"),
        (b"<bpmn/>", "form-not-json", "XML"),
        (b"", "form-not-json", "line 1"),
        (b'{\n "a": 1,\n}', "form-not-json", "line 3"),
        (b'{"a": 1, "a": 2}', "form-not-json", "'a' stands twice"),
        (b'{"a": NaN}', "form-not-json", "NaN"),
        (b'{"a": 1e999}', "form-not-json", "too large"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "form-not-json", "a number has 5000 digits"),
        (b"[1]", "form-not-json", "no object"),
        (b'{"a": "\\ud800"}', "form-not-json", "half"),
        (b'{"a": "\xff"}', "form-not-json", "UTF-8"),
        (b"[" * 100_000, "form-too-deep", "40"),
        (b'{"a":' * 100_000, "form-too-deep", "40"),
        (b" " * 1_048_577, "form-too-large", "1048577"),
    ],
)
def test_what_is_no_form_gives_one_problem(data, code, part):
    form = parse_form(data, name="x.form")
    assert form.components == ()
    assert [problem.code for problem in form.problems] == [code]
    assert part.lower() in form.problems[0].message.lower()


def test_a_byte_order_mark_is_fine():
    assert parse_form(b'\xef\xbb\xbf{"type": "default"}').problems == ()


def test_brackets_inside_texts_do_not_count_as_depth():
    assert parse_form('{"type": "default", "name": "' + "[" * 100 + '\\"[["}').problems == ()


names = st.sampled_from(
    [
        *("id", "type", "key", "path", "label", "components", "validate", "values", "valuesKey"),
        *("conditional", "hide", "layout", "row", "columns", "text", "readonly", "subtype"),
        *("defaultValue", "required", "pattern", "properties", "action"),
    ]
)


def test_forty_levels_are_fine_and_one_more_is_not():
    def nested(levels):
        return '{"type": "default", "x": ' + "[" * (levels - 1) + "]" * (levels - 1) + "}"

    assert parse_form(nested(40)).problems[0].code == "form-attribute-unknown"
    assert parse_form(nested(41)).problems[0].code == "form-too-deep"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=6),
    max_leaves=30,
)


_types = st.sampled_from(
    ["textfield", "number", "select", "datetime", "group", "text", "checkbox", "button"]
)
components = st.dictionaries(names, json_values, max_size=6).flatmap(
    lambda part: _types.map(lambda kind: {**part, "type": kind})
)


@given(st.binary(max_size=200) | st.text(max_size=200))
def test_any_bytes_give_a_form_or_problems(data):
    assert parse_form(data).problems is not None


@given(st.lists(components, max_size=5))
def test_any_components_give_a_form_or_problems_and_can_be_drawn(parts):
    form = parse_form(json.dumps({"type": "default", "components": parts}))
    assert all(problem.code for problem in problems_of(form))
    assert fill(form).form is form
