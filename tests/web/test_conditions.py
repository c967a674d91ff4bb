"""Forms whose parts depend on answers."""

from __future__ import annotations

import pytest


@pytest.fixture
def task(site):
    site.deploy("claim.bpmn", "claim.form")
    return site.task(site.start("claim"))


def test_the_form_is_drawn_again_when_an_answer_changes(task, ana):
    form = ana.get(f"/tasks/{task}").find("#form")
    assert form["hx-post"] == f"/tasks/{task}/form"
    assert form.select_one("#field-city") is None


def test_an_answer_shows_the_parts_that_depend_on_it(task, ana):
    answer = ana.post(f"/tasks/{task}/form", {"kind": "travel", "remark": "half a sen"})
    assert answer.find("#field-city")
    assert "half a sen" in answer.find("#field-remark").get_text()
    assert answer.texts(".field-error") == []


def test_a_hidden_field_is_not_asked_for(task, site, ana):
    assert ana.post(f"/tasks/{task}/complete", {"kind": "other"}).status == 303


def test_a_field_that_an_answer_shows_is_asked_for(task, ana):
    answer = ana.post(f"/tasks/{task}/complete", {"kind": "travel", "city": ""})
    assert answer.texts('[role="alert"] a') == ["City"]


def test_somebody_else_may_not_ask_for_the_form(task, site):
    assert site.browser("ben").post(f"/tasks/{task}/form", {"kind": "travel"}).status == 404


def test_a_form_of_many_thousand_parts_is_refused(task, ana):
    many = {f"x{number}": "1" for number in range(2_000)}
    assert ana.post(f"/tasks/{task}/complete", many).status in {413, 422}


def test_a_form_of_a_hundred_megabytes_is_refused(task, ana):
    assert ana.post(f"/tasks/{task}/complete", {"remark": "x" * 300_000}).status == 413
