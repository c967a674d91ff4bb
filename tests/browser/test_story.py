"""What the house is for: a diagram comes in, and its people complete it in the browser."""

from __future__ import annotations

import base64

import pytest
from playwright.sync_api import expect

from engine.actor import SYSTEM
from tests.web.site import HERE, PASSWORD, Site

pytestmark = pytest.mark.browser

DROP = """([zone, name, data]) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], name, { type: 'application/xml' }));
  const target = document.querySelector(zone);
  for (const kind of ['dragenter', 'dragover', 'drop']) {
    const facts = { dataTransfer: transfer, bubbles: true, cancelable: true };
    target.dispatchEvent(new DragEvent(kind, facts));
  }
}"""


def drop(page, path):
    data = base64.b64encode(path.read_bytes()).decode()
    page.evaluate(DROP, ["[data-dropzone]", path.name, data])


def badges(page):
    expect(page.locator(".diagram")).to_have_attribute("data-ready", "1")
    return page.locator(".djs-overlays:has(.token-badge)").evaluate_all(
        "places => places.map((place) => place.dataset.containerId)"
    )


def test_the_way_in_and_out(people, site: Site):
    site.engine.set_password("ana", PASSWORD, actor=SYSTEM)
    ana = people()
    expect(ana.get_by_label("Login")).to_be_focused()
    ana.keyboard.type("ana")
    ana.keyboard.press("Tab")
    ana.keyboard.type(PASSWORD)
    ana.keyboard.press("Enter")
    ana.wait_for_url("**/tasks")
    ana.get_by_role("button", name="Log out").click()
    ana.wait_for_url("**/login")


def test_from_a_dropped_file_to_a_completed_task(people, site: Site):
    admin = people("ada")
    admin.goto(f"{site.address}/models")
    drop(admin, HERE / "review.bpmn")
    expect(admin.get_by_role("heading", name="Review")).to_be_visible()
    assert badges(admin) == []

    iris = people("iris")
    iris.get_by_role("link", name="Start").first.click()
    iris.get_by_role("link", name="Review").click()
    iris.get_by_label("Title").fill("My thesis")
    iris.get_by_role("button", name="Start").click()
    expect(iris.get_by_role("heading", name="Review My thesis")).to_be_visible()
    assert badges(iris) == ["Read"]

    ana = people("ana")
    ana.get_by_role("link", name="My groups").first.click()
    ana.locator(".task-row").click()
    ana.get_by_role("button", name="Claim").click()
    ana.get_by_label("Grade").fill("9")
    ana.get_by_role("button", name="Complete").click()
    expect(ana.get_by_role("alert")).to_contain_text("1 field needs another look")
    expect(ana.get_by_label("Grade")).to_have_value("9")
    ana.get_by_label("Grade").fill("5")
    ana.get_by_label("Verdict").select_option("Once more")
    ana.get_by_role("button", name="Complete").click()
    expect(ana.get_by_text("“Read it” is done.")).to_be_visible()

    iris.reload()
    assert badges(iris) == ["Mend"]
    assert "passed" in iris.locator('[data-element-id="Flow_no"]').get_attribute("class")
    expect(iris.get_by_text("Completed “Read it”")).to_be_visible()


def test_a_refused_file_shows_its_problems_and_its_diagram(people, site: Site, tmp_path):
    broken = tmp_path / "broken.bpmn"
    text = (HERE / "review.bpmn").read_text()
    # A call activity that names no process.
    start, middle, end = text.partition(
        '<bpmn:userTask id="Mend" name="Mend it" camunda:assignee="iris">'
    )
    broken.write_text(
        start
        + middle.replace("userTask", "callActivity").replace(' camunda:assignee="iris"', "")
        + end.replace("</bpmn:userTask>", "</bpmn:callActivity>", 1)
    )
    admin = people("ada")
    admin.goto(f"{site.address}/models")
    drop(admin, broken)
    expect(admin.get_by_role("heading", name="Not deployed")).to_be_visible()
    assert badges(admin) == ["Mend"]


def test_everything_works_without_scripts(people, site: Site):
    site.review()
    page = people("ana", java_script_enabled=False)
    page.goto(f"{site.address}/tasks?list=groups")
    page.locator(".task-row").click()
    page.get_by_role("button", name="Claim").click()
    page.get_by_label("Grade").fill("2")
    page.get_by_role("button", name="Complete").click()
    expect(page.get_by_text("“Read it” is done.")).to_be_visible()
