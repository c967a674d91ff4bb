"""Contracts on pages: the list, one with who uses it, and how long it is to be used."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest

from engine.core import File
from tests.web.site import Site

COMMANDS = Path(__file__).parents[1] / "engine/commands"
MODEL = File("credit.bpmn", (COMMANDS / "credit.bpmn").read_bytes())
TEXT = (COMMANDS / "credit.contract.json").read_text("utf-8")


def contract(**changes: object) -> File:
    return File("credit.contract.json", json.dumps({**json.loads(TEXT), **changes}).encode())


@pytest.fixture
def credit(site: Site) -> str:
    """The address of a contract that a model uses."""
    site.engine.deploy([contract(), MODEL], actor=site.actor("ada"))
    site.start("credit", by="ada", customer="C-7")
    return "/contracts/credit-check"


def test_the_list_names_every_contract_and_what_depends_on_it(site: Site, credit: str):
    answer = site.browser("iris").get("/contracts")
    assert answer.find(".row-link")["href"] == credit
    assert "1 model · 1 live instance" in answer.text
    assert "Risk" in answer.text
    assert answer.texts(".table .badge") == ["in use"]
    assert "No contract here matches" in site.browser("iris").get("/contracts?q=zzz").text


def test_an_empty_list_says_what_to_do(site: Site):
    assert "drop it above" in site.browser("ada").get("/contracts").text
    assert "An administrator" in site.browser("iris").get("/contracts").text


def test_a_contract_is_dropped_as_a_diagram_is(site: Site):
    files = {"files": [(BytesIO(contract().data), "credit.contract.json")]}
    answer = site.browser("ada").post("/models", files)
    assert (answer.status, answer.location) == (303, "/contracts")
    wrong = {"files": [(BytesIO(contract(owner=7).data), "credit.contract.json")]}
    refused = site.browser("ada").post("/models", wrong)
    assert refused.status == 422
    assert "contract-invalid" in refused.text


def test_one_says_what_it_promises_and_who_uses_it(site: Site, credit: str):
    answer = site.browser("iris").get(credit)
    assert answer.texts("h1") == ["Credit check"]
    row = answer.texts("tbody tr td")
    assert row == ["Credit", "1", "check", "1", "1"]
    assert '"required": [' in answer.find("pre").text
    assert "CREDIT" in answer.text
    assert not answer.page.select("form[action$=lifecycle]")


def test_versions_are_told_apart(site: Site, credit: str):
    site.engine.deploy([contract(version="1.1", title="Newer")], actor=site.actor("ada"))
    old = site.browser("ada").get(f"{credit}/1.0")
    assert "older version" in old.text
    assert "No deployed model means this version." in old.text
    assert site.browser("ada").get(credit).texts("h1") == ["Newer"]
    assert site.browser("ada").get(f"{credit}/3").status == 404
    assert site.browser("ada").get(f"{credit}/x").status == 400


def test_the_file_is_given_back(site: Site, credit: str):
    answer = site.browser("iris").get(f"{credit}/1.0/file")
    assert json.loads(answer.response.data)["contract"] == "credit-check"
    assert "credit-check.contract.json" in answer.headers["Content-Disposition"]


def test_an_administrator_says_how_long_it_is_to_be_used(site: Site, credit: str):
    ada = site.browser("ada")
    given = {"deprecated": "2026-01-05", "sunset": "2026-01-10", "successor": "credit-check:2"}
    answer = ada.post(f"{credit}/1.0/lifecycle", given)
    page = ada.get(answer.location)
    assert page.texts(".facts-line .badge") == ["deprecated, ends Jan 10, 2026"]
    assert "Use credit-check:2 instead" in page.text
    assert page.find("#sunset")["value"] == "2026-01-10"
    again = replace(MODEL, data=MODEL.data.replace(b'id="f2"', b'id="f3"'))
    deployed = ada.post("/models", {"files": [(BytesIO(again.data), "credit.bpmn")]})
    assert "which is deprecated and ends 2026-01-10" in ada.get(deployed.location).text
    site.clock.move(timedelta(days=6))
    assert ada.get(credit).texts(".facts-line .badge") == ["ended"]
    ada.post(f"{credit}/1.0/lifecycle", dict.fromkeys(given, ""))
    assert ada.get(credit).texts(".facts-line .badge") == ["in use"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"sunset": "soon"}, "sunset"),
        ({"deprecated": "2026-13-01"}, "deprecated"),
        ({"deprecated": "2026-02-01", "sunset": "2026-01-01"}, "sunset"),
        ({"successor": "a b"}, "successor"),
    ],
)
def test_what_makes_no_sense_is_said_beside_its_field(site: Site, credit: str, given, field):
    answer = site.browser("ada").post(f"{credit}/1.0/lifecycle", given)
    assert answer.status == 422
    assert answer.find(f"#{field}-error").text
    assert answer.find(f"#{field}")["value"] == given[field]


def test_a_day_that_begins_before_all_years_is_none(site: Site, credit: str):
    site.app.config["ZONE"] = "Asia/Tokyo"
    given = {"deprecated": "0001-01-01"}
    answer = site.browser("ada").post(f"{credit}/1.0/lifecycle", given)
    assert answer.status == 422
    assert answer.find("#deprecated-error").text == "Choose a day."


def test_others_may_not(site: Site, credit: str):
    answer = site.browser("iris").post(f"{credit}/1.0/lifecycle", {"sunset": "2026-02-01"})
    assert answer.status == 403
