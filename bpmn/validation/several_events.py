"""Rules of events with several triggers, of what instantiates, and of triggers that interrupt."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.model import Diagram, EventKind, Node, Problem, ProcessModel
from bpmn.validation.rule import problem, warning

# Nobody waits for these by themselves: they are looked for when they are thrown.
_THROWN = frozenset(
    {EventKind.ERROR, EventKind.ESCALATION, EventKind.COMPENSATION, EventKind.CANCEL}
)


def parallel_multiple_waits(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """An event that needs all of its triggers can wait for each of them (p. 243)."""
    for node in model.nodes:
        if not node.parallel_multiple:
            continue
        kinds = sorted({event.kind.value for event in node.events if event.kind in _THROWN})
        if kinds:
            yield problem(
                "parallel-multiple-kind",
                node,
                f"{node.label!r} needs all of its triggers, and one of them is "
                f"{', '.join(kinds)}, which cannot be waited for.",
                "Draw an event of its own for it, or untick parallelMultiple.",
            )
        elif len(node.events) < 2:
            yield warning(
                "parallel-multiple-single",
                node,
                f"{node.label!r} is marked as needing all of its triggers, but has "
                f"{len(node.events)}.",
                "Add triggers, or untick parallelMultiple.",
            )


def parallel_event_gateway_instantiates(
    model: ProcessModel, _diagram: Diagram
) -> Iterator[Problem]:
    """Only an event-based gateway that begins the process can wait for all (p. 298)."""
    for node in model.nodes:
        if node.event_gateway_type == "Parallel" and not node.instantiate:
            yield problem(
                "event-gateway-parallel",
                node,
                f"The event-based gateway {node.label!r} is parallel and does not begin the "
                "process.",
                "Use a parallel gateway before the events, or mark it as instantiating.",
            )


def instantiates_at_the_begin(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """What begins a process stands in the process itself and nothing leads to it (p. 161, 298)."""
    for node in model.nodes:
        if not node.instantiate:
            continue
        if node.incoming:
            fact = f"begins the process, but {len(node.incoming)} flow(s) lead to it"
        elif node.scope != model.id:
            fact = f"should begin the process from inside the sub-process {node.scope!r}"
        else:
            continue
        yield problem(
            "instantiate-inside",
            node,
            f"{node.label!r} {fact}.",
            "Untick instantiate, or put it where the process begins.",
        )


def error_start_interrupts(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """An error always interrupts the scope that it comes from (p. 242)."""
    for node in _handler_starts(model):
        kinds = {event.kind for event in node.events}
        if EventKind.ERROR in kinds and not node.interrupting:
            yield problem(
                "start-must-interrupt",
                node,
                f"The error start event {node.label!r} is drawn as not interrupting.",
                "Make it interrupting, or use an escalation event.",
            )


def one_handler_of_a_code(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """Of two event sub-processes for the same code, the second never runs."""
    seen: dict[tuple[str, EventKind, str], Node] = {}
    for node in _handler_starts(model):
        guarded = model.node[node.scope].scope
        for event in node.events:
            if event.kind not in {EventKind.ERROR, EventKind.ESCALATION}:
                continue
            key = (guarded, event.kind, event.code.text if event.code else "")
            first = seen.setdefault(key, node)
            if first is not node:
                yield warning(
                    "handler-twice",
                    node,
                    f"{first.label!r} and {node.label!r} start on the same {event.kind} in "
                    f"{guarded!r}; the first one takes it.",
                    "Give them different codes, or remove one.",
                )


def _handler_starts(model: ProcessModel) -> Iterator[Node]:
    """Start events of event sub-processes."""
    for node in model.nodes:
        if node.triggered_by_event:
            yield from model.start_events.get(node.id, ())
