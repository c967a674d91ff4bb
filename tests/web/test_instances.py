"""One instance, and the list of all."""

from __future__ import annotations

import json
from datetime import timedelta

from engine.queries.timeline import HistoryRow
from tests.web.site import MONDAY
from web.story import tell

VALUES = {"title": "The report", "grade": "2", "verdict": "bad"}


def test_the_diagram_has_a_badge_where_a_token_waits_and_marks_the_way(site, ana):
    instance, task = site.review(claimed_by="ana")
    ana.post(f"/tasks/{task}/complete", VALUES)
    diagram = ana.get(f"/instances/{instance}").find(".diagram")
    assert json.loads(diagram["data-tokens"]) == [
        {"element": "Mend", "count": 1, "state": "active"}
    ]
    passed = set(json.loads(diagram["data-passed"]))
    assert {"Asked", "Read", "Good", "Flow_read", "Flow_good", "Flow_no"} <= passed
    assert "Flow_yes" not in passed


def test_the_diagram_has_a_text_twin(site, iris):
    instance, _ = site.review()
    assert "Waits at: Read it" in iris.get(f"/instances/{instance}").text


def test_the_timeline_tells_in_plain_words_who_did_what(site, ana):
    instance, task = site.review(claimed_by="ana")
    ana.post(f"/tasks/{task}/complete", VALUES)
    told = ana.get(f"/instances/{instance}").texts(".timeline-entry p:first-child")
    assert told == [
        "“Mend it” waits for somebody",
        "Good? → no",
        "Completed “Read it”",
        "Claimed “Read it”",
        "“Read it” waits for somebody",
        "Started",
    ]
    who = ana.get(f"/instances/{instance}").texts(".timeline-entry .muted span")
    assert who == ["Ana Ribeiro", "Ana Ribeiro", "Iris Lang"]


def test_what_is_cancelled_with_all_its_parts_is_told_once(site):
    model = site.engine.model(site.deploy("review.bpmn"), actor=site.actor("ada"))
    parts = [HistoryRow(n, "element-cancelled", "Read", None, None, MONDAY, {}) for n in (1, 2)]
    later = HistoryRow(3, "element-cancelled", "Read", None, None, MONDAY + timedelta(1), {})
    with site.app.test_request_context():
        told = tell([*parts, later], model, is_internal=True)
    assert [str(entry.words) for entry in told] == ["“Read it” was interrupted"] * 2


def test_who_works_on_it_reads_the_variables(site, ana):
    instance, _ = site.review(claimed_by="ana")
    assert 'title "The report" text' in ana.get(f"/instances/{instance}").texts("tbody tr")


def test_who_asked_for_it_reads_no_internal_data(site, iris):
    instance, _ = site.review()
    page = iris.get(f"/instances/{instance}")
    assert page.status == 200
    assert "The report" not in page.text
    assert "Variables" not in page.texts("h2")


def test_a_stranger_does_not_see_it(site):
    instance, _ = site.review(claimed_by="ana")
    assert site.browser("ada").get(f"/instances/{instance}").status == 200
    other = site.start("review", by="ada", title="Secret")
    site.engine.assign(site.task(other), actor=site.actor("ada"), assignee="ada")
    assert site.browser("iris").get(f"/instances/{other}").status == 404


def test_an_incident_is_shown_with_its_cause_and_may_be_tried_again(site, ada):
    site.deploy("failing.bpmn")
    instance = site.start("failing")
    page = ada.get(f"/instances/{instance}")
    assert "Incident at “Add up”" in page.text
    assert json.loads(page.find(".diagram")["data-tokens"])[0]["state"] == "incident"
    site.engine.set_variables(instance, {"secret_rate": 1}, actor=site.actor("ada"))
    answer = ada.post(page.find(".note form")["action"])
    assert "Tried again" in ada.get(answer.location).text
    assert "Look at it" in ada.get(answer.location).text


def test_who_asked_for_it_learns_of_an_incident_without_its_cause(site, iris):
    site.deploy("failing.bpmn")
    page = iris.get(f"/instances/{site.start('failing')}")
    assert "Something failed here" in page.text
    assert "secret_rate" not in page.text


def test_an_admin_may_suspend_resume_and_cancel(site, ada, iris):
    instance, _ = site.review()
    ada.post(f"/instances/{instance}/suspend")
    assert "suspended" in iris.get(f"/instances/{instance}").text
    ada.post(f"/instances/{instance}/resume")
    assert "running" in iris.get(f"/instances/{instance}").text
    ada.post(f"/instances/{instance}/cancel", {"reason": "Asked twice"})
    page = iris.get(f"/instances/{instance}")
    assert "Cancelled: Asked twice" in page.text
    assert "no token is left" in page.text


def test_who_may_see_but_not_operate_is_refused(site, iris):
    instance, _ = site.review()
    assert iris.post(f"/instances/{instance}/cancel").status == 403
    assert iris.get(f"/instances/{instance}").page.select("details.popover") == []


def test_who_may_not_see_it_is_not_told_that_it_exists(site):
    instance = site.start("review", by="ada", title="x") if site.deploy("review.bpmn") else ""
    site.engine.assign(site.task(instance), actor=site.actor("ada"), assignee="ada")
    assert site.browser("iris").post(f"/instances/{instance}/cancel").status == 404


def test_what_cannot_be_done_now_is_told(site, ada):
    instance, _ = site.review()
    ada.post(f"/instances/{instance}/cancel")
    answer = ada.post(f"/instances/{instance}/suspend")
    assert answer.status == 409
    assert "It is over" in answer.text


def test_the_last_variables_of_an_instance_that_is_over_are_still_read(site, ana):
    instance, task = site.review(claimed_by="ana")
    ana.post(f"/tasks/{task}/complete", {**VALUES, "verdict": "good"})
    page = ana.get(f"/instances/{instance}")
    assert "Variables at the end" in page.texts("h2")
    assert "grade 2" in page.texts("tbody tr")


def test_the_list_is_for_everything_one_may_see(site, ada):
    site.review()
    assert ada.get("/instances").texts(".row-link") == ["Review"]
    assert ada.get("/instances?state=incidents").texts(".empty-title") == ["No incidents"]
    assert ada.get("/instances?state=done").texts(".empty-title") == ["Nothing here"]
    assert "matches “zzz”" in ada.get("/instances?q=zzz").text
    assert site.browser("ana").get("/instances").texts(".row-link") == ["Review"]


def test_a_tag_in_a_variable_is_text(site, ana):
    instance, _ = site.review(claimed_by="ana", title="</script><img src=x onerror=alert(1)>")
    page = ana.get(f"/instances/{instance}")
    assert page.page.select("img") == []
    assert "onerror" in page.text


def test_a_process_name_in_any_direction_keeps_its_own(site, iris):
    instance, _ = site.review()
    assert iris.get(f"/instances/{instance}").find("h1 span")["dir"] == "auto"
