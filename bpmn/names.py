"""Namespaces of BPMN files, and the one spelling of every name in them."""

from __future__ import annotations

from functools import lru_cache

from lxml import etree

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
MODELER = "http://camunda.org/schema/modeler/1.0"

# Vendors' namespaces; a file may bind them to any prefix. Activiti is where Camunda 7 came from:
# old files carry the same attributes under its name.
PREFIXES = {
    BPMN: "",
    XSI: "xsi",
    BPMNDI: "bpmndi",
    MODELER: "modeler",
    "http://camunda.org/schema/1.0/bpmn": "camunda",
    "http://activiti.org/bpmn": "camunda",
    "http://camunda.org/schema/zeebe/1.0": "zeebe",
    "http://spiffworkflow.org/bpmn/schema/1.0/core": "spiffworkflow",
    "http://flowable.org/bpmn": "flowable",
    "http://bpmn.io/schema/bpmn/biocolor/1.0": "bioc",
    "http://www.omg.org/spec/BPMN/non-normative/color/1.0": "color",
}

FLOW_NODES = frozenset(
    [
        "task",
        "userTask",
        "manualTask",
        "serviceTask",
        "sendTask",
        "receiveTask",
        "scriptTask",
        "businessRuleTask",
        "callActivity",
        "subProcess",
        "transaction",
        "adHocSubProcess",
        "exclusiveGateway",
        "parallelGateway",
        "inclusiveGateway",
        "complexGateway",
        "eventBasedGateway",
        "startEvent",
        "endEvent",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
        "boundaryEvent",
    ]
)
EVENT_DEFINITIONS = frozenset(
    [
        "messageEventDefinition",
        "timerEventDefinition",
        "signalEventDefinition",
        "errorEventDefinition",
        "escalationEventDefinition",
        "conditionalEventDefinition",
        "compensateEventDefinition",
        "cancelEventDefinition",
        "linkEventDefinition",
        "terminateEventDefinition",
    ]
)


def tag(name: str) -> str:
    """BPMN's *name* as lxml spells it: ``{namespace}name``."""
    return f"{{{BPMN}}}{name}"


@lru_cache(maxsize=4096)
def canonical(name: str) -> str:
    """``{namespace}local`` with the canonical prefix, ``local`` for BPMN's own names.

    A namespace that nobody here knows stays as it is: ``{namespace}local``.
    """
    if not name.startswith("{"):
        return name
    namespace, _, local = name[1:].partition("}")
    prefix = PREFIXES.get(namespace)
    if prefix is None:
        return name
    return f"{prefix}:{local}" if prefix else local


def local(element: etree._Element) -> str:
    """BPMN's local name of an element, or empty when it is not BPMN's."""
    return _local(str(element.tag))


@lru_cache(maxsize=4096)
def _local(name: str) -> str:
    prefix = f"{{{BPMN}}}"
    return name[len(prefix) :] if name.startswith(prefix) else ""
