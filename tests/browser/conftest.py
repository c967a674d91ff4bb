"""A real server over a database file, and people with real browsers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.support import chromium
from tests.support.patience import PATIENCE
from tests.support.serving import Serving
from tests.web.site import Site

HERE = Path(__file__).parent
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}
MILLISECONDS = PATIENCE * 1_000

expect.set_options(timeout=MILLISECONDS)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = chromium.find_chromium()
        with playwright.chromium.launch(
            executable_path=path, args=chromium.ARGUMENTS, timeout=MILLISECONDS
        ) as browser:
            yield browser


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(f"sqlite:///{tmp_path / 'site.db'}")
    serving = Serving(made.app)
    made.address = serving.address
    yield made
    serving.close()


@pytest.fixture
def people(site: Site, browser: Browser):
    """Opens a browser for a person; afterwards, no page may have broken its policy or a script."""
    contexts = []
    said: list[str] = []

    def come(login: str = "", **options) -> Page:
        context = browser.new_context(**{"viewport": DESK, "locale": "en-GB", **options})
        context.set_default_timeout(MILLISECONDS)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(f"Error: {error}"))
        if login:
            context.add_cookies([{"url": site.address, **site.session(login)}])
        page.goto(f"{site.address}/tasks")
        return page

    yield come
    for context in contexts:
        context.close()
    assert [text for text in said if "Content Security Policy" in text or "Error:" in text] == []
