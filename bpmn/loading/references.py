"""References by id that lead nowhere, or to an element of another kind."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from bpmn.model import Dialect, Problem, Severity
from bpmn.names import FLOW_NODES, local

_DATA = frozenset(
    {"dataInput", "dataOutput", "dataObject", "dataObjectReference", "dataStoreReference"}
    | {"property", "inputDataItem", "outputDataItem"}
)
# Kind of element that an attribute, or a child's text, refers to. Sources and targets of flows
# are judged by `bpmn.validation`, which knows what they may lead to.
_ATTRIBUTES = {
    "messageRef": frozenset({"message"}),
    "signalRef": frozenset({"signal"}),
    "errorRef": frozenset({"error"}),
    "escalationRef": frozenset({"escalation"}),
    "operationRef": frozenset({"operation"}),
    "dataObjectRef": frozenset({"dataObject"}),
    "correlationPropertyRef": frozenset({"correlationProperty"}),
}
_TEXTS = {
    "incoming": frozenset({"sequenceFlow"}),
    "outgoing": frozenset({"sequenceFlow"}),
    "flowNodeRef": FLOW_NODES,
    "correlationPropertyRef": frozenset({"correlationProperty"}),
    "loopDataInputRef": _DATA,
    "loopDataOutputRef": _DATA,
    "dataInputRefs": frozenset({"dataInput"}),
    "dataOutputRefs": frozenset({"dataOutput"}),
    "operationRef": frozenset({"operation"}),
}
# What execution rests on; everything else is only drawn.
_NEEDED = frozenset({"messageRef", "signalRef", "errorRef", "escalationRef"})


def references(root: etree._Element, dialect: Dialect) -> Iterator[Problem]:
    """Yield ``reference-dangling`` for references to nothing, or to the wrong kind of element.

    Errors where execution rests on them, and everywhere in plain diagrams; warnings where
    vendors' engines run such files. Camunda 7 takes the id of a missing error as its code.
    """
    kinds = {e.get("id"): local(e) for e in root.iter() if local(e)}
    for element in root.iter():
        name = local(element)
        if not name:
            continue
        for attribute, wanted in _ATTRIBUTES.items():
            reference = element.get(attribute)
            if reference and kinds.get(reference) not in wanted:
                yield _dangling(element, attribute, reference, wanted, dialect)
        if name in _TEXTS and element.text and kinds.get(element.text) not in _TEXTS[name]:
            yield _dangling(element, name, element.text, _TEXTS[name], dialect)


def _dangling(
    element: etree._Element, what: str, reference: str, wanted: frozenset[str], dialect: Dialect
) -> Problem:
    owner = element if local(element) in FLOW_NODES else element.getparent()
    kind = " or ".join(sorted(wanted)) if len(wanted) < 4 else "element of the right kind"
    lenient = dialect is Dialect.CAMUNDA7 and what == "errorRef"
    strict = dialect is Dialect.PLAIN or (what in _NEEDED and not lenient)
    return Problem(
        code="reference-dangling",
        message=f"{what} refers to {reference!r}, but the file has no {kind} with that id.",
        hint=f"Its id is taken as the error code; better create an error with code {reference!r}."
        if lenient
        else "Choose an existing one in the modeler, or create it.",
        severity=Severity.ERROR if strict else Severity.WARNING,
        element_id="" if owner is None else owner.get("id", ""),
        element_name="" if owner is None else owner.get("name", ""),
        line=element.sourceline or 0,
    )
