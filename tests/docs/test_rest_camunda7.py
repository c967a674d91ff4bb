"""The reference of the Camunda 7 dialect names every call that there is, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from tests.web.site import Site

PAGE = Path(__file__).parents[2] / "docs/reference/rest-camunda7.md"
ROW = re.compile(r"^\| ([A-Z, ]+) \| (`/.+?) \|", re.MULTILINE)


def told() -> set[tuple[str, str]]:
    found = set()
    for methods, paths in ROW.findall(PAGE.read_text(encoding="utf-8")):
        for path in re.findall(r"`(/[^`]+)`", paths):
            found |= {(method, re.sub(r"\{\w+\}", "{}", path)) for method in methods.split(", ")}
    return found


def served(site: Site) -> set[tuple[str, str]]:
    return {
        (method, re.sub(r"<\w+>", "{}", rule.rule.removeprefix("/engine-rest")))
        for rule in site.app.url_map.iter_rules()
        if rule.rule.startswith("/engine-rest/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_the_page_lists_every_call_and_no_other():
    site = Site()
    assert told() == served(site)
    site.engine.close()
