"""Counts what is drawn against what is in the model, so that nothing is lost in silence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from lxml import etree

from bpmn.model import Problem, ProcessModel, Severity
from bpmn.names import EVENT_DEFINITIONS, FLOW_NODES, local, tag

# What may stand in a process or sub-process besides nodes and flows.
_OTHER = frozenset(
    [
        "documentation",
        "extensionElements",
        "auditing",
        "monitoring",
        "property",
        "laneSet",
        "dataObject",
        "dataObjectReference",
        "dataStoreReference",
        "textAnnotation",
        "association",
        "group",
        "ioSpecification",
        "ioBinding",
        "supports",
        "supportedInterfaceRef",
        "resourceRole",
        "performer",
        "humanPerformer",
        "potentialOwner",
        "correlationSubscription",
        "incoming",
        "outgoing",
        "dataInputAssociation",
        "dataOutputAssociation",
        "standardLoopCharacteristics",
        "multiInstanceLoopCharacteristics",
        "completionCondition",
        "artifact",
    ]
)
# What may stand in a task, gateway, event or its loop characteristics, and is in the model.
_PARTS = frozenset(
    [
        "documentation",
        "extensionElements",
        "auditing",
        "monitoring",
        "incoming",
        "outgoing",
        "property",
        "ioSpecification",
        "dataInputAssociation",
        "dataOutputAssociation",
        "dataInput",
        "dataOutput",
        "inputSet",
        "outputSet",
        "standardLoopCharacteristics",
        "multiInstanceLoopCharacteristics",
        "script",
        "resourceRole",
        "performer",
        "humanPerformer",
        "potentialOwner",
        "eventDefinitionRef",
        "activationCondition",
        "loopCondition",
        "loopCardinality",
        "loopDataInputRef",
        "loopDataOutputRef",
        "inputDataItem",
        "outputDataItem",
        "completionCondition",
        "complexBehaviorDefinition",
        "categoryValueRef",
    ]
)
_SCOPES = frozenset({"process", "subProcess", "transaction", "adHocSubProcess"})
_LEAVES = (FLOW_NODES - _SCOPES) | {
    "multiInstanceLoopCharacteristics",
    "standardLoopCharacteristics",
}
_NOT_RUN = {
    "choreography": "A choreography",
    "globalChoreographyTask": "A global choreography task",
    "conversation": "A conversation",
    "globalConversation": "A global conversation",
}


def census(root: etree._Element, processes: Iterable[ProcessModel]) -> Iterator[Problem]:
    """Yield ``element-lost`` for each drawn node or flow that no process holds.

    Also ``element-unknown`` for what stands in a process and is nothing that BPMN allows there
    to be executed, such as a choreography task, and the warning ``element-ignored`` for what is
    drawn inside a node and has no place in the model.
    """
    held = {(process.id, item.id) for process in processes for item in process.nodes}
    held |= {(process.id, item.id) for process in processes for item in process.flows}
    for process in root.iter(tag("process")):
        for element in process.iter():
            name = local(element)
            if name not in FLOW_NODES and name != "sequenceFlow":
                continue
            if (process.get("id"), element.get("id")) not in held:
                yield _problem("element-lost", element, "could not be read where it stands")
    yield from _unknown(root)


def _unknown(root: etree._Element) -> Iterator[Problem]:
    for scope in root.iter():
        if local(scope) in _SCOPES:
            yield from _unknown_in(scope)
        elif local(scope) in _LEAVES:
            yield from _ignored_in(scope)
    for child in root:
        if local(child) in _NOT_RUN:
            yield _problem("element-unknown", child, "is not something that Laneway runs")


def _unknown_in(scope: etree._Element) -> Iterator[Problem]:
    for child in scope:
        name = local(child)
        if not (name in FLOW_NODES or name in _OTHER or name == "sequenceFlow"):
            yield _problem("element-unknown", child, "is nothing that a process can run")


def _ignored_in(element: etree._Element) -> Iterator[Problem]:
    """What is drawn inside a node, and has no place in the model."""
    for child in element:
        name = local(child)
        if name and name not in _PARTS and name not in EVENT_DEFINITIONS:
            ignored = _problem("element-ignored", child, f"in {local(element)} has no effect")
            yield replace(
                ignored, severity=Severity.WARNING, hint="Remove it if it is not meant to do more."
            )


def _problem(code: str, element: etree._Element, what: str) -> Problem:
    kind = local(element) or str(element.tag)
    return Problem(
        code=code,
        message=f"The {kind} {element.get('id', '')!r} {what}.",
        hint="Remove it, or draw it as a task, event or gateway inside a process.",
        element_id=element.get("id", ""),
        element_name=element.get("name", ""),
        line=element.sourceline or 0,
    )
