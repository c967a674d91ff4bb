"""The page of a decision in a browser: drawn, tried, marked, and open to everybody."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from engine.core import File
from tests.browser.conftest import DESK, PHONE
from tests.browser.test_look import AXE, RUN, TOPMOST
from tests.web.site import HERE, Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]
READY = ".decision-drawing[data-ready]"


@pytest.fixture
def address(site: Site) -> str:
    """Where the decision Route is."""
    files = [File("route.dmn", (HERE / "route.dmn").read_bytes())]
    deployed = site.engine.deploy(files, actor=site.actor("ada"))
    found = {decision.decision_id: decision.id for decision in deployed.decisions}
    return f"{site.address}/decisions/{found['route']}"


def test_evaluating_marks_the_matched_rule_in_the_drawing(people, address: str):
    page = people("ada")
    page.goto(address)
    page.wait_for_selector(READY)
    expect(page.locator("tr.matched")).to_have_count(0)
    page.select_option("#input-0", label="DE")
    page.get_by_text("Other variables").click()
    page.fill("#more", '{"weight": 4}')
    page.get_by_role("button", name="Evaluate").click()
    marked = page.locator("tr.matched [data-row-id]").first
    expect(marked).to_have_attribute("data-row-id", "route_bike")
    expect(page.locator(".decision-value")).to_have_text("bike")
    page.get_by_role("button", name="Graph").click()
    page.locator("[data-element-id=route]").wait_for()
    page.get_by_role("button", name="Route", exact=True).click()
    expect(page.locator("tr.matched")).to_have_count(1)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_has_no_serious_barrier(people, site: Site, address: str, theme: str):
    page = people("ada", color_scheme=theme, bypass_csp=True)
    barriers = {}
    for name in ("list", "table", "Graph"):
        page.goto(f"{site.address}/decisions" if name == "list" else address)
        if name != "list":
            page.wait_for_selector(READY)
        if name == "Graph":
            page.get_by_role("button", name=name).click()
            page.locator("[data-element-id=route]").wait_for()
        page.add_script_tag(path=AXE)
        barriers[name] = page.evaluate(RUN)
    assert {name: found for name, found in barriers.items() if found} == {}


@pytest.mark.parametrize("size", [PHONE, DESK], ids=str)
def test_the_page_fits_and_nothing_covers_the_mark(people, address: str, size):
    page = people("ada", viewport=size)
    page.goto(address)
    page.wait_for_selector(READY)
    for view in ("Route", "Graph"):
        page.get_by_role("button", name=view, exact=True).click()
        page.wait_for_selector(f'[data-view="{"drd" if view == "Graph" else "decisionTable"}"]')
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
        mark = page.locator(".decision-canvas .bjs-powered-by, .decision-canvas .powered-by")
        mark.first.evaluate("mark => mark.scrollIntoView({block: 'center'})")
        expect(mark.first).to_be_visible()
        assert mark.first.evaluate(TOPMOST)
