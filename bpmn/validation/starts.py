"""Rules of start events and of event sub-processes."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.model import Diagram, EventKind, Problem, ProcessModel
from bpmn.validation.rule import problem

_PROCESS = frozenset({EventKind.MESSAGE, EventKind.TIMER, EventKind.SIGNAL, EventKind.CONDITIONAL})
_EVENT_SUB_PROCESS = _PROCESS | {EventKind.ERROR, EventKind.ESCALATION, EventKind.COMPENSATION}


def start_event_kind(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """What may trigger a start event (BPMN 2.0 p. 240-243)."""
    for node in model.nodes:
        if node.type != "startEvent":
            continue
        holder = model.node.get(node.scope)
        inside = holder is not None and holder.triggered_by_event
        allowed = _EVENT_SUB_PROCESS if inside else _PROCESS
        for event in node.events:
            if event.kind not in allowed:
                yield problem(
                    "start-kind",
                    node,
                    f"The start event {node.label!r} cannot be triggered by "
                    f"{event.kind}{'' if inside else ' outside an event sub-process'}.",
                    "Use a message, timer, signal or conditional start event"
                    + (
                        "."
                        if inside or event.kind not in _EVENT_SUB_PROCESS
                        else ", or put it in an event sub-process."
                    ),
                )


def event_sub_process(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """An event sub-process has exactly one start event, with a trigger (p. 177)."""
    for node in model.nodes:
        if not node.triggered_by_event:
            continue
        starts = model.start_events.get(node.id, ())
        if len(starts) != 1 or not starts[0].events:
            yield problem(
                "event-sub-process-start",
                node,
                f"The event sub-process {node.label!r} needs exactly one start event with a "
                f"trigger; it has {len(starts)} start event(s)"
                f"{', without trigger' if len(starts) == 1 else ''}.",
                "Give it one start event with a message, timer, signal, error ...",
            )
