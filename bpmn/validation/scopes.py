"""Rules of processes and sub-processes as a whole: where they begin, what is reached."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.model import SUB_PROCESSES, Diagram, Node, Problem, ProcessModel, Severity
from bpmn.validation.rule import Located, problem, warning


def has_nodes(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """A process without nodes can be shown, not started."""
    if model.executable and not model.nodes:
        yield warning(
            "process-empty",
            model,
            "The process has no elements, so there is nothing to run.",
            "Draw its elements, or leave the pool as a black box without process.",
        )


def can_start(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """Every scope with nodes has a start event or a node without incoming flow."""
    for scope, at in scopes(model):
        nodes = model.nodes_in.get(scope, ())
        starts = model.start_events.get(scope) or model.implicit_starts.get(scope)
        starts = starts or (model.instantiating if scope == model.id else ())
        if nodes and not starts and not _is_ad_hoc(at):
            yield problem(
                "start-missing",
                at,
                f"{_label(at)} has no start event, and every element in it has an incoming flow, "
                "so it can never begin.",
                "Add a start event.",
            )


def has_one_none_start(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """At most one start event without trigger: which one would begin?"""
    for scope, starts in model.start_events.items():
        none = [node for node in starts if not node.events]
        for node in none[1:]:
            yield problem(
                "start-several",
                node,
                f"{_label(node)} is the second start event without trigger in {scope!r}; the "
                f"first is {none[0].id!r}.",
                "Keep one, or give the others a message, timer or signal.",
            )


def every_node_is_reached(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """Beside a start event, nothing begins by itself (BPMN 2.0 p. 239)."""
    for node in model.nodes:
        if (
            node.incoming
            or node.type in ("startEvent", "boundaryEvent")
            or node.scope not in model.start_events
            or node.triggered_by_event
            or node.is_for_compensation
            or any(event.kind == "link" for event in node.events)
        ):
            continue
        yield warning(
            "node-unreached",
            node,
            f"{_label(node)} has no incoming flow, so it is never reached.",
            "Draw a flow to it, or remove it.",
        )


def sub_process_starts_without_trigger(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """A sub-process is entered by its flow, so its start event has no trigger (p. 241)."""
    for node in model.nodes:
        if node.type not in SUB_PROCESSES or node.triggered_by_event:
            continue
        for start in model.start_events.get(node.id, ()):
            for event in start.events:
                yield problem(
                    "start-trigger-in-sub-process",
                    start,
                    f"{_label(start)} waits for a {event.kind}, but the sub-process "
                    f"{node.label!r} is started by the flow that enters it.",
                    "Remove the trigger, or mark the sub-process as an event sub-process.",
                )


def is_executable(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """``isExecutable="false"`` is kept, and said."""
    if not model.executable:
        yield problem(
            "process-not-executable",
            model,
            f"The process {model.id!r} is marked as not executable, so it is stored and shown "
            "but cannot be started.",
            "Tick 'Executable' in the modeler's properties of the process (the attribute "
            "isExecutable) and deploy again.",
            Severity.INFO,
        )


def scopes(model: ProcessModel) -> Iterator[tuple[str, Located]]:
    """The process and its sub-processes, by id."""
    yield model.id, model
    for node in model.nodes:
        if node.type in SUB_PROCESSES:
            yield node.id, node


def _is_ad_hoc(at: Located) -> bool:
    return isinstance(at, Node) and at.type == "adHocSubProcess"


def _label(at: Located) -> str:
    return repr(at.name or at.id)
