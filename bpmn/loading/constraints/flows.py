"""Flows of files that claim to keep the schema (BPMN 2.0 p. 97 f, 239-248, 290-298)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from lxml import etree

from bpmn.loading.constraints.file import Breach, File, label, text
from bpmn.model import ACTIVITIES
from bpmn.names import FLOW_NODES, local, tag

_SCOPES = ("process", "subProcess", "transaction")
_UNCONDITIONAL = frozenset({"parallelGateway", "eventBasedGateway"})


def starts_and_ends_belong_together(file: File) -> Iterator[Breach]:
    """A scope with start events has end events, and the other way round (p. 239, 247)."""
    for scope in file.all(*_SCOPES):
        kinds = {local(child) for child in scope}
        for one, other in (("startEvent", "endEvent"), ("endEvent", "startEvent")):
            if one in kinds and other not in kinds:
                yield Breach(
                    f"{other.removesuffix('Event')}-event-missing",
                    scope,
                    f"{label(scope)} has a {one}, but no {other}.",
                    f"Draw an {other}, or remove the {one}.",
                )


def nothing_dangles(file: File) -> Iterator[Breach]:
    """Where a scope has start and end events, all its nodes lie between them (p. 239, 247)."""
    flows = list(file.all("sequenceFlow"))
    entered = {flow.get("targetRef") for flow in flows}
    left = {flow.get("sourceRef") for flow in flows}
    for scope in file.all(*_SCOPES):
        nodes = [child for child in scope if local(child) in FLOW_NODES]
        kinds = {local(node) for node in nodes}
        for node in nodes:
            if _stands_alone(node):
                continue
            name = node.get("id")
            if "startEvent" in kinds and local(node) not in _ENTRIES and name not in entered:
                yield _dangling(node, "incoming")
            if "endEvent" in kinds and local(node) not in _EXITS and name not in left:
                yield _dangling(node, "outgoing")


_ENTRIES = frozenset({"startEvent", "boundaryEvent"})
_EXITS = frozenset({"endEvent", "boundaryEvent"})


def _stands_alone(node: etree._Element) -> bool:
    """Handlers, event sub-processes and links are reached otherwise."""
    return (
        node.get("isForCompensation") == "true"
        or node.get("triggeredByEvent") == "true"
        or node.find(tag("linkEventDefinition")) is not None
        or node.getparent() is None
    )


def _dangling(node: etree._Element, side: str) -> Breach:
    return Breach(
        f"node-without-{side}",
        node,
        f"The {local(node)} {label(node)} has no {side} flow, beside start and end events that "
        "say where the process begins and ends.",
        "Connect it, or remove it.",
    )


def conditions_where_they_count(file: File) -> Iterator[Breach]:
    """Flows out of parallel and event-based gateways have no conditions (p. 97, 293, 298)."""
    for flow, source in _flows(file):
        if local(source) in _UNCONDITIONAL and _has_condition(flow):
            yield Breach(
                "condition-not-allowed",
                flow,
                f"The flow {label(flow)} out of the {local(source)} {label(source)} has a "
                "condition.",
                "Remove the condition, or use an inclusive gateway.",
            )


def default_has_no_condition(file: File) -> Iterator[Breach]:
    """A default flow is what is left (p. 98)."""
    for flow, source in _flows(file):
        if source.get("default") == flow.get("id") and _has_condition(flow):
            yield Breach(
                "default-flow-condition",
                flow,
                f"The default flow {label(flow)} of {label(source)} has a condition.",
                "Remove the condition.",
            )


def conditional_flow_has_alternative(file: File) -> Iterator[Breach]:
    """A conditional flow out of an activity is not its only one (p. 97)."""
    leaving = Counter(flow.get("sourceRef") for flow in file.all("sequenceFlow"))
    for flow, source in _flows(file):
        alone = leaving[source.get("id")] == 1
        if alone and local(source) in ACTIVITIES and _has_condition(flow):
            yield Breach(
                "conditional-flow-alone",
                flow,
                f"The only flow out of {label(source)} has a condition.",
                "Add another flow, or remove the condition.",
            )


def event_gateway_is_pure(file: File) -> Iterator[Breach]:
    """Message events and receive tasks do not mix, and receive tasks have no events (p. 298)."""
    hosts = {event.get("attachedToRef") for event in file.all("boundaryEvent")}
    targets: defaultdict[str, list[etree._Element]] = defaultdict(list)
    for flow, source in _flows(file):
        target = file.by_id.get(flow.get("targetRef", ""))
        if target is not None:
            targets[source.get("id", "")].append(target)
    for gateway in file.all("eventBasedGateway"):
        fact = _impurity(targets[gateway.get("id", "")], hosts)
        if fact:
            yield Breach(
                "event-gateway",
                gateway,
                f"The event-based gateway {label(gateway)} {fact}.",
                "Lead it to at least two events of one sort.",
            )


def _impurity(targets: list[etree._Element], hosts: set[str | None]) -> str:
    tasks = [target for target in targets if local(target) == "receiveTask"]
    if tasks and any(t.find(tag("messageEventDefinition")) is not None for t in targets):
        return "leads to receive tasks and to message events"
    if any(task.get("id") in hosts for task in tasks):
        return "leads to a receive task with boundary events"
    if len(targets) < 2:
        return f"has {len(targets)} outgoing flow(s)"
    return ""


def _flows(file: File) -> Iterator[tuple[etree._Element, etree._Element]]:
    for flow in file.all("sequenceFlow"):
        source = file.by_id.get(flow.get("sourceRef", ""))
        if source is not None:
            yield flow, source


def _has_condition(flow: etree._Element) -> bool:
    return bool(text(flow, "conditionExpression"))
