"""A person's own settings."""

from __future__ import annotations

import pytest

from engine.actor import SYSTEM
from tests.web.site import PASSWORD


@pytest.fixture
def ana(site):
    site.engine.set_password("ana", PASSWORD, actor=SYSTEM)
    return site.browser("ana")


def test_the_language_of_the_pages_changes(site, ana):
    answer = ana.post("/account/preferences", {"language": "de", "zone": "Europe/Berlin"})
    page = ana.get(answer.location)
    assert page.find("html")["lang"] == "de"
    assert "Gespeichert" in page.text


def test_without_a_choice_the_browser_and_the_settings_decide(site, ana):
    german = {"Accept-Language": "de-AT, en;q=0.5"}
    assert ana.get("/tasks", headers=german).find("html")["lang"] == "de"
    ana.post("/account/preferences", {"language": "en", "zone": "UTC"})
    assert ana.get("/tasks", headers=german).find("html")["lang"] == "en"
    ana.post("/account/preferences", {"language": "", "zone": "UTC"})
    assert ana.get("/tasks", headers=german).find("html")["lang"] == "de"


def test_times_are_those_of_the_persons_zone(site, ana):
    instance, _ = site.review(claimed_by="ana")
    ana.post("/account/preferences", {"language": "en", "zone": "Asia/Tokyo"})
    times = ana.get(f"/instances/{instance}").texts(".timeline-entry time")
    assert times[-1].replace("\u202f", " ") == "Jan 5, 5:00 PM"


@pytest.mark.parametrize("values", [{"zone": "Europe/Atlantis"}, {"language": "xx"}])
def test_a_zone_or_language_that_is_none_is_refused(site, ana, values):
    given = {"language": "en", "zone": "UTC", **values}
    answer = ana.post("/account/preferences", given)
    assert answer.status == 422
    assert answer.find("#zone")["value"] == given["zone"]
    assert site.engine.find_person("ana").zone == ""


def test_a_new_password_ends_every_other_session(site, ana):
    other = site.browser("ana")
    answer = ana.post("/account/password", {"current": PASSWORD, "new": "battery staple"})
    assert "Your password is changed" in ana.get(answer.location).text
    assert other.get("/account").status == 302
    assert site.engine.verify_login("ana", "battery staple")


def test_the_present_password_is_asked_for(site, ana):
    answer = ana.post("/account/password", {"current": "guess", "new": "short"})
    assert answer.status == 422
    assert answer.texts(".field-error") == [
        "This is not your present password.",
        "Take at least 8 characters.",
    ]
    assert site.engine.verify_login("ana", PASSWORD)


def test_groups_are_named_as_people_name_them(ana):
    assert "The clerks" in ana.get("/account").text
