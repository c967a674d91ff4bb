"""What elements of one file refer to by id: lanes, data items, roots' extensions, codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from bpmn.loading import facts
from bpmn.model import CorrelationKey, Extension
from bpmn.names import FLOW_NODES, local, tag

_DATA = ("dataObject", "property", "dataInput", "dataOutput", "dataStore")
_REFERENCES = ("dataObjectReference", "dataStoreReference")


@dataclass(frozen=True, slots=True)
class Tables:
    """Lookups by id over one normalised file.

    Attributes:
        lanes: a node's lanes by name, outermost first; nodes in sub-processes have their
            sub-process' lanes unless a lane lists them.
        lanes_of: all lane names by process.
        variables: the variable behind a data item's id.
        root_extensions: vendor elements of messages, signals, errors, escalations.
        root_attributes: vendor attributes of the same.
        error_codes: by error.
        operations: name by operation.
        handlers: the activity that an association joins to a compensation boundary event.
    """

    lanes: Mapping[str, tuple[str, ...]]
    lanes_of: Mapping[str, tuple[str, ...]]
    variables: Mapping[str, str]
    root_extensions: Mapping[str, tuple[Extension, ...]]
    root_attributes: Mapping[str, Mapping[str, str]]
    error_codes: Mapping[str, str]
    operations: Mapping[str, str]
    handlers: Mapping[str, str]
    correlation_keys: tuple[CorrelationKey, ...]


def read_tables(root: etree._Element) -> Tables:
    """Read all lookups of *root*, which is normalised."""
    return Tables(
        lanes=_lanes(root),
        lanes_of={
            process.get("id", ""): tuple(
                name for lane in process.iter(tag("lane")) if (name := lane.get("name"))
            )
            for process in root.iter(tag("process"))
        },
        variables=_variables(root),
        root_extensions={
            child.get("id", ""): found for child in root if (found := facts.extensions(child))
        },
        root_attributes=dict(_vendor_attributes(root)),
        error_codes={e.get("id", ""): e.get("errorCode", "") for e in root.iter(tag("error"))},
        operations={e.get("id", ""): e.get("name", "") for e in root.iter(tag("operation"))},
        handlers=dict(_handlers(root)),
        correlation_keys=tuple(_correlation_keys(root)),
    )


def _vendor_attributes(root: etree._Element) -> Iterator[tuple[str, Mapping[str, str]]]:
    for child in root:
        found = {name: text for name, text in facts.attributes(child).items() if ":" in name}
        if found:
            yield child.get("id", ""), found


def _lanes(root: etree._Element) -> dict[str, tuple[str, ...]]:
    listed: dict[str, tuple[str, ...]] = {}
    paths: dict[etree._Element, tuple[str, ...]] = {}
    for lane in root.iter(tag("lane")):
        outer = _enclosing_lane(lane)
        name = lane.get("name")
        paths[lane] = (() if outer is None else paths[outer]) + ((name,) if name else ())
        for reference in lane.iterfind(tag("flowNodeRef")):
            known = listed.get(reference.text or "", ())
            if len(paths[lane]) > len(known):
                listed[reference.text or ""] = paths[lane]
    return _inherited(root, listed) if listed else {}


def _enclosing_lane(lane: etree._Element) -> etree._Element | None:
    return next(lane.iterancestors(tag("lane")), None)


def _inherited(
    root: etree._Element, listed: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    """Lanes of every node: its own, else those of the sub-process around it."""
    lanes: dict[str, tuple[str, ...]] = {}
    for element in root.iter():
        name = element.get("id", "")
        if local(element) not in FLOW_NODES:
            continue
        parent = element.getparent()
        around = "" if parent is None else parent.get("id", "")
        found = listed.get(name) or lanes.get(around)
        if found:
            lanes[name] = found
    return lanes


def _variables(root: etree._Element) -> dict[str, str]:
    names: dict[str, str] = {}
    for kind in _DATA:
        names.update((e.get("id", ""), facts.label(e)) for e in root.iter(tag(kind)))
    for kind in _REFERENCES:
        for element in root.iter(tag(kind)):
            target = element.get("dataObjectRef") or element.get("dataStoreRef") or ""
            names[element.get("id", "")] = element.get("name") or names.get(
                target, element.get("id", "")
            )
    names.update(_through_associations(root, names))
    return names


def _through_associations(
    root: etree._Element, names: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """A task's input is the variable that is copied into it, its output where it goes."""
    for association in root.iter(tag("dataInputAssociation")):
        source = facts.text_of(association, "sourceRef")
        if source in names:
            yield facts.text_of(association, "targetRef"), names[source]
    for association in root.iter(tag("dataOutputAssociation")):
        target = facts.text_of(association, "targetRef")
        if target in names:
            yield facts.text_of(association, "sourceRef"), names[target]


def _correlation_keys(root: etree._Element) -> Iterator[CorrelationKey]:
    for element in root.iter(tag("correlationKey")):
        references = element.iterfind(tag("correlationPropertyRef"))
        yield CorrelationKey(
            id=element.get("id", ""),
            name=element.get("name", ""),
            properties=tuple((e.text or "").strip() for e in references),
        )


def _handlers(root: etree._Element) -> Iterator[tuple[str, str]]:
    """Compensation handlers by boundary event, whichever way the association is drawn."""
    handlers = {
        name
        for element in root.iter()
        if element.get("isForCompensation") == "true" and (name := element.get("id"))
    }
    for association in root.iter(tag("association")):
        source, target = association.get("sourceRef", ""), association.get("targetRef", "")
        if target in handlers:
            yield source, target
        elif source in handlers:
            yield target, source
