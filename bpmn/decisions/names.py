"""Which names an expression may use; those with spaces or operators must be known to be read."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from bpmn.decisions.model import (
    Boxed,
    Context,
    DecisionTable,
    Definitions,
    FunctionDefinition,
    ItemDefinition,
    Relation,
)

_WORD = re.compile(r"\w+")


MAX_COMPARED = 2_000_000
"""Names that are held against the texts of one file; about a second."""


class Names:
    """The names in scope, one level inside of another.

    A text is given only the names that it may hold, found by their first word, so that many
    names and many texts stay cheap. Past a limit that no person's file reaches, names of
    several words are not found any more, and their texts cannot be read.

    Attributes:
        by_word: the names of this level, each with its words, by their first word.
        outer: the level around.
        left: names that may still be compared, shared by all levels, in a list of one.
    """

    def __init__(self, names: Iterable[str] = (), outer: Names | None = None) -> None:
        self.by_word: dict[str, list[tuple[str, list[str]]]] = {}
        self.outer = outer
        self.left: list[int] = [MAX_COMPARED] if outer is None else outer.left
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """Make a name known on this level."""
        words = _WORD.findall(name)
        self.by_word.setdefault(words[0] if words else "", []).append((name, words))

    def within(self, names: Iterable[str] = ()) -> Names:
        """The names of an inner scope."""
        return Names(names, self)

    def mentioned(self, text: str) -> list[str]:
        """The names that a text may hold."""
        words = {*_WORD.findall(text), ""}
        found: list[str] = []
        level: Names | None = self
        while level is not None:
            for word in words & level.by_word.keys():
                found.extend(self._among(level.by_word[word], words))
            level = level.outer
        return found

    def _among(self, names: list[tuple[str, list[str]]], words: set[str]) -> Iterable[str]:
        self.left[0] -= len(names)
        if self.left[0] < 0:
            return []
        return [name for name, own in names if words.issuperset(own)]


def part_names(files: Collection[Definitions]) -> frozenset[str]:
    """Names of several words that stand behind a dot: entries of contexts, elements of imports."""
    found: set[str] = set()
    for file in files:
        if len(files) > 1:
            found.update(element.name for element in file.elements)
        for kind in file.types:
            found.update(_component_names(kind))
        for element in file.elements:
            found.update(_entry_names(getattr(element, "logic", None)))
    return frozenset(name for name in found if name and not name.replace("_", "a").isalnum())


def _component_names(kind: ItemDefinition) -> Iterable[str]:
    for component in kind.components:
        yield component.name
        yield from _component_names(component)


def _entry_names(boxed: Boxed | None) -> Iterable[str]:
    stack: list[Boxed | None] = [boxed]
    while stack:
        found = stack.pop()
        if isinstance(found, Context):
            yield from (entry.name for entry in found.entries)
            stack.extend(entry.value for entry in found.entries)
        elif isinstance(found, FunctionDefinition):
            stack.append(found.body)
        elif isinstance(found, DecisionTable):
            yield from (output.name for output in found.outputs)
        elif isinstance(found, Relation):
            yield from (column.name for column in found.columns)
