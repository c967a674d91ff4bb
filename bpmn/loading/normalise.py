"""Makes a parsed file regular, in place, before SpiffWorkflow reads it.

Nothing moves, so every element keeps its line. What is legal but irregular becomes regular
(missing ids, prefixed references, ``1`` for ``true``); what is wrong becomes a Problem.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from copy import deepcopy

from lxml import etree

from bpmn.model import Problem
from bpmn.names import EVENT_DEFINITIONS, FLOW_NODES, local, tag
from bpmn.source import MAX_BYTES

_IDENTIFIED = (
    FLOW_NODES
    | EVENT_DEFINITIONS
    | frozenset(
        [
            "process",
            "collaboration",
            "participant",
            "messageFlow",
            "sequenceFlow",
            "laneSet",
            "childLaneSet",
            "lane",
            "message",
            "signal",
            "error",
            "escalation",
            "itemDefinition",
            "dataStore",
            "dataObject",
            "dataObjectReference",
            "dataStoreReference",
            "property",
            "dataInput",
            "dataOutput",
            "dataInputAssociation",
            "dataOutputAssociation",
            "correlationKey",
            "correlationProperty",
            "interface",
            "operation",
            "textAnnotation",
            "association",
            "group",
        ]
    )
)
_BOOLEANS = [
    "isExecutable",
    "isInterrupting",
    "cancelActivity",
    "triggeredByEvent",
    "isForCompensation",
    "parallelMultiple",
    "instantiate",
    "testBefore",
    "isSequential",
    "cancelRemainingInstances",
    "waitForCompletion",
    "isCollection",
    "isUnlimited",
    "isClosed",
]
_TRUTH = {"1": "true", "0": "false"}
_REFERENCES = frozenset(
    [
        "sourceRef",
        "targetRef",
        "attachedToRef",
        "messageRef",
        "signalRef",
        "errorRef",
        "escalationRef",
        "default",
        "activityRef",
        "dataObjectRef",
        "dataStoreRef",
        "processRef",
        "operationRef",
        "itemSubjectRef",
        "itemRef",
        "calledElement",
        "correlationKeyRef",
        "correlationPropertyRef",
        "categoryValueRef",
    ]
)
_TEXT_REFERENCES = frozenset(
    [
        "flowNodeRef",
        "incoming",
        "outgoing",
        "sourceRef",
        "targetRef",
        "loopDataInputRef",
        "loopDataOutputRef",
        "dataInputRefs",
        "dataOutputRefs",
        "correlationPropertyRef",
        "eventDefinitionRef",
        "inMessageRef",
        "outMessageRef",
        "oneBehaviorEventRef",
        "noneBehaviorEventRef",
    ]
)


def normalise(root: etree._Element) -> list[Problem]:
    """Make *root* regular in place; return what was wrong with it.

    Ids that are given here (``laneway_task_3``) depend on the file's content only, so the same
    file always has the same ids. The second element with an id that is taken gets a new one, so
    that nothing drawn is lost, and an ``id-duplicate`` error.
    """
    _give_ids(root)
    problems = list(_make_ids_unique(root))
    known = {element.get("id") for element in root.iter() if local(element)}
    for element in root.iter():
        name = local(element)
        if name:
            _regular_attributes(element, known)
            if name in _TEXT_REFERENCES and element.text:
                element.text = _reference(element.text, known)
    problems.extend(_inline_event_definitions(root))
    return problems


def _give_ids(root: etree._Element) -> None:
    taken = {element.get("id") for element in root.iter()}
    count = 0
    for element in root.iter():
        name = local(element)
        if name in _IDENTIFIED and not element.get("id"):
            count += 1
            while f"laneway_{name}_{count}" in taken:
                count += 1
            element.set("id", f"laneway_{name}_{count}")


def _make_ids_unique(root: etree._Element) -> Iterator[Problem]:
    lines: dict[str, int] = {}
    copies: Counter[str] = Counter()
    for element in root.iter():
        name = element.get("id") if local(element) else None
        if name is None:
            continue
        line = element.sourceline or 0
        if name in lines:
            yield _duplicate(element, name, lines[name])
            copies[name] += 1
            while f"{name}#{copies[name] + 1}" in lines:
                copies[name] += 1
            name = f"{name}#{copies[name] + 1}"
            element.set("id", name)
        lines[name] = line


def _duplicate(element: etree._Element, name: str, first: int) -> Problem:
    return Problem(
        code="id-duplicate",
        message=f"The id {name!r} of {local(element)} is already used on line {first}.",
        hint="Give every element an id of its own.",
        element_id=name,
        element_name=element.get("name", ""),
        line=element.sourceline or 0,
    )


def _regular_attributes(element: etree._Element, known: set[str | None]) -> None:
    for name, value in element.attrib.items():
        if name in _REFERENCES:
            regular = _reference(str(value), known)
        elif name in _BOOLEANS:
            regular = _TRUTH.get(str(value).strip(), str(value).strip().lower())
        else:
            continue
        if regular != value:
            element.set(name, regular)
    if element.tag == tag("dataStore") and not element.get("name"):
        element.set("name", element.get("id", ""))


def _reference(text: str, known: set[str | None]) -> str:
    """*text* without blanks, and without a prefix when only its local part is an id here."""
    name = text.strip()
    _, colon, rest = name.partition(":")
    return rest if colon and name not in known and rest in known else name


def _inline_event_definitions(root: etree._Element) -> Iterator[Problem]:
    """Put a copy of the shared definition where an event refers to it."""
    shared = {e.get("id"): e for e in root if local(e) in EVENT_DEFINITIONS}
    sizes = {name: len(etree.tostring(e)) for name, e in shared.items()}
    room = MAX_BYTES
    for reference in list(root.iter(tag("eventDefinitionRef"))):
        found = shared.get(reference.text)
        room -= sizes.get(reference.text, 0)
        if found is None:
            fact = "that the file does not have"
        elif room < 0:
            fact = "of which the file would have too many copies"
        else:
            _replace(reference, found)
            continue
        yield _not_inlined(reference, fact)


def _replace(reference: etree._Element, definition: etree._Element) -> None:
    parent = reference.getparent()
    if parent is not None:
        copy = deepcopy(definition)
        copy.set("id", f"{definition.get('id')}@{parent.get('id')}")
        copy.tail = reference.tail
        parent.replace(reference, copy)


def _not_inlined(reference: etree._Element, fact: str) -> Problem:
    event = reference.getparent()
    return Problem(
        code="reference-dangling",
        message=f"The event refers to an event definition {reference.text!r} {fact}.",
        hint="Add the event definition to the event itself.",
        element_id="" if event is None else event.get("id", ""),
        element_name="" if event is None else event.get("name", ""),
        line=reference.sourceline or 0,
    )
