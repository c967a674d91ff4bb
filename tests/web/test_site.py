"""What holds for every page: headers, errors, health, settings."""

from __future__ import annotations

import stat
from dataclasses import replace

import pytest

from engine.errors import SettingInvalid
from engine.settings import Settings
from tests.web.site import SETTINGS
from web import create_app, session_key
from web.extensions import db


def test_no_page_may_load_anything_from_elsewhere_or_run_inline_code(ana):
    policy = ana.get("/tasks").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_pages_are_kept_out_of_caches(ana):
    assert ana.get("/tasks").headers["Cache-Control"] == "no-store"
    assert ana.get("/tasks").headers["X-Content-Type-Options"] == "nosniff"


def test_a_page_that_is_not_there_leads_back(ana):
    answer = ana.get("/nothing")
    assert answer.status == 404
    assert "This is not here" in answer.text
    assert answer.find(".navigation")


def test_a_visitor_gets_the_error_without_the_navigation(site):
    answer = site.browser().get("/nothing")
    assert answer.status == 404
    assert answer.page.select(".navigation") == []


def test_an_error_in_a_part_of_a_page_is_a_message(ana):
    answer = ana.get("/tasks/nothing", headers={"HX-Request": "true", "HX-Target": "work"})
    assert answer.status == 404
    assert answer.texts('.toast[role="alert"] p') == ["It does not exist, or you may not see it."]


def test_an_address_that_only_takes_posts_says_so(ana):
    assert "use the buttons" in ana.get("/logout").text


def test_a_broken_database_gets_an_apology_not_a_trace(site, ana):
    site.app.config["PROPAGATE_EXCEPTIONS"] = False
    with site.engine.database.writing() as connection:
        connection.exec_driver_sql("DROP TABLE task")
    answer = ana.get("/tasks")
    assert answer.status == 500
    assert "Something went wrong here" in answer.text
    assert "task_candidate" not in answer.text


def test_the_server_says_that_it_lives_and_that_it_can_work(site):
    browser = site.browser()
    assert browser.get("/healthz").response.text == "ok\n"
    assert browser.get("/readyz").response.text == "ready\n"


def test_the_front_door_is_the_task_list(ana):
    assert ana.get("/").location == "/tasks"


def test_the_browsers_language_is_used_for_visitors(site):
    answer = site.browser().get("/login", headers={"Accept-Language": "de-AT, en;q=0.5"})
    assert answer.find("html")["lang"] == "de"


def test_the_setting_decides_where_the_browser_asks_for_nothing_we_speak(tmp_path):
    settings = replace(SETTINGS, locale="de", database_url=f"sqlite:///{tmp_path / 'x.db'}")
    client = create_app(settings).test_client()
    assert 'lang="de"' in client.get("/login", headers={"Accept-Language": "fi"}).text


def test_pages_and_engine_share_one_pool(tmp_path):
    app = create_app(replace(SETTINGS, database_url=f"sqlite:///{tmp_path / 'new' / 'x.db'}"))
    with app.app_context():
        assert app.extensions["laneway"].database.pool is db.engine


def test_production_without_secret_key_does_not_start():
    with pytest.raises(SettingInvalid, match="LANEWAY_SECRET_KEY"):
        create_app(Settings())


def test_the_demo_keeps_one_key_for_every_process_and_restart(tmp_path):
    file = tmp_path / "var" / "secret_key"
    first = session_key.find(Settings(demo=True), file=file)
    assert len(first) == 64
    assert session_key.find(Settings(demo=True), file=file) == first
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["secret_key"]
