"""What every constraint looks at, and what it finds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from lxml import etree

from bpmn.loading.facts import text_of
from bpmn.names import XSI, local, tag

_TYPED = frozenset(["message", "signal", "error", "escalation"])


@dataclass(frozen=True, slots=True)
class Breach:
    """A constraint that *element* breaks."""

    code: str
    element: etree._Element
    message: str
    hint: str


class File:
    """A normalised file with lookups by id."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root

    @cached_property
    def by_id(self) -> dict[str, etree._Element]:
        """Every element of BPMN's with an id."""
        return {e.get("id", ""): e for e in self.root.iter() if e.get("id") and local(e)}

    @property
    def names_schema(self) -> bool:
        """Whether the file says which schema it keeps."""
        return bool(self.root.get(f"{{{XSI}}}schemaLocation"))

    def all(self, *names: str) -> Iterator[etree._Element]:
        """Every element with one of these names."""
        return self.root.iter(*map(tag, names))

    def item_of(self, element: etree._Element | None) -> str:
        """The id of the item definition that types *element*, empty for none."""
        if element is None:
            return ""
        names = ("itemSubjectRef", "itemRef", "structureRef")
        return next((found for name in names if (found := element.get(name))), "")

    def structure_of(self, element: etree._Element | None) -> str:
        """The structure behind *element*, empty when it is not said.

        A reference to a data object has that object's.
        """
        if element is not None and element.get("dataObjectRef"):
            element = self.by_id.get(element.get("dataObjectRef", ""))
        item = self.by_id.get(self.item_of(element))
        return "" if item is None else item.get("structureRef", "")

    def carried_by(self, definition: etree._Element) -> etree._Element | None:
        """The message, signal, error or escalation of an event definition, when it has data."""
        kind = local(definition).removesuffix("EventDefinition")
        if kind not in _TYPED:
            return None
        found = self.by_id.get(definition.get(f"{kind}Ref", ""))
        return found if found is not None and self.item_of(found) else None


def texts(element: etree._Element, name: str) -> list[str]:
    """The texts of all children called *name*."""
    return [(child.text or "").strip() for child in element.iterfind(tag(name))]


def label(element: etree._Element) -> str:
    """What a person calls it."""
    return repr(element.get("name") or element.get("id") or local(element))


def text(element: etree._Element, name: str) -> str:
    """The text of the child called *name*."""
    return text_of(element, name)
