"""Multi-instance activities: their collections and their events (BPMN 2.0 p. 191-194)."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from bpmn.loading.constraints.file import Breach, File, label, text
from bpmn.names import local, tag

_SUB_PROCESSES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
_ENDS = (
    ("loopDataInputRef", "inputDataItem", "dataInput"),
    ("loopDataOutputRef", "outputDataItem", "dataOutput"),
)


def collection_belongs_to_activity(file: File) -> Iterator[Breach]:
    """A task goes through one of its own inputs, never through another element's (p. 192)."""
    for loop, activity in _loops(file):
        for reference, _, kind in _ENDS:
            item = file.by_id.get(text(loop, reference))
            if item is None or local(item) not in ("dataInput", "dataOutput"):
                continue
            owner = item.getparent()
            owner = None if owner is None else owner.getparent()
            if local(item) != kind or (
                local(activity) not in _SUB_PROCESSES and owner is not activity
            ):
                yield Breach(
                    "loop-data",
                    loop,
                    f"{reference} of {label(activity)} refers to {item.get('id')!r}, which is no "
                    f"{kind} of it.",
                    f"Refer to one of the activity's own {kind}s.",
                )


def items_agree(file: File) -> Iterator[Breach]:
    """The item that an instance gets has the structure of the collection (p. 192 f)."""
    for loop, activity in _loops(file):
        for reference, name, _ in _ENDS:
            item = loop.find(tag(name))
            whole = file.structure_of(file.by_id.get(text(loop, reference)))
            part = file.structure_of(item)
            if whole and part and whole != part:
                yield Breach(
                    "loop-data-structure",
                    loop,
                    f"{name} of {label(activity)} has the structure {part!r}, the collection "
                    f"{whole!r}.",
                    "Give both the same structure.",
                )


def complex_behavior(file: File) -> Iterator[Breach]:
    """Complex behavior has definitions, and only complex behavior has (p. 192)."""
    for loop, activity in _loops(file):
        is_complex = loop.get("behavior") == "Complex"
        given = loop.find(tag("complexBehaviorDefinition")) is not None
        if given and not is_complex:
            yield Breach(
                "loop-behavior",
                loop,
                f"{label(activity)} has a complexBehaviorDefinition, which counts only with "
                f"behavior Complex; it is {loop.get('behavior', 'All')!r}.",
                "Set the behavior to Complex, or remove the definition.",
            )
        elif is_complex and not given:
            yield Breach(
                "loop-behavior",
                loop,
                f"{label(activity)} has behavior Complex, but no complexBehaviorDefinition.",
                "Add one, or set the behavior to All.",
            )


def behavior_has_its_event(file: File) -> Iterator[Breach]:
    """Behavior None and One say which event is thrown (p. 192)."""
    for loop, activity in _loops(file):
        wanted = {"None": "noneBehaviorEventRef", "One": "oneBehaviorEventRef"}
        name = wanted.get(loop.get("behavior", "All"))
        if name and not loop.get(name):
            yield Breach(
                "loop-behavior",
                loop,
                f"{label(activity)} has behavior {loop.get('behavior')}, but no {name}.",
                f"Add {name}, or set the behavior to All.",
            )


def _loops(file: File) -> Iterator[tuple[etree._Element, etree._Element]]:
    for loop in file.all("multiInstanceLoopCharacteristics"):
        activity = loop.getparent()
        if activity is not None:
            yield loop, activity
