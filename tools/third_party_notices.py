"""Print THIRD_PARTY_NOTICES.md: what the lock files bring in, under which licence.

Run by ``make notices``. Python licences come from the metadata of the installed packages, npm
licences from package-lock.json, so the answer depends on nothing else.
"""

from __future__ import annotations

import json
import re
import sys
from importlib.metadata import metadata
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)
CLASSIFIER = "License :: OSI Approved :: "

# Where a package says nothing that a program can read, a person has read its licence file.
BPMN_IO = "MIT, with the condition that the bpmn.io mark stays visible"
READ_BY_A_PERSON = {
    "htmx-ext-sse": "0BSD",
    "bpmn-js": BPMN_IO,
    "component-props": "MIT",
    "dmn-js": BPMN_IO,
    "dmn-js-boxed-expression": BPMN_IO,
    "dmn-js-decision-table": BPMN_IO,
    "dmn-js-drd": BPMN_IO,
    "dmn-js-literal-expression": BPMN_IO,
    "dmn-js-shared": BPMN_IO,
    "resvg-py": "MIT",
}

TEMPLATE = """\
# Third-party notices

Laneway itself is under the Apache License 2.0 (LICENSE). It uses the packages below, each under
its own licence. Made by `make notices` from the lock files; do not edit.

## Python packages that Laneway runs on

Installed beside Laneway, unchanged; each carries its own licence text. Those under the LGPL
(SpiffWorkflow, psycopg) are used as separate libraries, which anyone may replace.

{runtime}
## JavaScript that is part of the built assets

Their licence texts are in `web/static/dist/licenses.md`, which is built with the assets.

{bundled}
## Python packages for development only

Not part of what is distributed.

{development}
## npm packages for development only

Not part of what is distributed.

{building}"""


class Package(NamedTuple):
    """One line of the notices."""

    name: str
    version: str
    licence: str


def main() -> int:
    """Print the notices; return 1 and say which packages lack a licence, if any do."""
    runtime = python_packages("requirements.lock")
    development = [
        package
        for package in python_packages("requirements-dev.lock", "requirements-build.lock")
        if package not in runtime
    ]
    bundled, building = npm_packages()
    unknown = [p.name for p in runtime + development + bundled + building if not p.licence]
    if unknown:
        print(f"No licence found for {', '.join(unknown)}: add READ_BY_A_PERSON.", file=sys.stderr)
        return 1
    text = TEMPLATE.format(
        runtime=table(runtime),
        bundled=table(bundled),
        development=table(development),
        building=table(building),
    )
    sys.stdout.write(text)
    return 0


def python_packages(*lock_files: str) -> list[Package]:
    """Return what the lock files pin; the packages must be installed."""
    pins = {
        pin
        for lock_file in lock_files
        for pin in PINNED.findall((ROOT / lock_file).read_text(encoding="utf-8"))
    }
    return [Package(name, version, python_licence(name)) for name, version in sorted(pins)]


def python_licence(name: str) -> str:
    """Return the licence in the package's own words: expression, classifiers, or free text."""
    if name in READ_BY_A_PERSON:
        return READ_BY_A_PERSON[name]
    found = metadata(name)
    classifiers = [
        value.removeprefix(CLASSIFIER)
        for value in found.get_all("Classifier", [])
        if value.startswith(CLASSIFIER)
    ]
    free_text = [text.partition("\n")[0].strip() for text in found.get_all("License", [])]
    return ", ".join(found.get_all("License-Expression", []) or classifiers or free_text)


def npm_packages() -> tuple[list[Package], list[Package]]:
    """Return the packages for the browser, and those that only build or test."""
    lock = json.loads((ROOT / "web/assets/package-lock.json").read_text(encoding="utf-8"))
    bundled: set[Package] = set()
    building: set[Package] = set()
    for path, entry in lock["packages"].items():
        if not path:
            continue
        name = path.rpartition("node_modules/")[2]
        licence = READ_BY_A_PERSON.get(name) or entry.get("license", "")
        target = building if entry.get("dev") or entry.get("devOptional") else bundled
        target.add(Package(name, entry["version"], licence))
    return sorted(bundled), sorted(building)


def table(packages: list[Package]) -> str:
    """Return a Markdown table, one row a package."""
    head = "| Package | Version | Licence |\n| --- | --- | --- |\n"
    return head + "".join(f"| {p.name} | {p.version} | {p.licence} |\n" for p in packages)


if __name__ == "__main__":
    sys.exit(main())
