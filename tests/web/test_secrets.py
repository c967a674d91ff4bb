"""Secrets on pages: names, places and uses; never a value."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.core import Engine
from engine.services.secrets import Vault
from tests.web.site import SETTINGS, Browser, Site
from tests.web.test_contracts import MODEL, contract


@pytest.fixture
def keeping(site: Site) -> Site:
    """A site whose engine may keep secrets, and has one in its environment."""
    engine: Engine = site.engine
    engine.settings = replace(SETTINGS, secrets_key="k" * 32)
    environment = {"LANEWAY_SECRET_OUTSIDE": "from outside"}
    engine.vault = Vault.of(engine.settings, engine.database.reading, environment)
    engine.deploy([contract(), MODEL], actor=site.actor("ada"))
    return site


def rows(browser: Browser) -> dict[str, str]:
    page = browser.get("/secrets")
    return {text.split()[0]: text for text in page.texts("tbody tr")}


def test_a_secret_is_kept_listed_and_forgotten(keeping: Site):
    ada = keeping.browser("ada")
    assert "missing" in rows(ada)["CREDIT"]
    answer = ada.post("/secrets", {"name": "CREDIT", "value": "t0p-s3cret"})
    page = ada.get(answer.location)
    assert "CREDIT is kept." in page.text
    assert "t0p-s3cret" not in page.response.text
    assert "database credit-check 1.0" in rows(ada)["CREDIT"]
    one = ada.get(page.find("tbody .row-link")["href"])
    assert one.texts("h1") == ["CREDIT"]
    assert one.find(".plain-list a")["href"] == "/contracts/credit-check/1.0"
    assert "1 model · 0 live instances" in rows(ada)["NOTE"]
    assert keeping.engine.vault.resolve("CREDIT", "default") == "t0p-s3cret"
    forgotten = ada.post("/secrets/CREDIT/remove")
    assert "CREDIT is forgotten." in ada.get(forgotten.location).text
    assert "missing" in rows(ada)["CREDIT"]


def test_places_are_told_apart(keeping: Site):
    ada = keeping.browser("ada")
    ada.post("/secrets", {"name": "OUTSIDE", "value": "from inside"})
    page = ada.get("/secrets/OUTSIDE")
    assert "hidden by another place" in page.text
    assert page.find("form[action='/secrets/OUTSIDE/remove']")
    note = ada.get("/secrets/NOTE")
    assert note.texts("tbody td") == ["Credit", "1", "check", "0"]
    assert not note.page.select("form[action$=remove]")
    assert ada.get("/secrets/NOBODY").status == 404
    keeping.engine.settings = replace(SETTINGS, secrets_key="n" * 32)
    keeping.engine.vault = Vault.of(keeping.engine.settings, keeping.engine.database.reading, {})
    assert "its key is missing" in rows(ada)["OUTSIDE"]


@pytest.mark.parametrize(
    ("given", "field"), [({"name": "a b", "value": "x"}, "name"), ({"name": "A"}, "value")]
)
def test_what_cannot_be_kept_is_said_beside_its_field(keeping: Site, given, field):
    answer = keeping.browser("ada").post("/secrets", given)
    assert answer.status == 422
    assert answer.find(f"#{field}-error").text
    assert not answer.find("#value").get("value")


def test_without_a_key_the_page_says_what_to_set(site: Site):
    page = site.browser("ada").get("/secrets")
    assert "LANEWAY_SECRETS_KEY" in page.text
    assert not page.page.select("#value")
    refused = site.browser("ada").post("/secrets", {"name": "A", "value": "x"})
    assert refused.status == 409
    assert "openssl rand" in refused.text


def test_only_administrators_see_them(keeping: Site):
    iris = keeping.browser("iris")
    assert iris.get("/secrets").status == 403
    assert iris.get("/secrets/CREDIT").status == 403
    assert iris.post("/secrets", {"name": "A", "value": "x"}).status == 403
    assert iris.post("/secrets/CREDIT/remove").status == 403
    assert not iris.get("/contracts").page.select("a[href='/secrets']")
