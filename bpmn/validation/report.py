"""The compatibility report: what becomes of every kind of element and vendor name drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bpmn.model import Diagram, Node, ProcessModel
from bpmn.validation.fates import ELEMENTS, IGNORED, VENDOR, Fate
from bpmn.validation.places import Use, uses
from bpmn.validation.refused import refusals_of

__all__ = ["Entry", "Fate", "report"]

AS_DEFINED = "As the standard defines it."
WITHOUT_EFFECT = "Kept with the diagram; it has no effect here."


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the report.

    Attributes:
        name: element type (``userTask``), event (``timer boundaryEvent``), or vendor name
            (``camunda:asyncBefore``).
        fate: what becomes of it.
        sentence: how, or why not and what to draw instead.
        elements: ids of the elements that have it, in drawn order.
    """

    name: str
    fate: Fate
    sentence: str
    elements: tuple[str, ...]


class _Kind(StrEnum):
    """Order of the report: what stops deployment first."""

    REFUSED = "0"
    APPROXIMATED = "1"
    KEPT = "2"
    RUNS = "3"


def report(diagram: Diagram) -> tuple[Entry, ...]:
    """Every element type and vendor name of *diagram*, what is refused first."""
    found: dict[tuple[str, Fate, str], dict[str, None]] = {}
    for model in diagram.processes:
        for name, fate, sentence, element in _lines(model):
            found.setdefault((name, fate, sentence), {})[element] = None
    entries = [
        Entry(name, fate, sentence, tuple(elements))
        for (name, fate, sentence), elements in found.items()
    ]
    return tuple(sorted(entries, key=lambda e: (_Kind[e.fate.name], e.name)))


def _lines(model: ProcessModel) -> Iterator[tuple[str, Fate, str, str]]:
    for use in uses(model):
        if not use.name.startswith(IGNORED):
            yield (use.name, *_fate(use), use.at.id)
    for node in model.nodes:
        yield from _node_lines(node)


def _fate(use: Use) -> tuple[Fate, str]:
    if not use.has_effect:
        return Fate.KEPT, WITHOUT_EFFECT
    return VENDOR.get(use.name, (Fate.KEPT, WITHOUT_EFFECT))


def _node_lines(node: Node) -> Iterator[tuple[str, Fate, str, str]]:
    kinds = " ".join(event.kind for event in node.events)
    name = f"{kinds} {node.type}".strip()
    refusals = list(refusals_of(node))
    for refusal in refusals:
        yield name, Fate.REFUSED, f"{refusal.what}: not run yet. {refusal.hint}", node.id
    if not refusals:
        fate, sentence = ELEMENTS.get(node.type, (Fate.RUNS, AS_DEFINED))
        yield name, fate, sentence, node.id
