"""Every page in both themes and on a phone: accessible, and nothing sticks out."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from engine.core import File
from tests.browser.conftest import DESK, PHONE
from tests.web.site import HERE, Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AXE = HERE.parents[1] / "web/assets/node_modules/axe-core/axe.min.js"
RUN = """() => axe.run(document, {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
}).then((found) => found.violations
  .filter((rule) => ['serious', 'critical'].includes(rule.impact))
  .flatMap((rule) => rule.nodes.map(
    (node) => `${rule.id}: ${node.html.slice(0, 200)} ${node.failureSummary}`)))"""
TOPMOST = """mark => { const box = mark.getBoundingClientRect();
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return mark.contains(top) }"""


def deploy_named(site: Site, name: str) -> str:
    """The review as a process of its own with that name."""
    text = (HERE / "review.bpmn").read_text()
    text = text.replace('id="review" name="Review"', f'id="named" name="{name}"')
    files = [File("named.bpmn", text.encode())]
    return site.engine.deploy(files, actor=site.actor("ada")).processes[0].id


@pytest.fixture
def pages(site: Site):
    """Addresses of pages that show something, and of those that are empty."""
    definition = site.deploy("review.bpmn")
    site.deploy("failing.bpmn")
    only_drawn = site.deploy("drawn_only.bpmn")
    site.deploy("claim.bpmn", "claim.form")
    credit = HERE.parent / "engine/commands/credit.contract.json"
    site.engine.deploy([File(credit.name, credit.read_bytes())], actor=site.actor("ada"))
    failed = site.start("failing")
    long = "Vermögensschadenhaftpflichtversicherungsgesellschaftsvertrag " * 3
    named = deploy_named(site, long.split(maxsplit=1)[0])
    instance = site.start("review", title=long, key="عقد رقم ١٢٣")
    task = site.task(instance)
    mine = site.task(site.start("review", title="Mine"))
    site.engine.claim(mine, actor=site.actor("ada"))
    return [
        "/tasks",
        "/tasks?list=unassigned",
        "/tasks?list=unassigned&q=zzz",
        f"/tasks/{task}?list=unassigned",
        f"/tasks/{mine}",
        "/start",
        f"/start/{definition}",
        f"/start/{only_drawn}",
        "/requests",
        "/requests?state=all",
        "/instances",
        "/instances?state=done",
        f"/instances/{instance}",
        f"/instances/{failed}",
        "/models",
        f"/models/{definition}",
        f"/models/{named}",
        f"/start/{named}",
        "/contracts",
        "/contracts/credit-check",
        "/secrets",
        "/secrets/CREDIT",
        "/account",
        "/api-keys",
        "/nothing",
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_has_a_serious_barrier(people, site: Site, pages, theme):
    page = people("ada", color_scheme=theme, bypass_csp=True)
    barriers = {}
    for path in pages:
        page.goto(site.address + path)
        if page.locator(".diagram").count():
            # A diagram without shapes is told about instead.
            page.wait_for_selector('[data-ready="1"], [data-error]')
        page.add_script_tag(path=AXE)
        barriers[path] = page.evaluate(RUN)
    assert {path: found for path, found in barriers.items() if found} == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_login_page_has_no_serious_barrier(people, theme):
    page = people(color_scheme=theme, bypass_csp=True)
    page.fill("#login", "x")
    page.fill("#password", "y")
    page.click(".gate-card button")
    page.add_script_tag(path=AXE)
    assert page.evaluate(RUN) == []


@pytest.mark.parametrize("size", [PHONE, {"width": 768, "height": 1024}, DESK], ids=str)
def test_no_page_scrolls_sideways(people, site: Site, pages, size):
    page = people("ada", viewport=size, has_touch=size is PHONE)
    wide = []
    for path in pages:
        page.goto(site.address + path)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(path)
    assert wide == []


@pytest.mark.parametrize("size", [PHONE, DESK], ids=str)
def test_nothing_covers_the_mark_of_bpmn_io(people, site: Site, size):
    instance, _ = site.review()
    page = people("ada", viewport=size)
    for path in (f"/instances/{instance}", "/models"):
        page.goto(site.address + path)
        if path == "/models":
            page.get_by_role("link", name="Review").first.click()
        page.wait_for_selector('[data-ready="1"]')
        mark = page.locator(".bjs-powered-by")
        mark.evaluate("mark => mark.scrollIntoView({block: 'center'})")
        expect(mark).to_be_visible()
        assert mark.evaluate(TOPMOST)


def test_on_a_phone_the_list_and_the_task_take_turns(people, site: Site):
    site.review()
    page = people("ana", viewport=PHONE, has_touch=True)
    page.goto(f"{site.address}/tasks?list=groups")
    page.locator(".task-row").tap()
    page.get_by_role("button", name="Claim").tap()
    complete = page.get_by_role("button", name="Complete")
    complete.wait_for()
    expect(page.locator(".inbox-list")).to_be_hidden()
    box = complete.bounding_box()
    navigation = page.locator(".navigation").bounding_box()
    assert box["y"] + box["height"] <= navigation["y"]
    page.get_by_role("link", name="All tasks").tap()
    page.locator(".inbox-list").wait_for()
