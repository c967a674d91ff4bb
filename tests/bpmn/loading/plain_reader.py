"""Reads a BPMN file with lxml alone: the oracle that `bpmn.loading` is compared with.

It shares no code with the product, reads only what the standard defines (no vendor names), and
expects a file in which every node and flow has an id of its own. An expression's leading equals
sign marks it as FEEL and is not part of its text.
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

_B = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_SCOPES = {_B + name for name in ("subProcess", "transaction", "adHocSubProcess")}
_TASKS = "task userTask manualTask serviceTask sendTask receiveTask scriptTask businessRuleTask"
_OTHERS = (
    "callActivity exclusiveGateway parallelGateway inclusiveGateway complexGateway "
    "eventBasedGateway startEvent endEvent intermediateCatchEvent intermediateThrowEvent "
    "boundaryEvent"
)
_NODES = _SCOPES | {_B + name for name in f"{_TASKS} {_OTHERS}".split()}
_ROOTS = {"message": "name", "signal": "name", "error": "errorCode", "escalation": "escalationCode"}
_KIND = {"compensate": "compensation"}


@dataclass(frozen=True)
class PlainEvent:
    kind: str
    reference: str
    text: str
    label: str


@dataclass(frozen=True)
class PlainNode:
    id: str
    name: str
    type: str
    scope: str
    incoming: tuple[str, ...]
    outgoing: tuple[str, ...]
    default: str
    lane: str
    documentation: str
    attached_to: str
    interrupting: bool
    triggered_by_event: bool
    events: tuple[PlainEvent, ...]
    loop: str
    script: str


@dataclass(frozen=True)
class PlainFlow:
    id: str
    source: str
    target: str
    scope: str
    condition: str
    is_default: bool


@dataclass(frozen=True)
class PlainProcess:
    id: str
    nodes: frozenset[PlainNode]
    flows: frozenset[PlainFlow]


def read(data: bytes) -> list[PlainProcess]:
    """All processes of a file."""
    root = etree.fromstring(data, etree.XMLParser(remove_comments=True, resolve_entities=False))
    return [_process(root, element) for element in root.iter(_B + "process")]


def _process(root: etree._Element, process: etree._Element) -> PlainProcess:
    flows = list(process.iter(_B + "sequenceFlow"))
    nodes = [element for element in process.iter() if element.tag in _NODES]
    return PlainProcess(
        id=process.get("id", ""),
        nodes=frozenset(_node(root, element, flows) for element in nodes),
        flows=frozenset(_flow(element, nodes) for element in flows),
    )


def _flow(element: etree._Element, nodes: list[etree._Element]) -> PlainFlow:
    return PlainFlow(
        id=element.get("id", ""),
        source=_plain(element.get("sourceRef")),
        target=_plain(element.get("targetRef")),
        scope=element.getparent().get("id"),
        condition=_text(element.find(_B + "conditionExpression")).removeprefix("="),
        is_default=any(node.get("default") == element.get("id") for node in nodes),
    )


def _node(root: etree._Element, element: etree._Element, flows: list[etree._Element]) -> PlainNode:
    name = element.get("id", "")
    boundary = element.tag == _B + "boundaryEvent"
    interrupting = element.get("cancelActivity" if boundary else "isInterrupting")
    return PlainNode(
        id=name,
        name=element.get("name", ""),
        type=element.tag.removeprefix(_B),
        scope=element.getparent().get("id"),
        incoming=tuple(f.get("id") for f in flows if _plain(f.get("targetRef")) == name),
        outgoing=tuple(f.get("id") for f in flows if _plain(f.get("sourceRef")) == name),
        default=element.get("default", ""),
        lane=_lane(root, element),
        documentation=_text(element.find(_B + "documentation")),
        attached_to=element.get("attachedToRef", ""),
        interrupting=interrupting not in ("false", "0"),
        triggered_by_event=element.get("triggeredByEvent") in ("true", "1"),
        events=tuple(_events(root, element)),
        loop=_loop(element),
        script=" ".join(_text(element.find(_B + "script")).split()),
    )


def _lane(root: etree._Element, element: etree._Element) -> str:
    """The named lane that lists the node, innermost; else the one of the sub-process around."""
    lanes = [
        lane
        for lane in root.iter(_B + "lane")
        if any(_text(ref) == element.get("id") for ref in lane.findall(_B + "flowNodeRef"))
    ]
    if lanes:
        innermost = max(lanes, key=lambda lane: len(list(lane.iterancestors())))
        named = [innermost, *innermost.iterancestors(_B + "lane")]
        return next((lane.get("name") for lane in named if lane.get("name")), "")
    parent = element.getparent()
    return _lane(root, parent) if parent.tag in _SCOPES else ""


def _events(root: etree._Element, element: etree._Element) -> list[PlainEvent]:
    found = [child for child in element if child.tag.endswith("EventDefinition")]
    found += [
        next(d for d in root if d.get("id") == _text(ref))
        for ref in element.findall(_B + "eventDefinitionRef")
    ]
    if not found and element.tag in (_B + "sendTask", _B + "receiveTask"):
        return [_event(root, element, "message")] if element.get("messageRef") else []
    return [
        _event(root, child, child.tag.removeprefix(_B).removesuffix("EventDefinition"))
        for child in found
    ]


def _event(root: etree._Element, element: etree._Element, kind: str) -> PlainEvent:
    reference = _plain(element.get(f"{kind}Ref"))
    label = element.get("name", "") if kind == "link" else ""
    if kind in _ROOTS and reference:
        target = next((e for e in root if e.get("id") == reference), None)
        label = "" if target is None else target.get(_ROOTS[kind], "")
    texts = [
        _text(child)
        for child in element
        if child.tag.removeprefix(_B) in ("timeDate", "timeDuration", "timeCycle", "condition")
    ]
    text = "".join(texts[:1]).removeprefix("=")
    return PlainEvent(_KIND.get(kind, kind), reference, text, label)


def _loop(element: etree._Element) -> str:
    if element.find(_B + "standardLoopCharacteristics") is not None:
        return "standard"
    multiple = element.find(_B + "multiInstanceLoopCharacteristics")
    if multiple is None:
        return ""
    return "sequential" if multiple.get("isSequential") in ("true", "1") else "parallel"


def _plain(reference: str | None) -> str:
    return (reference or "").strip().rpartition(":")[2]


def _text(element: etree._Element | None) -> str:
    return "" if element is None else "".join(element.itertext()).strip()
