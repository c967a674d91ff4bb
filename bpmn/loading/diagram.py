"""Reads what belongs to the whole file: pools, message flows, the dialect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from bpmn.dialects import Facts, detect
from bpmn.loading.tables import Tables
from bpmn.model import Dialect, MessageFlow, Participant
from bpmn.names import MODELER, PREFIXES, canonical, tag

_PLATFORM = f"{{{MODELER}}}executionPlatform"
_PLATFORM_VERSION = f"{{{MODELER}}}executionPlatformVersion"
_FORM = "{http://camunda.org/schema/zeebe/1.0}userTaskForm"


def find_dialect(root: etree._Element) -> Dialect:
    """Whose names the file uses."""
    uses: Counter[str] = Counter()
    for element in root.iter():
        for name in (str(element.tag), *map(str, element.attrib)):
            prefix, colon, _ = canonical(name).partition(":")
            if colon and name.startswith("{"):
                uses[prefix] += 1
    declared = (PREFIXES.get(str(uri), "") for uri in root.nsmap.values())
    return detect(platform=root.get(_PLATFORM, ""), uses=uses, declares=frozenset(declared))


def platform_version(root: etree._Element) -> str:
    """The version of the platform that the modeler targeted, empty when unknown."""
    return root.get(_PLATFORM_VERSION, "")


def dialect_facts(root: etree._Element, tables: Tables) -> Facts:
    """What the dialects need of the file."""
    return Facts(
        error_codes=tables.error_codes,
        operations=tables.operations,
        forms={e.get("id", ""): (e.text or "").strip() for e in root.iter(_FORM)},
    )


def participants(root: etree._Element) -> Iterator[Participant]:
    """All pools in drawn order."""
    for element in root.iter(tag("participant")):
        yield Participant(
            element.get("id", ""),
            element.get("name", ""),
            element.get("processRef", ""),
            is_multiple=element.find(tag("participantMultiplicity")) is not None,
        )


def message_flows(root: etree._Element) -> Iterator[MessageFlow]:
    """All message flows in drawn order."""
    for element in root.iter(tag("messageFlow")):
        yield MessageFlow(
            id=element.get("id", ""),
            name=element.get("name", ""),
            source=element.get("sourceRef", ""),
            target=element.get("targetRef", ""),
            message=element.get("messageRef", ""),
        )
