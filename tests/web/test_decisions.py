"""Decisions on pages: the list, one with its tables, and the form that tries it."""

from __future__ import annotations

from io import BytesIO

import pytest

from engine.core import File
from tests.web.site import HERE, Site

ROUTE = (HERE / "route.dmn").read_bytes()


@pytest.fixture
def decisions(site: Site) -> dict[str, str]:
    """Ids of the deployed decisions of route.dmn."""
    deployed = site.engine.deploy([File("route.dmn", ROUTE)], actor=site.actor("ada"))
    return {decision.decision_id: decision.id for decision in deployed.decisions}


def route(decisions: dict[str, str]) -> str:
    return f"/decisions/{decisions['route']}"


def test_the_list_names_every_decision(site: Site, decisions):
    answer = site.browser("iris").get("/decisions")
    assert answer.texts(".row-link") == ["Route", "Weight class"]
    assert answer.find(".row-link")["href"] == route(decisions)


def test_an_empty_list_says_what_to_do(site: Site):
    assert "drop the .dmn file above" in site.browser("ada").get("/decisions").text
    assert "An administrator" in site.browser("iris").get("/decisions").text


def test_a_decision_is_a_table_without_scripts(site: Site, decisions):
    answer = site.browser("iris").get(route(decisions))
    headings = answer.texts(".decision-table thead th")
    assert headings == ["Unique", "Weight class", "Country", "Urgent", "Carrier", "Note"]
    first = answer.texts(".decision-table tbody tr")[0]
    assert first == '1 "light" "DE" - "bike" Only in town'
    assert 'if weight < 10 then "light" else "heavy"' in answer.text


def test_gaps_and_overlaps_are_remarked(site: Site, decisions):
    codes = site.browser("iris").get(route(decisions)).texts(".problem-where .code:last-child")
    assert {"table-gap", "table-overlap"} <= set(codes)


def test_only_admins_get_the_form(site: Site, decisions):
    assert not site.browser("iris").get(route(decisions)).page.select("form [name=input-0]")
    assert site.browser("iris").post(route(decisions), {"input-0": "0"}).status == 403


def test_the_form_has_a_choice_for_listed_values(site: Site, decisions):
    answer = site.browser("ada").get(route(decisions))
    assert answer.texts("#input-0 option") == ["nothing", "DE", "FR"]
    assert answer.texts("#input-1 option") == ["nothing", "yes", "no"]


def test_the_result_names_the_matched_rule_and_each_decision(site: Site, decisions):
    typed = {"input-0": "0", "input-1": "false", "more": '{"weight": 4}'}
    answer = site.browser("ada").post(route(decisions), typed)
    assert answer.status == 200
    assert answer.texts(".decision-value") == ["bike"]
    assert answer.texts(".decision-steps strong") == ["Weight class", "Route"]
    assert answer.texts("tr[data-matched] th") == ["1 matched"]
    assert answer.find("[data-matched][data-decision]")["data-matched"] == '["route_bike"]'
    assert answer.find("#input-0 option[selected]").text == "DE"


def test_a_violated_hit_policy_is_told(site: Site, decisions):
    typed = {"input-0": "1", "more": '{"weight": 40}'}
    answer = site.browser("ada").post(route(decisions), typed)
    assert "It cannot be decided as drawn" in answer.text
    assert not answer.page.select(".decision-value")


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ({"input-0": "7"}, "Choose one of the list."),
        ({"input-1": "perhaps"}, "Choose yes or no."),
        ({"more": "[1]"}, "Write a JSON object"),
    ],
)
def test_what_cannot_be_read_is_kept_and_told(site: Site, decisions, typed, problem):
    answer = site.browser("ada").post(route(decisions), typed)
    assert answer.status == 422
    assert problem in answer.find(".field-error").text


def test_only_this_page_allows_style_attributes(site: Site, decisions):
    browser = site.browser("iris")
    policy = browser.get(route(decisions)).headers["Content-Security-Policy"]
    assert policy.endswith("style-src-attr 'unsafe-inline'")
    assert "unsafe" not in browser.get("/decisions").headers["Content-Security-Policy"]


def test_the_file_comes_back_as_it_was(site: Site, decisions):
    response = site.browser("iris").get(f"{route(decisions)}/decision.dmn?download=1").response
    assert response.data == ROUTE
    assert "route.dmn" in response.headers["Content-Disposition"]


def test_another_decision_is_not_here(site: Site):
    assert site.browser("iris").get("/decisions/nothing").status == 404


def test_the_upload_takes_decisions_and_tells_their_problems(site: Site):
    ada = site.browser("ada")
    sent = {"files": (BytesIO(ROUTE), "route.dmn")}
    assert ada.post("/models", sent, content_type="multipart/form-data").location == "/decisions"
    broken = {"files": (BytesIO(ROUTE.replace(b"#weight-class", b"#gone")), "broken.dmn")}
    refused = ada.post("/models", broken, content_type="multipart/form-data")
    assert refused.status == 422
    assert "requirement-missing" in refused.text


def test_the_timeline_says_why_a_task_decided_so(site: Site, decisions):
    site.deploy("routed.bpmn")
    instance = site.start("routed", weight=4, country="DE", urgent=False)
    answer = site.browser("ada").get(f"/instances/{instance}")
    assert "“Find the carrier” decided: bike" in answer.text
    assert "Route: bike (rule 1; Weight class = light, Country = DE" in answer.text
    assert answer.find(".timeline-why a")["href"] == route(decisions)
    assert "was decided" not in answer.text
    asked = site.browser("iris").get(f"/instances/{instance}")
    assert "“Find the carrier” was decided" in asked.text
    assert not asked.page.select(".timeline-why")
