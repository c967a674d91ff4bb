"""Bring the catalogues of web/translations up to date with the texts in the code.

Texts are what the pages pass to gettext, and the form messages of `bpmn`, which knows no language
but English. Translations that exist are kept; what lacks one is printed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from bpmn.forms import MESSAGES  # noqa: E402 - found once the path above is known
from bpmn.validation import fates  # noqa: E402
from bpmn.validation.report import AS_DEFINED, WITHOUT_EFFECT  # noqa: E402

WEB = ROOT / "web"
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
OPTIONS = {"templates/**.html": {"trimmed": "true"}}
KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}


def extract() -> Catalog:
    """Every text that a page may show, without translations."""
    found = Catalog(project="Laneway")
    texts = extract_from_dir(str(WEB), METHODS, OPTIONS, keywords=KEYWORDS)
    for _file, _line, text, _comments, _context in texts:
        found.add(text)
    for text in (*MESSAGES.values(), *_sentences()):
        found.add(text)
    return found


def _sentences() -> set[str]:
    """What the compatibility report says of elements and vendor names."""
    lines = (*fates.ELEMENTS.values(), *fates.VENDOR.values())
    return {AS_DEFINED, WITHOUT_EFFECT, *(sentence for _, sentence in lines)}


def missing(catalogue: Catalog, texts: Catalog) -> Iterator[str]:
    """The texts that *catalogue* does not translate."""
    for message in texts:
        known = catalogue.get(message.id)
        if message.id and (known is None or not _is_whole(known)):
            yield str(message.id)


def _is_whole(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, tuple) else bool(message.string)


def main() -> int:
    """Update every catalogue; 1 when a text lacks a translation."""
    texts = extract()
    lacking = 0
    for path in sorted(WEB.glob("translations/*/LC_MESSAGES/messages.po")):
        with path.open("rb") as file:
            catalogue = read_po(file, locale=path.parent.parent.name)
        catalogue.update(texts, no_fuzzy_matching=True, update_creation_date=False)
        catalogue.obsolete.clear()
        with path.open("wb") as file:
            write_po(file, catalogue, sort_output=True, ignore_obsolete=True, width=98)
        for text in missing(catalogue, texts):
            lacking += 1
            print(f"{path.relative_to(ROOT)}: {text}")
    return 1 if lacking else 0


if __name__ == "__main__":
    raise SystemExit(main())
