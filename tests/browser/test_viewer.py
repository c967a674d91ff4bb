"""The built viewer on a bare page, under the strictest policy that the application sends."""

from __future__ import annotations

import json
import shutil
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import MILLISECONDS

pytestmark = pytest.mark.browser

HERE = Path(__file__).parent
DIST = HERE.parent.parent / "web/static/dist"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'"
)
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>A diagram</title>
<link rel="icon" href="data:,">
{styles}<script type="module" src="dist/{script}"></script></head>
<body><main><h1>A diagram</h1>
<div id="diagram" data-diagram-url="{diagram}" {attributes}>{content}</div></main></body></html>"""


class Handler(SimpleHTTPRequestHandler):
    """Serves a folder with the policy, and keeps its log to itself."""

    def end_headers(self):
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, *_):
        """The test's output is not the place for it."""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(DIST, folder / "dist")
    shutil.copy(HERE / "test_viewer.bpmn", folder)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield folder, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def show(site, browser):
    """Opens a page with one diagram; afterwards, no policy may have been violated."""
    folder, address = site
    page = browser.new_page()
    page.set_default_timeout(MILLISECONDS)
    said = []
    page.on("console", lambda message: said.append(message.text))

    def open_page(diagram="test_viewer.bpmn", attributes="", content=""):
        entry = json.loads((DIST / "manifest.json").read_text())["viewer.js"]
        styles = "".join(f'<link rel="stylesheet" href="dist/{css}">' for css in entry["css"])
        text = PAGE.format(
            styles=styles,
            script=entry["file"],
            diagram=diagram,
            attributes=attributes,
            content=content,
        )
        (folder / "page.html").write_text(text)
        page.goto(f"{address}/page.html")
        return page

    yield open_page
    page.close()
    assert [text for text in said if "Content Security Policy" in text] == []


def ready(page):
    expect(page.locator("#diagram")).to_have_attribute("data-ready", "1")
    return page


def test_each_token_has_a_badge_with_its_count_and_state(show):
    tokens = [{"element": "Task_A", "count": 2}, {"element": "Task_B", "state": "incident"}]
    page = ready(show(attributes=f"data-tokens='{json.dumps(tokens)}'"))
    badges = page.locator(".token-badge")
    assert badges.all_inner_texts() == ["2", "1"]
    assert [b.get_attribute("data-state") for b in badges.all()] == ["active", "incident"]


def test_tokens_may_come_in_a_script_element(show):
    content = '<script type="application/json">[{"element": "Task_B"}]</script>'
    page = ready(show(content=content))
    expect(page.locator(".token-badge")).to_have_count(1)


def test_a_moved_token_moves_its_badge(show):
    page = ready(show(attributes="""data-tokens='[{"element": "Task_A"}]'"""))
    before = page.locator(".token-badge").bounding_box()["x"]
    page.locator("#diagram").evaluate(
        """host => { host.dataset.tokens = '[{"element": "Task_B"}]' }"""
    )
    expect(page.locator('[data-container-id="Task_A"]')).to_be_hidden()
    expect(page.locator(".token-badge")).to_have_count(1)
    assert page.locator(".token-badge").bounding_box()["x"] > before


def test_a_token_on_an_element_that_is_not_drawn_is_left_out(show):
    page = ready(show(attributes="""data-tokens='[{"element": "Elsewhere"}]'"""))
    expect(page.locator(".token-badge")).to_have_count(0)


def test_a_diagram_that_cannot_be_fetched_says_so(show):
    page = show(diagram="missing.bpmn", attributes='data-label-error="Kein Diagramm"')
    expect(page.get_by_role("alert")).to_contain_text("Kein Diagramm: missing.bpmn: 404")


def test_a_file_that_is_no_diagram_says_so(show):
    page = show(diagram="dist/manifest.json")
    expect(page.get_by_role("alert")).to_contain_text("The diagram cannot be shown")


def test_keys_zoom_and_fit(show):
    page = ready(show())
    task = page.locator('[data-element-id="Task_A"]')
    width = task.bounding_box()["width"]
    page.locator("#diagram svg[tabindex]").focus()
    page.keyboard.press("+")
    assert task.bounding_box()["width"] > width * 1.2
    page.keyboard.press("0")
    assert task.bounding_box()["width"] == pytest.approx(width)


def test_the_buttons_have_names_and_work(show):
    page = ready(show(attributes='data-label-zoom-in="Größer"'))
    task = page.locator('[data-element-id="Task_A"]')
    width = task.bounding_box()["width"]
    page.get_by_role("button", name="Größer").click()
    assert task.bounding_box()["width"] > width


def test_a_click_tells_the_element(show):
    page = ready(show())
    page.evaluate(
        """document.addEventListener('diagram:select',
           event => { document.title = event.detail.element })"""
    )
    page.locator('[data-element-id="Task_B"]').click()
    expect(page).to_have_title("Task_B")


def test_the_mark_of_bpmn_io_is_visible_and_nothing_covers_it(show):
    page = ready(show())
    mark = page.locator(".bjs-powered-by")
    expect(mark).to_be_visible()
    assert mark.evaluate(
        """mark => { const box = mark.getBoundingClientRect();
           const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
           return mark.contains(top) }"""
    )
