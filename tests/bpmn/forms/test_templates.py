"""Text with {{feel}} in it is read before anyone sees the form."""

from __future__ import annotations

import pytest

from bpmn.forms import problems_of
from tests.bpmn.forms.building import fill, form_js, markdown


@pytest.mark.parametrize(
    ("source", "fact"),
    [
        ("{{name", "never closed"),
        ("{{#if a}}x", "never closed"),
        ("{{#if a}}x{{/loop}}", "closes nothing"),
        ("x{{/if}}", "closes nothing"),
        ("{{#each a}}x{{/each}}", "neither #if nor #loop"),
        ("{{ 1 + }}", "1 +"),
        ("{{#loop 1 +}}x{{/loop}}", "1 +"),
    ],
)
def test_a_broken_template_is_refused_at_deployment_and_shown_as_a_problem(source, fact):
    form = form_js({"type": "text", "text": source})
    problem = problems_of(form)[0]
    assert problem.code == "form-expression-invalid"
    assert fact in problem.message
    assert [found.code for found in fill(form).problems] == ["text-failed"]


def test_a_sound_template_has_no_problems():
    source = "{{a}} {{#loop b}}{{#if c}}{{this}}{{/if}}{{/loop}} } {"
    assert problems_of(form_js({"type": "text", "text": source})) == ()


def test_an_inner_loop_sees_its_item_and_the_names_around_it():
    source = "{{#loop orders}}{{#loop lines}}{{parent.nr}}-{{this}} {{/loop}}{{/loop}}"
    orders = [{"nr": 1, "lines": ["a", "b"]}, {"nr": 2, "lines": ["c"]}]
    filled = fill(form_js({"type": "text", "text": source}), {"orders": orders})
    assert markdown(filled) == ["1-a 1-b 2-c "]


def test_a_loop_over_what_is_no_list_and_a_condition_that_is_not_true_show_nothing():
    source = "{{#loop a}}x{{/loop}}{{#if a}}y{{/if}}."
    assert markdown(fill(form_js({"type": "text", "text": source}), {"a": 1})) == ["."]
