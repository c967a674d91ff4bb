"""The page of an instance follows what happens, and disturbs nobody."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.web.site import Site

pytestmark = pytest.mark.browser
VALUES = {"grade": "3", "verdict": "bad"}


def open_instance(page, site: Site, instance: str):
    with page.expect_response(f"**/instances/{instance}/events*"):
        page.goto(f"{site.address}/instances/{instance}")
    expect(page.locator(".diagram")).to_have_attribute("data-ready", "1")
    return page


def badge(page, element: str):
    return page.locator(f'[data-container-id="{element}"] .token-badge')


def test_the_token_the_tasks_and_the_timeline_follow(people, site: Site):
    instance, task = site.review(claimed_by="ana")
    iris = open_instance(people("iris"), site, instance)
    expect(badge(iris, "Read")).to_be_visible()
    canvas = iris.locator(".diagram-canvas").element_handle()
    site.engine.submit_task(task, VALUES, actor=site.actor("ana"))
    expect(badge(iris, "Mend")).to_be_visible()
    expect(badge(iris, "Read")).to_have_count(0)
    expect(iris.locator('[data-element-id="Flow_no"]')).to_have_class(
        r"djs-element djs-connection passed"
    )
    expect(iris.locator("#instance-marks")).to_contain_text("Mend it")
    expect(iris.get_by_role("link", name="Mend it")).to_be_visible()
    expect(iris.locator(".timeline")).to_contain_text("Completed “Read it”")
    # The drawing itself was left alone.
    assert canvas.evaluate("canvas => canvas.isConnected")


def test_the_end_is_shown_and_nothing_can_be_done_any_more(people, site: Site):
    instance, _ = site.review()
    ada = open_instance(people("ada"), site, instance)
    site.engine.cancel_instance(instance, actor=site.actor("ada"), reason="Not needed")
    expect(ada.locator("#instance-facts")).to_contain_text("cancelled")
    expect(ada.get_by_role("button", name="Suspend")).to_have_count(0)
    expect(ada.locator("#instance-marks")).to_contain_text("It is over")


def test_who_writes_a_reason_is_not_disturbed_and_catches_up(people, site: Site):
    instance, task = site.review(claimed_by="ana")
    ada = open_instance(people("ada"), site, instance)
    ada.get_by_text("Cancel instance…").click()
    ada.get_by_label("Why?").fill("It takes")
    with ada.expect_event("requestfinished", lambda request: request.url.endswith(instance)):
        site.engine.submit_task(task, VALUES, actor=site.actor("ana"))
    expect(ada.get_by_label("Why?")).to_be_focused()
    ada.keyboard.type(" too long")
    expect(ada.get_by_label("Why?")).to_have_value("It takes too long")
    ada.keyboard.press("Escape")
    expect(badge(ada, "Mend")).to_be_visible()
