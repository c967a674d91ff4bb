"""Reads how a diagram looks: shapes, colours, and what is drawn without being run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isfinite

from lxml import etree

from bpmn.loading.facts import text_of
from bpmn.model import Drawn, Problem, Severity, Shape
from bpmn.names import BPMNDI, DC, DI, FLOW_NODES, canonical, local, tag

_BOUNDS = f"{{{DC}}}Bounds"
_LABEL = f"{{{BPMNDI}}}BPMNLabel"
_WAYPOINT = f"{{{DI}}}waypoint"
_SCOPES = frozenset({"process", "subProcess", "transaction", "adHocSubProcess"})
_LANE = frozenset({"lane"})
_DATA = frozenset(
    ["dataObject", "dataObjectReference", "dataStoreReference", "dataInput", "dataOutput"]
)
_KINDS = _DATA | {
    "lane",
    "textAnnotation",
    "group",
    "association",
    "dataInputAssociation",
    "dataOutputAssociation",
}

Box = tuple[float, float, float, float]


def shapes(root: etree._Element, problems: list[Problem]) -> Iterator[Shape]:
    """All shapes and edges of all planes in drawn order; odd numbers go to *problems*."""
    for plane in root.iter(f"{{{BPMNDI}}}BPMNPlane"):
        for element in plane:
            name = element.get("bpmnElement")
            if not name:
                continue
            try:
                yield _shape(element, name, plane.get("bpmnElement", ""))
            except ValueError as error:
                problems.append(_odd_number(element, name, error))


def drawn(root: etree._Element) -> Iterator[Drawn]:
    """Lanes, data, annotations, groups and associations of *root*, which is normalised."""
    collections = {
        element.get("id"): element.get("isCollection") == "true"
        for element in root.iter(tag("dataObject"))
    }
    texts = {e.get("id", ""): e.get("value", "") for e in root.iter(tag("categoryValue"))}
    for element in root.iter():
        kind = local(element)
        if kind in _KINDS:
            source, target = _ends(element, kind)
            collection = element.get("isCollection") == "true"
            yield Drawn(
                id=element.get("id", ""),
                kind=kind,
                name=_text(element, kind, texts),
                scope=_around(element, _SCOPES),
                source=source,
                target=target,
                direction=element.get("associationDirection", "None"),
                is_collection=collection or collections.get(element.get("dataObjectRef"), False),
                members=tuple((e.text or "") for e in element.iterfind(tag("flowNodeRef"))),
                parent=_around(element, _LANE) if kind == "lane" else "",
            )


def _text(element: etree._Element, kind: str, texts: Mapping[str, str]) -> str:
    if kind == "textAnnotation":
        return text_of(element, "text")
    if kind == "group":
        return texts.get(element.get("categoryValueRef", ""), "")
    name = element.get("name", "")
    state = element.find(tag("dataState"))
    text = "" if state is None else state.get("name", "")
    return f"{name} [{text}]".strip() if text else name


def _ends(element: etree._Element, kind: str) -> tuple[str, str]:
    if kind == "dataInputAssociation":
        return text_of(element, "sourceRef"), _around(element, FLOW_NODES)
    if kind == "dataOutputAssociation":
        return _around(element, FLOW_NODES), text_of(element, "targetRef")
    return element.get("sourceRef", ""), element.get("targetRef", "")


def _around(element: etree._Element, kinds: frozenset[str]) -> str:
    """Id of the innermost element around *element* that is one of *kinds*."""
    around = (e for e in element.iterancestors() if local(e) in kinds)
    found = next(around, None)
    return "" if found is None else found.get("id", "")


def _shape(element: etree._Element, name: str, plane: str) -> Shape:
    label = element.find(_LABEL)
    colours = _colours(element)
    points = [_numbers(point, "x", "y") for point in element.iterfind(_WAYPOINT)]
    return Shape(
        element=name,
        bounds=_box(element),
        waypoints=tuple((x, y) for x, y in points),
        label=None if label is None else _box(label),
        is_expanded=element.get("isExpanded", "true") == "true",
        is_horizontal=element.get("isHorizontal", "true") == "true",
        is_marker_visible=element.get("isMarkerVisible") == "true",
        plane=plane,
        stroke=colours.get("color:border-color") or colours.get("bioc:stroke", ""),
        fill=colours.get("color:background-color") or colours.get("bioc:fill", ""),
        font="" if label is None else _colours(label).get("color:color", ""),
    )


def _colours(element: etree._Element) -> dict[str, str]:
    """Attributes by their canonical names, without those of no namespace."""
    return {canonical(str(k)): str(v) for k, v in element.attrib.items() if str(k)[0] == "{"}


def _box(element: etree._Element) -> Box | None:
    bounds = element.find(_BOUNDS)
    if bounds is None:
        return None
    x, y, width, height = _numbers(bounds, "x", "y", "width", "height")
    return x, y, width, height


def _numbers(element: etree._Element, *names: str) -> list[float]:
    values = [float(element.get(name, "0")) for name in names]
    if not all(map(isfinite, values)):
        raise ValueError(f"{values} is not a place on a page")
    return values


def _odd_number(element: etree._Element, name: str, error: ValueError) -> Problem:
    return Problem(
        code="shape-number",
        message=f"The shape of {name!r} has a coordinate that is no number ({error}).",
        hint="Move the shape in the modeler and export again; the process itself is not affected.",
        severity=Severity.WARNING,
        element_id=name,
        line=element.sourceline or 0,
    )
