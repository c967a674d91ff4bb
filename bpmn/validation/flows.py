"""Rules of sequence flows."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.model import GATEWAYS, Diagram, EventKind, Flow, Node, Problem, ProcessModel
from bpmn.validation.rule import by_standard, problem, warning

_WITH_DEFAULT = frozenset({"exclusiveGateway", "inclusiveGateway", "complexGateway"})


def ends_exist(model: ProcessModel, diagram: Diagram) -> Iterator[Problem]:
    """A flow leads from a node to a node of the same process."""
    for flow in model.flows:
        for end, node in (("source", flow.source), ("target", flow.target)):
            if node in model.node:
                continue
            other = next((p for p in diagram.processes if node in p.node), None)
            where = (
                f"is in another pool (process {other.id!r})" if other else "is no element that runs"
            )
            yield problem(
                f"flow-{end}-missing",
                flow,
                f"The {end} {node!r} of flow {flow.id!r} {where}.",
                "Between pools draw a message flow."
                if other
                else f"Connect the flow's {end} to a task, event or gateway.",
            )


def stays_in_scope(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """A flow does not cross the border of a sub-process (BPMN 2.0 p. 97)."""
    for flow, source, target in _whole(model):
        if source.scope != target.scope:
            yield problem(
                "flow-crosses-scope",
                flow,
                f"The flow {flow.id!r} leads from {source.label!r} in {source.scope!r} to "
                f"{target.label!r} in {target.scope!r}, across the border of a sub-process.",
                "Connect the flow to the sub-process itself, or use a boundary event to leave it.",
            )


def no_flow_into_start(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """A start event has no incoming flow (p. 244)."""
    for flow, _, target in _whole(model):
        if target.type == "startEvent":
            yield problem(
                "flow-into-start",
                flow,
                f"The flow {flow.id!r} leads into the start event {target.label!r}.",
                "Lead it to the element after the start event.",
            )


def no_flow_out_of_end(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """An end event has no outgoing flow (p. 246)."""
    for flow, source, _ in _whole(model):
        if source.type == "endEvent":
            yield problem(
                "flow-out-of-end",
                flow,
                f"The flow {flow.id!r} leaves the end event {source.label!r}.",
                "Make it an intermediate event, or remove the flow.",
            )


def no_flow_into_boundary(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """A boundary event is reached by its event only (p. 259)."""
    for flow, _, target in _whole(model):
        if target.type == "boundaryEvent":
            yield problem(
                "flow-into-boundary",
                flow,
                f"The flow {flow.id!r} leads into the boundary event {target.label!r}.",
                "Lead it to the element after the boundary event.",
            )


def no_flow_at_event_sub_process(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """An event sub-process has no flows (p. 176)."""
    for flow, source, target in _whole(model):
        for node in (source, target):
            if node.triggered_by_event:
                yield problem(
                    "flow-at-event-sub-process",
                    flow,
                    f"The flow {flow.id!r} is connected to the event sub-process "
                    f"{node.label!r}, which only its event starts.",
                    "Remove the flow, or make it an ordinary sub-process.",
                )


def no_flow_at_compensation(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """Compensation handlers and their boundary events have associations, not flows (p. 302)."""
    for flow, source, target in _whole(model):
        boundary = source.type == "boundaryEvent" and any(
            event.kind is EventKind.COMPENSATION for event in source.events
        )
        if boundary or source.is_for_compensation or target.is_for_compensation:
            yield problem(
                "flow-at-compensation",
                flow,
                f"The flow {flow.id!r} is connected to a compensation handler or event.",
                "Connect the compensation event to its handler by an association.",
            )


def default_is_outgoing(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """A default flow leaves its node, which is one that decides, and has no condition."""
    for node in model.nodes:
        if not node.default:
            continue
        if node.default not in node.outgoing:
            yield problem(
                "default-not-outgoing",
                node,
                f"The default flow {node.default!r} of {node.label!r} does not leave it.",
                f"Choose one of its outgoing flows: {', '.join(node.outgoing) or 'it has none'}.",
            )
        elif node.type in GATEWAYS and node.type not in _WITH_DEFAULT:
            yield warning(
                "default-ignored",
                node,
                f"{node.label!r} is a {node.type}, which has no default flow; it is ignored.",
                "Remove the default, or use an exclusive or inclusive gateway.",
            )
        elif model.flow[node.default].condition is not None:
            yield warning(
                "default-with-condition",
                model.flow[node.default],
                f"The default flow {node.default!r} has a condition, which is ignored.",
                "Remove the condition, or make another flow the default.",
            )


def event_goes_on(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """After an intermediate event something follows (p. 259 f)."""
    for node in model.nodes:
        kinds = {event.kind for event in node.events}
        ends = node.type == "intermediateThrowEvent" and EventKind.LINK in kinds
        if not node.type.startswith("intermediate") or node.outgoing or ends:
            continue
        yield problem(
            "event-without-outgoing",
            node,
            f"Nothing follows the event {node.label!r}; the path ends there.",
            "Draw a flow to what comes next, or use an end event.",
            by_standard(model),
        )


def _whole(model: ProcessModel) -> Iterator[tuple[Flow, Node, Node]]:
    """Flows whose two ends exist, with them."""
    for flow in model.flows:
        source, target = model.node.get(flow.source), model.node.get(flow.target)
        if source is not None and target is not None:
            yield flow, source, target
