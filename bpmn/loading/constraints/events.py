"""Data and codes of events (BPMN 2.0 p. 234 f, 262-275)."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from bpmn.loading.constraints.file import Breach, File, label
from bpmn.names import EVENT_DEFINITIONS, local, tag

_THROWING = ("intermediateThrowEvent", "endEvent")
_CATCHING = ("startEvent", "intermediateCatchEvent", "boundaryEvent")
_TIMES = ("timeDate", "timeDuration", "timeCycle")


def event_carries_its_items(file: File) -> Iterator[Breach]:
    """Each message, signal, error or escalation with data has its input or output (p. 234 f).

    Thrown: a data input of the same structure; caught: a data output.
    """
    for event in file.all(*_THROWING, *_CATCHING):
        kind = "dataInput" if local(event) in _THROWING else "dataOutput"
        items = [file.structure_of(item) for item in event.iterfind(tag(kind))]
        has_items = bool(items)
        for definition in event:
            carried = file.carried_by(definition)
            # Where an operation is named and nothing else, its message is what is exchanged.
            by_operation = definition.find(tag("operationRef")) is not None and not has_items
            if carried is None or by_operation:
                continue
            wanted = file.structure_of(carried)
            if wanted in items:
                items.remove(wanted)
                continue
            yield Breach(
                "event-data-missing",
                event,
                f"The event {label(event)} has a {local(carried)} with data of structure "
                f"{wanted!r}, but no {kind} for it.",
                f"Add a {kind} with the item definition {file.item_of(carried)!r}, or remove the "
                f"data from the {local(carried)}.",
            )


def timer_has_one_expression(file: File) -> Iterator[Breach]:
    """Date, duration and cycle exclude each other (p. 275)."""
    for definition in file.all("timerEventDefinition"):
        given = [local(child) for child in definition if local(child) in _TIMES]
        if len(given) > 1:
            yield Breach(
                "timer-several",
                definition,
                f"A timer has {' and '.join(given)}.",
                "Keep one of them.",
            )


def thrown_code_is_given(file: File) -> Iterator[Breach]:
    """Errors and escalations that are thrown have a code (p. 81, 83)."""
    for event in file.all(*_THROWING):
        for definition in event:
            kind = local(definition).removesuffix("EventDefinition")
            if kind not in ("error", "escalation") or local(definition) not in EVENT_DEFINITIONS:
                continue
            found = file.by_id.get(definition.get(f"{kind}Ref", ""))
            if not _code(found, kind):
                yield Breach(
                    "thrown-code-missing",
                    event,
                    f"The event {label(event)} throws an {kind} without code.",
                    f"Choose an {kind} with a code.",
                )


def _code(element: etree._Element | None, kind: str) -> str:
    return "" if element is None else element.get(f"{kind}Code", "")
