"""Writes shapes into a BPMN file, so that viewers that only draw what has a place can show it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lxml import etree

from bpmn.drawing.layout import layout
from bpmn.drawing.svg import Box, number
from bpmn.loading import load
from bpmn.loading.normalise import normalise
from bpmn.model import Diagram, Shape
from bpmn.names import BPMN, BPMNDI, DC, DI, tag
from bpmn.source import NotADiagram, parse

_NAMES = {"bpmndi": BPMNDI, "dc": DC, "di": DI}
_POOL = "laneway_pool_"
_COLLABORATION = "laneway_pools"
_END = re.compile(rb"</(?:[\w.-]+:)?definitions\s*>\s*\Z")
_ASCII_LIKE = re.compile(rb"<\?xml[^>]*encoding=[\"'](?!utf-8|us-ascii|iso-8859)", re.IGNORECASE)


def with_layout(data: bytes) -> bytes:
    """*data* with a BPMNDiagram, when it has processes and no shape at all; else *data* itself.

    For viewing only: the file that was deployed stays as it is. The bytes before the diagram are
    the original ones, unless elements without id had to be given one. Processes that are in no
    pool get one each, as viewers show one page.
    """
    diagram = load(data)
    if diagram.shapes or not diagram.processes:
        return data
    try:
        root = parse(data)
    except NotADiagram:
        return data
    placed = layout(diagram)
    if not placed.shapes:
        return data
    written = {element.get("id") for element in root.iter()}
    made = {shape.element for shape in placed.shapes if not shape.element.startswith(_POOL)}
    addition = _addition(root, placed)
    is_complete = made <= written and not _add_to_collaboration(root, placed)
    if is_complete and _END.search(data) and not _ASCII_LIKE.match(data):
        return _inserted(data, addition)
    normalise(root)
    root.extend(addition)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def _add_to_collaboration(root: etree._Element, diagram: Diagram) -> bool:
    """Put the pools that layout made into the collaboration that is there."""
    pools = [pool for pool in diagram.participants if pool.id.startswith(_POOL)]
    found = next(root.iter(tag("collaboration")), None)
    if found is None or not pools:
        return False
    for pool in reversed(pools):
        names = {"id": pool.id, "name": pool.name, "processRef": pool.process}
        found.insert(0, found.makeelement(tag("participant"), names))
    return True


def _inserted(data: bytes, addition: Iterable[etree._Element]) -> bytes:
    end = _END.search(data)
    assert end is not None
    written = b"".join(etree.tostring(element, encoding="ascii") for element in addition)
    return data[: end.start()] + written + b"\n" + data[end.start() :]


def _addition(root: etree._Element, diagram: Diagram) -> list[etree._Element]:
    """The pools that layout made, and the diagram with its one plane."""
    found = [e.get("id", "") for e in root.iter(tag("collaboration"))]
    made = [pool for pool in diagram.participants if pool.id.startswith(_POOL)]
    parts = []
    page = found[0] if found else diagram.processes[0].id
    if made and not found:
        page = _COLLABORATION
        pools = etree.Element(tag("collaboration"), id=page, nsmap={None: BPMN})
        for pool in made:
            etree.SubElement(
                pools, tag("participant"), id=pool.id, name=pool.name, processRef=pool.process
            )
        parts.append(pools)
    whole = etree.Element(f"{{{BPMNDI}}}BPMNDiagram", id="laneway_diagram", nsmap=_NAMES)
    plane = _add(whole, "BPMNPlane", id="laneway_plane", bpmnElement=page)
    for index, shape in enumerate(diagram.shapes):
        _draw(plane, shape, f"laneway_shape_{index}")
    return [*parts, whole]


def _draw(plane: etree._Element, shape: Shape, name: str) -> None:
    if shape.bounds is None:
        drawn = _add(plane, "BPMNEdge", id=name, bpmnElement=shape.element)
        for x, y in shape.waypoints:
            etree.SubElement(drawn, f"{{{DI}}}waypoint", x=number(x), y=number(y))
    else:
        drawn = _add(
            plane,
            "BPMNShape",
            id=name,
            bpmnElement=shape.element,
            isExpanded=str(shape.is_expanded).lower(),
            isHorizontal="true",
            isMarkerVisible="true",
        )
        _bounds(drawn, shape.bounds)
    if shape.label is not None:
        _bounds(_add(drawn, "BPMNLabel"), shape.label)


def _add(parent: etree._Element, name: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{BPMNDI}}}{name}", attributes)


def _bounds(parent: etree._Element, box: Box) -> None:
    names = ("x", "y", "width", "height")
    values = {key: number(value) for key, value in zip(names, box, strict=True)}
    etree.SubElement(parent, f"{{{DC}}}Bounds", values)
