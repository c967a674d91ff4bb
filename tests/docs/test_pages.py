"""The pages that people read: links lead somewhere, settings are complete, code compiles."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.settings import SETTINGS

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("examples/**/*.md"),
    ]
)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"^( *)```python\n(.*?)^\1```", re.MULTILINE | re.DOTALL)

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))


def anchors(page: Path) -> set[str]:
    """What can be linked to on a page, as the usual renderers name headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {
        re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings
    }


@each_page
def test_every_link_inside_the_project_leads_somewhere(page: Path):
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), f"{page.relative_to(ROOT)} links to {target}"
        assert not anchor or anchor in anchors(file), f"{page.relative_to(ROOT)} links to {target}"


@each_page
def test_python_on_a_page_compiles_and_imports_what_exists(page: Path):
    for _, code in CODE.findall(page.read_text(encoding="utf-8")):
        compile(code, str(page), "exec")
        imports = re.findall(
            r"^(?:from|import) (?:bpmn|engine|web|worker)\b.*$", code, re.MULTILINE
        )
        exec("\n".join(imports), {})


def test_the_settings_page_lists_every_setting_and_no_other():
    page = (ROOT / "docs/reference/settings.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \|", page, re.MULTILINE))
    assert rows == {setting.variable: setting.takes for setting in SETTINGS}


def test_every_page_can_be_reached_from_the_readme():
    seen: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen or page.suffix != ".md":
            continue
        seen.add(page)
        links = (link.partition("#")[0] for link in LINK.findall(page.read_text(encoding="utf-8")))
        waiting.extend((page.parent / link).resolve() for link in links if link and ":" not in link)
    lost = {path.relative_to(ROOT) for path in ROOT.glob("docs/**/*.md") if path not in seen}
    assert lost == set()
