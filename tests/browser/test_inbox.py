"""The task list with several people, by keyboard, and forms that change while they are filled."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from tests.support.patience import until
from tests.web.site import Site

pytestmark = pytest.mark.browser


def open_groups(page, site):
    with page.expect_response("**/events*"):
        page.goto(f"{site.address}/tasks?list=groups")
    return page


def test_a_task_that_somebody_else_takes_leaves_the_list_by_itself(people, site: Site):
    site.review()
    ana, ben = open_groups(people("ana"), site), open_groups(people("ben"), site)
    expect(ana.locator(".task-row")).to_have_count(1)
    ben.locator(".task-row").click()
    ben.get_by_role("button", name="Claim").click()
    expect(ana.locator(".task-row")).to_have_count(0)
    expect(ana.get_by_text("All done here")).to_be_visible()


def test_focus_and_scroll_stay_when_the_list_changes(people, site: Site):
    site.deploy("review.bpmn")
    for number in range(40):
        site.start("review", title=f"Report {number}")
    ana = open_groups(people("ana"), site)
    row = ana.locator(".task-row").nth(30)
    row.focus()
    focused = row.get_attribute("id")
    scroll = ana.locator("#rows").evaluate("rows => rows.scrollTop")
    assert scroll > 0
    with ana.expect_response("**/tasks/rows*"):
        site.start("review", title="One more")
    expect(ana.locator(".task-row")).to_have_count(41)
    assert ana.evaluate("document.activeElement.id") == focused
    assert ana.locator("#rows").evaluate("rows => rows.scrollTop") == scroll


def test_what_is_typed_stays_when_the_list_changes(people, site: Site):
    _, task = site.review(claimed_by="ana")
    ana = people("ana")
    with ana.expect_response("**/events*"):
        ana.goto(f"{site.address}/tasks/{task}")
    ana.get_by_label("Grade").fill("3")
    with ana.expect_response("**/tasks/rows*"):
        site.start("review", title="One more")
    expect(ana.get_by_label("Grade")).to_have_value("3")
    expect(ana.get_by_label("Grade")).to_be_focused()


def test_who_is_late_learns_who_completed_the_task(people, site: Site):
    _, task = site.review(claimed_by="ben")
    ana = people("ana")
    ana.goto(f"{site.address}/tasks?list=all")
    site.engine.submit_task(task, {"grade": "1", "verdict": "good"}, actor=site.actor("ben"))
    ana.goto(f"{site.address}/tasks/{task}")
    expect(ana.get_by_text("Ben Okafor completed it")).to_be_visible()


def test_the_list_stays_and_the_next_task_opens(people, site: Site):
    site.deploy("review.bpmn")
    for title in ("First", "Second"):
        instance = site.start("review", title=title, key=title)
        site.engine.claim(site.task(instance), actor=site.actor("ana"))
    ana = people("ana")
    ana.locator(".task-row").first.click()
    ana.get_by_label("Grade").fill("2")
    ana.keyboard.press("Control+Enter")
    expect(ana.locator(".work-facts")).to_contain_text("Second")
    expect(ana.locator(".task-row")).to_have_count(1)
    expect(ana.locator(".task-row")).to_have_attribute("aria-current", "true")
    expect(ana.locator(".work-title")).to_be_focused()
    expect(ana).to_have_title("Read it · Laneway")


def test_the_list_is_driven_by_keys_alone(people, site: Site):
    site.deploy("review.bpmn")
    for title in ("First", "Second"):
        site.start("review", title=title, key=title)
    ana = open_groups(people("ana"), site)
    ana.keyboard.press("j")
    ana.keyboard.press("j")
    ana.keyboard.press("k")
    ana.keyboard.press("j")
    ana.keyboard.press("Enter")
    expect(ana.locator(".work-facts")).to_contain_text("Second")
    ana.keyboard.press("c")
    expect(ana.get_by_role("button", name="Complete")).to_be_visible()
    ana.keyboard.press("/")
    expect(ana.locator("#search")).to_be_focused()


@pytest.fixture
def two(site: Site) -> dict[str, str]:
    """Two tasks that any clerk may claim: title to id, as they stand in the list."""
    site.deploy("review.bpmn")
    return {
        title: site.task(site.start("review", title=title, key=title))
        for title in ("First", "Second")
    }


def open_slowly(page, task: str) -> Route:
    """Ask for a task by the Enter key; its answer stays away until the route goes on."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(f"**/tasks/{task}?*", hold)
    page.locator(f"#row-{task}").focus()
    page.keyboard.press("Enter")
    # Playwright tells of routes only while it does something.
    until(lambda: page.evaluate("document.title") and held)
    return held[0]


def test_a_key_pressed_too_early_means_the_task_that_comes(people, site: Site, two):
    ana = open_groups(people("ana"), site)
    ana.locator(".task-row").first.click()
    expect(ana.locator(".work-facts")).to_contain_text("First")
    coming = open_slowly(ana, two["Second"])
    ana.keyboard.press("c")
    coming.continue_()
    expect(ana.get_by_role("button", name="Complete")).to_be_visible()
    expect(ana.locator(".work-facts")).to_contain_text("Second")
    mine = site.engine.tasks(actor=site.actor("ana")).items
    assert [row.id for row in mine] == [two["Second"]]


def test_who_searches_while_a_task_comes_goes_on_searching(people, site: Site, two):
    ana = open_groups(people("ana"), site)
    coming = open_slowly(ana, two["Second"])
    ana.keyboard.press("/")
    ana.keyboard.type("rep")
    coming.continue_()
    expect(ana.locator(".work-facts")).to_contain_text("Second")
    expect(ana.locator("#search")).to_be_focused()
    ana.keyboard.type("ort")
    expect(ana.locator("#search")).to_have_value("report")


def test_the_task_that_was_asked_for_last_stays(people, site: Site, two):
    ana = open_groups(people("ana"), site)
    coming = open_slowly(ana, two["First"])
    ana.locator(".task-row").nth(1).click()
    expect(ana.locator(".work-facts")).to_contain_text("Second")
    with ana.expect_event("requestfinished", lambda request: two["First"] in request.url):
        coming.continue_()
    expect(ana.locator(".task-row").nth(1)).to_have_attribute("aria-current", "true")
    expect(ana.locator(".work-facts")).to_contain_text("Second")


def test_a_click_is_not_lost_when_the_list_changes_in_its_midst(people, site: Site, two):
    ana = open_groups(people("ana"), site)
    ana.locator(".task-row").nth(1).hover()
    ana.mouse.down()
    with ana.expect_event("requestfinished", lambda request: "/tasks/rows" in request.url):
        site.start("review", title="Third")
    ana.mouse.up()
    expect(ana.locator(".work-facts")).to_contain_text("Second")
    expect(ana.locator(".task-row")).to_have_count(3)


def test_the_focus_goes_to_the_next_row_when_its_own_is_gone(people, site: Site, two):
    ana = open_groups(people("ana"), site)
    ana.locator(".task-row").first.focus()
    site.engine.claim(two["First"], actor=site.actor("ben"))
    expect(ana.locator(".task-row")).to_have_count(1)
    expect(ana.locator(f"#row-{two['Second']}")).to_be_focused()


def test_an_order_is_chosen_by_keys(people, site: Site, two):
    ana = open_groups(people("ana"), site)
    order = ana.get_by_label("Sort by")
    order.focus()
    ana.keyboard.press("ArrowDown")
    ana.keyboard.press("ArrowDown")
    expect(order).to_have_value("priority")
    ana.keyboard.press("Enter")
    ana.wait_for_url("**/tasks?*sort=priority")
    expect(ana.get_by_label("Sort by")).to_have_value("priority")


def test_the_back_button_shows_the_task_that_was_open_before(people, site: Site):
    site.deploy("review.bpmn")
    for title in ("First", "Second"):
        site.start("review", title=title, key=title)
    ana = open_groups(people("ana"), site)
    ana.locator(".task-row").first.click()
    expect(ana.locator(".work-facts")).to_contain_text("First")
    ana.locator(".task-row").nth(1).click()
    expect(ana.locator(".work-facts")).to_contain_text("Second")
    ana.go_back()
    expect(ana.locator(".work-facts")).to_contain_text("First")


def test_an_answer_shows_a_field_and_what_is_typed_meanwhile_stays(people, site: Site):
    site.deploy("claim.bpmn", "claim.form")
    task = site.task(site.start("claim"))
    ana = people("ana")
    ana.goto(f"{site.address}/tasks/{task}")
    ana.get_by_label("Travel").check()
    ana.get_by_label("Remark").fill("written while the server draws")
    expect(ana.get_by_label("City")).to_be_visible()
    expect(ana.get_by_label("Remark")).to_have_value("written while the server draws")
    expect(ana.get_by_label("Remark")).to_be_focused()


def test_a_draft_survives_a_reload_and_not_the_completion(people, site: Site):
    _, task = site.review(claimed_by="ana")
    ana = people("ana")
    ana.goto(f"{site.address}/tasks/{task}")
    ana.get_by_label("Grade").fill("4")
    ana.reload()
    expect(ana.get_by_label("Grade")).to_have_value("4")
    ana.get_by_role("button", name="Complete").click()
    expect(ana.get_by_text("“Read it” is done.")).to_be_visible()
    kept = ana.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('draft:'))")
    assert kept == []


def test_a_colleague_is_found_by_name_and_gets_the_task(people, site: Site):
    _, task = site.review(claimed_by="ana")
    ana = people("ana")
    ana.goto(f"{site.address}/tasks/{task}")
    ana.get_by_text("Assign…").click()
    expect(ana.locator("#assignee")).to_be_focused()
    ana.keyboard.type("oka")
    expect(ana.locator("#people option")).to_have_count(1)
    ana.locator("#assignee").fill("ben")
    ana.get_by_role("button", name="Assign", exact=True).click()
    expect(ana.get_by_text("Ben Okafor has the task now.")).to_be_visible()


def test_a_server_that_does_not_answer_is_told_and_nothing_is_lost(people, site: Site):
    _, task = site.review(claimed_by="ana")
    ana = people("ana")
    ana.goto(f"{site.address}/tasks/{task}")
    ana.get_by_label("Grade").fill("2")
    ana.route("**/complete*", lambda route: route.abort())
    ana.get_by_role("button", name="Complete").click()
    expect(ana.get_by_text("The server does not answer.")).to_be_visible()
    expect(ana.get_by_label("Grade")).to_have_value("2")
