"""Events that multi-instance activities throw by themselves (BPMN 2.0 p. 192)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from bpmn.loading.facts import Reader
from bpmn.model import EventDefinition, EventKind, ImplicitThrow
from bpmn.names import EVENT_DEFINITIONS, local, tag

_REFERENCES = {
    "signalEventDefinition": (EventKind.SIGNAL, "signalRef", "signal", "name"),
    "messageEventDefinition": (EventKind.MESSAGE, "messageRef", "message", "name"),
    "escalationEventDefinition": (
        EventKind.ESCALATION,
        "escalationRef",
        "escalation",
        "escalationCode",
    ),
    "errorEventDefinition": (EventKind.ERROR, "errorRef", "error", "errorCode"),
}
_SHARED = {"None": "noneBehaviorEventRef", "One": "oneBehaviorEventRef"}


def throws(loop: etree._Element, reader: Reader) -> Iterator[ImplicitThrow]:
    """What a ``multiInstanceLoopCharacteristics`` throws; nothing unless its behavior says so."""
    behavior = loop.get("behavior", "All")
    if behavior == "Complex":
        for definition in loop.iterfind(tag("complexBehaviorDefinition")):
            condition = reader.child(definition, "condition")
            for element in definition.iter():
                if local(element) in EVENT_DEFINITIONS:
                    yield ImplicitThrow(_definition(element, reader), condition)
    elif behavior in _SHARED:
        name = loop.get(_SHARED[behavior], "").rpartition(":")[2]
        root = loop.getroottree().getroot()
        for element in root:
            if name and local(element) in EVENT_DEFINITIONS and element.get("id") == name:
                yield ImplicitThrow(_definition(element, reader))


def _definition(element: etree._Element, reader: Reader) -> EventDefinition:
    line = element.sourceline or 0
    found = _REFERENCES.get(local(element))
    if found is None:
        kind = EventKind(local(element).removesuffix("EventDefinition"))
        return EventDefinition(kind, id=element.get("id", ""), line=line)
    kind, attribute, root_tag, value = found
    reference = element.get(attribute, "").rpartition(":")[2]
    text = _roots(element, root_tag).get(reference, {}).get(value)
    expression = reader.name(text, line)
    is_named = value == "name"
    return EventDefinition(
        kind,
        id=element.get("id", ""),
        reference=reference,
        name=expression if is_named else None,
        code=None if is_named else expression,
        line=line,
    )


def _roots(element: etree._Element, kind: str) -> Mapping[str, Mapping[str, str]]:
    root = element.getroottree().getroot()
    return {
        found.get("id", ""): {str(k): str(v) for k, v in found.attrib.items()}
        for found in root.iterfind(tag(kind))
    }
