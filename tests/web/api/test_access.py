"""Who comes in through the doors for programs, and what is told to those who do not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.actor import SYSTEM
from engine.core import NewApiKey
from engine.errors import SettingInvalid
from tests.web.api.caller import Caller, basic, with_key
from tests.web.site import MONDAY, PASSWORD, SETTINGS, Site

DOOR = "/engine-rest/version"


def with_password(site: Site, *logins: str) -> Site:
    for login in logins:
        site.engine.set_password(login, PASSWORD, actor=SYSTEM)
    return site


def status(site, authorization):
    return Caller(site, authorization).get(DOOR).status_code


def issue(site, *scopes, **values):
    return site.engine.add_api_key(NewApiKey("robot", scopes, **values), actor=SYSTEM)


def test_a_call_without_credentials_is_told_so_and_never_redirected(site):
    answer = Caller(site).get(DOOR)
    assert answer.status_code == 401
    assert answer.content_type == "application/json"
    assert "API key" in answer.json["message"]
    assert [h.partition(" ")[0] for h in answer.headers.getlist("WWW-Authenticate")] == [
        "Bearer",
        "Basic",
    ]


def test_a_session_of_a_browser_opens_no_door(site):
    assert site.browser("ada").get(DOOR).status == 401


def test_an_api_key_opens_the_door(site):
    assert with_key(site, "work").get(DOOR).status_code == 200


@pytest.mark.parametrize("login", ["ana", "ada"])
def test_login_and_password_open_the_door(site, login):
    with_password(site, login)
    assert status(site, basic(login)) == 200


@pytest.mark.parametrize(
    "wrong",
    [
        basic("ada", "guessed"),
        basic("nobody"),
        "Basic no-base64!",
        "Bearer lw_00000000_guessed",
        "Bearer x",
        "Bearer ",
        "Digest realm=x",
        "nonsense",
    ],
)
def test_wrong_credentials_open_no_door(site, wrong):
    assert status(site, wrong) == 401


def test_a_revoked_key_opens_no_door(site):
    issued = issue(site, "work")
    site.engine.revoke_api_key(issued.id, actor=SYSTEM)
    assert status(site, f"Bearer {issued.secret}") == 401


def test_a_key_opens_no_door_from_the_moment_it_expires(site):
    issued = issue(site, "work", expires_at=MONDAY + timedelta(hours=1))
    assert status(site, f"Bearer {issued.secret}") == 200
    site.clock.set(MONDAY + timedelta(hours=1))
    assert status(site, f"Bearer {issued.secret}") == 401


def test_the_key_of_somebody_who_left_opens_no_door(site):
    issued = issue(site, "start", person_id="ana")
    site.engine.set_active("ana", is_active=False, actor=SYSTEM)
    assert status(site, f"Bearer {issued.secret}") == 401


def test_a_password_that_was_changed_opens_no_door_although_it_was_remembered(site):
    with_password(site, "ana")
    assert status(site, basic("ana")) == 200
    site.engine.set_password("ana", "another password", actor=SYSTEM)
    assert status(site, basic("ana")) == 401
    assert status(site, basic("ana", "another password")) == 200


def test_somebody_who_left_is_out_at_once(site):
    with_password(site, "ana")
    assert status(site, basic("ana")) == 200
    site.engine.set_active("ana", is_active=False, actor=SYSTEM)
    assert status(site, basic("ana")) == 401


def test_a_right_password_is_checked_the_slow_way_once(site, monkeypatch):
    with_password(site, "ana")
    checked = []
    verify = site.engine.verify_login
    monkeypatch.setattr(
        site.engine, "verify_login", lambda *given: checked.append(given) or verify(*given)
    )
    for _ in range(3):
        assert status(site, basic("ana")) == 200
    assert len(checked) == 1


def test_too_many_wrong_credentials_close_the_door_for_that_address():
    site = with_password(Site(settings=replace(SETTINGS, api_failures=3)), "ada")
    for _ in range(3):
        assert status(site, basic("ada", "guessed")) == 401
    answer = Caller(site, basic("ada")).get(DOOR)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    assert (
        Caller(site, basic("ada")).get(DOOR, environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code
        == 200
    )
    site.engine.close()


def test_a_program_that_calls_too_often_is_slowed_down():
    site = with_password(Site(settings=replace(SETTINGS, api_calls=2)), "ada", "ana")
    calls = [status(site, basic("ada")) for _ in range(3)]
    assert calls == [200, 200, 429]
    assert status(site, basic("ana")) == 200
    site.engine.close()


def test_an_unknown_path_below_a_door_is_answered_as_data(site):
    answer = with_key(site).get("/engine-rest/nothing-here")
    assert (answer.status_code, answer.content_type) == (404, "application/json")


def test_a_method_that_a_path_has_not_is_answered_as_data(site):
    answer = with_key(site).post(DOOR)
    assert (answer.status_code, answer.content_type) == (405, "application/json")
    assert "GET" in answer.headers["Allow"]


def test_every_page_of_the_web_may_call_and_ask_first_without_credentials(site):
    answer = Caller(site).call("OPTIONS", DOOR, headers={"Origin": "file://"})
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "authorization" in answer.headers["Access-Control-Allow-Headers"]
    refused = Caller(site).get(DOOR, headers={"Origin": "file://"})
    assert refused.headers["Access-Control-Allow-Origin"] == "*"


def test_pages_may_not_be_called_from_elsewhere(site):
    assert "Access-Control-Allow-Origin" not in site.browser().get("/login").headers


def test_the_demo_may_name_as_whom_others_come_in():
    site = Site(settings=replace(SETTINGS, demo=True, demo_api_login="ada"))
    assert Caller(site).get(DOOR).status_code == 200
    assert status(site, basic("ada", "guessed")) == 401
    site.engine.close()


def test_outside_of_demo_mode_nobody_comes_in_without_credentials():
    with pytest.raises(SettingInvalid, match="demo mode only"):
        Site(settings=replace(SETTINGS, demo_api_login="ada"))
