"""Take the pictures of the documentation from a demo that runs.

Start it with ``make run``, then: ``.venv/bin/python tools/screenshots.py http://127.0.0.1:8080``.
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, sync_playwright

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests.support.chromium import ARGUMENTS, find_chromium  # noqa: E402 - needs the path above

IMAGES = ROOT / "docs/images"
SIZE = ViewportSize(width=1280, height=800)


def main(address: str) -> None:
    """Write ``tasks.png`` and ``instance.png``, 1280 by 800 pixels, light."""
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        page = browser.new_page(viewport=SIZE, color_scheme="light", locale="en-GB")
        log_in(page, address, "carla")
        page.goto(f"{address}/tasks?list=all")
        page.locator(".task-row").nth(1).click()
        page.locator(".work-title").wait_for()
        page.mouse.move(0, 0)
        page.screenshot(path=IMAGES / "tasks.png")
        page.locator(".work-facts a").click()
        page.locator('[data-ready="1"]').wait_for()
        page.screenshot(path=IMAGES / "instance.png")
        browser.close()


def log_in(page: Page, address: str, login: str) -> None:
    """As the demo person *login*, by the button of the login page."""
    page.goto(f"{address}/login")
    page.locator(f'form:has(input[name="login"][value="{login}"]) .demo-person').click()
    page.wait_for_url("**/tasks")


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
