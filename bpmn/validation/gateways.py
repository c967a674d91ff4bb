"""Rules of gateways."""

from __future__ import annotations

from collections.abc import Iterator

from bpmn.model import Diagram, EventKind, Flow, Node, Problem, ProcessModel, Severity
from bpmn.validation.rule import by_standard, problem, warning

_DECIDING = frozenset({"exclusiveGateway", "inclusiveGateway"})
_AWAITED = frozenset({EventKind.MESSAGE, EventKind.TIMER, EventKind.SIGNAL, EventKind.CONDITIONAL})


def split_has_way_out(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """Where all flows have conditions, all may be false."""
    for node, flows in _splits(model):
        if all(flow.condition is not None and not flow.is_default for flow in flows):
            yield warning(
                "gateway-no-default",
                node,
                f"All {len(flows)} outgoing flows of {node.label!r} have conditions and none is "
                "the default, so an instance can stop here with an incident.",
                "Mark one flow as default.",
            )


def split_has_conditions(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """A flow without condition that is not the default is always taken.

    One such flow of an exclusive gateway without default works as its default (as in Camunda 7),
    provided that it stands last; an inclusive gateway may mean it.
    """
    for node, flows in _splits(model):
        bare = [flow for flow in flows if flow.condition is None and not flow.is_default]
        for flow in bare:
            alone = len(bare) == 1 and not node.default
            inclusive = node.type == "inclusiveGateway"
            yield problem(
                "gateway-flow-without-condition",
                flow,
                f"The flow {flow.id!r} out of {node.label!r} has no condition and is not the "
                "default, so it is always taken when the gateway comes to it.",
                "Give it a condition, or mark it as default.",
                Severity.WARNING if alone or inclusive else Severity.ERROR,
            )


def single_flow_without_condition(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """A condition on the only way out lets an instance stop there."""
    for node in model.nodes:
        flows = model.outgoing.get(node.id, ())
        if node.type in _DECIDING and len(flows) == 1 and flows[0].condition is not None:
            yield warning(
                "gateway-single-condition",
                flows[0],
                f"The only flow out of {node.label!r} has a condition; when it is false, the "
                "instance stops with an incident.",
                "Remove the condition, or add a default flow.",
            )


def parallel_without_conditions(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """Parallel and event-based gateways take their flows whatever these say (p. 293)."""
    for node in model.nodes:
        if node.type not in ("parallelGateway", "eventBasedGateway"):
            continue
        for flow in model.outgoing.get(node.id, ()):
            if flow.condition is not None:
                yield warning(
                    "condition-ignored",
                    flow,
                    f"The condition of flow {flow.id!r} is ignored: {node.label!r} is a "
                    f"{node.type}.",
                    "Remove the condition, or use an inclusive gateway.",
                )


def direction(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """A declared ``gatewayDirection`` agrees with the flows (BPMN 2.0 p. 290)."""
    for node in model.nodes:
        declared = node.attributes.get("gatewayDirection", "Unspecified")
        incoming, outgoing = len(node.incoming), len(node.outgoing)
        wrong = {
            "Converging": outgoing > 1,
            "Diverging": incoming > 1,
            "Mixed": incoming < 2 or outgoing < 2,
        }.get(declared, False)
        if wrong:
            yield problem(
                "gateway-direction",
                node,
                f"{node.label!r} says that it is {declared.lower()}, but has {incoming} incoming "
                f"and {outgoing} outgoing flows.",
                "Correct gatewayDirection, or remove it.",
                by_standard(model),
            )


def event_gateway_targets(model: ProcessModel, _diagram: Diagram) -> Iterator[Problem]:
    """An event-based gateway leads to at least two events that are waited for (p. 297 f)."""
    for node in model.nodes:
        if node.type != "eventBasedGateway":
            continue
        flows = model.outgoing.get(node.id, ())
        if len(flows) < 2:
            yield problem(
                "event-gateway-flows",
                node,
                f"The event-based gateway {node.label!r} has {len(flows)} outgoing flow(s).",
                "Draw flows to at least two catch events or receive tasks.",
                Severity.WARNING if flows else Severity.ERROR,
            )
        for flow in flows:
            target = model.node.get(flow.target)
            if target is not None:
                yield from _awaited(node, flow, target)


def _awaited(gateway: Node, flow: Flow, target: Node) -> Iterator[Problem]:
    kinds = {event.kind for event in target.events}
    waits = target.type == "receiveTask" or (
        target.type == "intermediateCatchEvent" and bool(kinds) and kinds <= _AWAITED
    )
    if not waits:
        yield problem(
            "event-gateway-target",
            flow,
            f"The event-based gateway {gateway.label!r} leads to {target.label!r}, which is not "
            "a message, timer, signal or conditional catch event or a receive task.",
            "Put the event that is waited for directly after the gateway.",
        )
    elif len(target.incoming) > 1:
        yield problem(
            "event-gateway-target-shared",
            target,
            f"{target.label!r} follows the event-based gateway {gateway.label!r} and has other "
            "incoming flows too.",
            "Give the other flows an event of their own.",
        )


def _splits(model: ProcessModel) -> Iterator[tuple[Node, tuple[Flow, ...]]]:
    """Exclusive and inclusive gateways with several ways out."""
    for node in model.nodes:
        flows = model.outgoing.get(node.id, ())
        if node.type in _DECIDING and len(flows) > 1:
            yield node, flows
