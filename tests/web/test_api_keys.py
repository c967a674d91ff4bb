"""The page where people make keys for their programs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.actor import SYSTEM, Actor, Right
from engine.core import NewApiKey
from tests.web.site import MONDAY

FORM = {"name": "robot", "days": "90", "scope": "work", "owner": "itself"}


def made(site, answer):
    """The actor of the key that the page shows."""
    return site.engine.find_key_actor(answer.find(".note code").get_text(strip=True))


def test_an_administrator_makes_a_key_for_a_program(site, ada):
    answer = ada.post("/api-keys", FORM)
    assert made(site, answer) == Actor("key:robot", rights=frozenset({Right.WORK}))
    (key,) = site.engine.api_keys(actor=SYSTEM)
    assert (key.expires_at, key.created_by) == (MONDAY + timedelta(days=90), "ada")


def test_the_key_is_shown_this_once(site, ada):
    secret = ada.post("/api-keys", FORM).find(".note code").get_text(strip=True)
    page = ada.get("/api-keys")
    assert secret not in page.text
    assert secret[:11] in page.text
    assert "Fetch and complete external tasks" in page.texts("tbody td")[1]


def test_a_key_may_act_as_oneself_until_it_is_revoked(site, ada):
    answer = ada.post("/api-keys", {**FORM, "owner": "me", "days": "", "scope": ["admin", "tasks"]})
    actor = made(site, answer)
    assert (actor.id, actor.is_admin) == ("ada", True)
    (key,) = site.engine.api_keys(actor=SYSTEM)
    assert key.expires_at is None


def test_people_make_keys_for_themselves(site, iris):
    assert iris.get("/api-keys").texts("[name=scope]") == ["", ""]
    answer = iris.post("/api-keys", {"name": "script", "days": "30", "scope": "start"})
    assert made(site, answer) == Actor("iris", rights=frozenset({Right.START}))


@pytest.mark.parametrize(
    "asked", [{"scope": "work"}, {"scope": "admin"}, {"scope": "start", "owner": "itself"}]
)
def test_people_make_no_keys_beyond_themselves(site, iris, asked):
    assert iris.post("/api-keys", {"name": "script", **asked}).status == 403
    assert site.engine.api_keys(actor=SYSTEM) == []


@pytest.mark.parametrize(
    ("asked", "where"),
    [
        ({"name": " "}, "#name-error"),
        ({"scope": []}, "#scope-error"),
        ({"name": "a\nb"}, "#name-error"),
    ],
)
def test_what_is_missing_is_said_beside_its_field(site, ada, asked, where):
    answer = ada.post("/api-keys", {**FORM, **asked})
    assert answer.status == 422
    assert answer.find(where)
    assert site.engine.api_keys(actor=SYSTEM) == []


def test_everybody_sees_their_own_keys_and_administrators_all(site, iris, ada):
    for person in ("iris", "ben"):
        site.engine.add_api_key(NewApiKey(f"of {person}", ("tasks",), person), actor=SYSTEM)
    assert "of ben" not in iris.get("/api-keys").text
    assert "of ben" in ada.get("/api-keys").text


def test_a_revoked_key_opens_nothing(site, iris):
    issued = site.engine.add_api_key(NewApiKey("script", ("tasks",), "iris"), actor=SYSTEM)
    assert iris.post(f"/api-keys/{issued.id}/revoke").status == 303
    assert site.engine.find_key_actor(issued.secret) is None
    assert "revoked" in iris.get("/api-keys").text


def test_nobody_revokes_the_keys_of_others(site, iris):
    issued = site.engine.add_api_key(NewApiKey("robot", ("work",)), actor=SYSTEM)
    assert iris.post(f"/api-keys/{issued.id}/revoke").status == 404
    assert site.engine.find_key_actor(issued.secret) is not None


def test_a_visitor_is_sent_to_the_login(site):
    assert site.browser().get("/api-keys").status == 302
