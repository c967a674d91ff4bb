"""Logging in and out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.actor import SYSTEM
from tests.web.site import PASSWORD, SETTINGS, Site


@pytest.fixture
def ana_can_log_in(site):
    site.engine.set_password("ana", PASSWORD, actor=SYSTEM)
    return site


def log_in(browser, **values):
    return browser.post("/login", {"login": "ana", "password": PASSWORD, **values})


def test_the_right_password_opens_the_task_list(ana_can_log_in):
    browser = ana_can_log_in.browser()
    assert log_in(browser).location == "/tasks"
    assert browser.get("/tasks").status == 200


def test_a_wrong_password_keeps_the_login_and_says_neither_which_was_wrong(ana_can_log_in):
    answer = log_in(ana_can_log_in.browser(), password="guess")
    assert answer.status == 401
    assert "do not fit together" in answer.text
    assert answer.find("#login")["value"] == "ana"
    assert "value" not in answer.find("#password").attrs


def test_an_unknown_login_gets_the_same_answer_as_a_wrong_password(ana_can_log_in):
    browser = ana_can_log_in.browser()
    wrong = log_in(browser, password="guess").texts("main p")
    assert log_in(browser, login="nobody").texts("main p") == wrong


def test_a_visitor_is_sent_to_the_login_and_back(ana_can_log_in):
    browser = ana_can_log_in.browser()
    sent = browser.get("/requests?state=done")
    assert sent.status == 302
    hidden = browser.get(sent.location).find('.gate-card input[name="next"]')["value"]
    assert log_in(browser, next=hidden).location == "/requests?state=done"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "javascript:1",
    ],
)
def test_after_the_login_nobody_is_sent_to_another_site(ana_can_log_in, target):
    assert log_in(ana_can_log_in.browser(), next=target).location == "/tasks"


def test_htmx_is_told_to_open_the_login_page(site):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://localhost/tasks?list=groups"}
    answer = site.browser().get("/tasks/rows", headers=headers)
    assert answer.status == 401
    assert answer.headers["HX-Redirect"] == "/login?next=/tasks?list%3Dgroups"


def test_htmx_on_another_site_is_not_sent_back_there(site):
    headers = {"HX-Request": "true", "HX-Current-URL": "https://evil.example/tasks"}
    assert "evil" not in site.browser().get("/tasks/rows", headers=headers).headers["HX-Redirect"]


def test_a_post_without_a_session_comes_back_to_the_front_page(site):
    assert site.browser().post("/tasks/x/claim").location == "/login?next=/"


def test_eleven_wrong_guesses_a_minute_are_too_many(ana_can_log_in):
    browser = ana_can_log_in.browser()
    statuses = [log_in(browser, password="guess").status for _ in range(11)]
    assert statuses == [401] * 10 + [429]


def test_right_passwords_do_not_count_as_guesses(ana_can_log_in):
    statuses = [log_in(ana_can_log_in.browser()).status for _ in range(12)]
    assert statuses == [303] * 12


def test_the_login_makes_a_new_session(ana_can_log_in):
    browser = ana_can_log_in.browser()
    with browser.client.session_transaction() as session:
        session["planted"] = "by somebody else"
    before = browser.token()
    log_in(browser)
    with browser.client.session_transaction() as session:
        assert "planted" not in session
        assert session.permanent
    assert browser.get("/account").find('input[name="csrf_token"]')["value"] != before


def test_a_person_who_left_is_logged_out(ana_can_log_in):
    browser = ana_can_log_in.browser("ana")
    assert browser.get("/tasks").status == 200
    ana_can_log_in.engine.set_active("ana", is_active=False, actor=SYSTEM)
    assert browser.get("/tasks").status == 302
    assert log_in(browser).status == 401


def test_logging_out_ends_the_session(ana):
    assert ana.post("/logout").location == "/login"
    assert ana.get("/tasks").status == 302


def test_a_logged_in_person_does_not_see_the_login_page(ana):
    assert ana.get("/login?next=/start").location == "/start"


def test_a_post_without_token_is_refused(site, ana):
    answer = ana.client.post("/logout")
    assert answer.status_code == 400
    assert "too long" in answer.text
    assert ana.get("/tasks").status == 200


def test_demo_people_are_shown_in_demo_mode_only(site):
    assert "Ana Ribeiro" not in site.browser().get("/login").text
    demo = Site(settings=replace(SETTINGS, demo=True))
    assert "Ana Ribeiro" in demo.browser().get("/login").text


def test_the_session_cookie_is_kept_from_scripts_and_other_sites(ana_can_log_in):
    cookie = log_in(ana_can_log_in.browser()).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_behind_https_the_cookie_is_never_sent_in_the_clear():
    site = Site(settings=replace(SETTINGS, public_url="https://laneway.example"))
    answer = site.browser().get("/login", headers={"X-Forwarded-Proto": "https"})
    assert "Secure" in answer.headers["Set-Cookie"]
    assert answer.headers["Strict-Transport-Security"]
