"""The files of a model: what a reference means, and under which name a file sees an element."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bpmn.decisions.model import Decision, Definitions, GraphElement, InputData


@dataclass(frozen=True, slots=True)
class Seen:
    """An element as a file sees it: *path* is its name, after the import's name if it has one."""

    ref: str
    path: tuple[str, ...]


class Library:
    """The main file and all those that it imports.

    Args:
        main: the file that was asked for.
        imported: the others, by namespace.
    """

    def __init__(self, main: Definitions, imported: Iterable[Definitions]) -> None:
        self.main = main
        self.files: Mapping[str, Definitions] = {file.namespace: file for file in (*imported, main)}
        self._elements = {
            f"{file.namespace}#{_key(element)}": (file, element)
            for file in self.files.values()
            for element in file.elements
        }

    def element(self, ref: str) -> GraphElement | None:
        """What a reference means."""
        found = self._elements.get(ref)
        return None if found is None else found[1]

    def items(self) -> Iterable[tuple[str, Definitions, GraphElement]]:
        """All elements with their references and files."""
        for ref, (file, element) in self._elements.items():
            yield ref, file, element

    def seen(self, ref: str, file: Definitions) -> Seen | None:
        """How *file* sees an element, ``None`` when there is none or its file is not imported."""
        found = self._elements.get(ref)
        if found is None:
            return None
        owner, element = found
        if owner.namespace == file.namespace:
            return Seen(ref, (element.name,))
        for imported in file.imports:
            if imported.namespace == owner.namespace:
                path = (imported.name, element.name) if imported.name else (element.name,)
                return Seen(ref, path)
        return None

    def find(self, key: str) -> str | None:
        """The reference of an element of the main file by id, else by name, decisions first."""
        ref = f"{self.main.namespace}#{key}"
        if ref in self._elements:
            return ref
        named = [e for e in self.main.elements if e.name == key and not isinstance(e, InputData)]
        named.sort(key=lambda element: not isinstance(element, Decision))
        return f"{self.main.namespace}#{_key(named[0])}" if named else None


def _key(element: GraphElement) -> str:
    """Its id; without one nothing refers to it, and its name finds it."""
    return element.id or element.name
