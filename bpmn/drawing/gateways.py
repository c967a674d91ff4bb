"""Gateways and their signs (BPMN 2.0 p. 287 ff)."""

from __future__ import annotations

from bpmn.drawing.events import plus
from bpmn.drawing.page import Item
from bpmn.drawing.shapes import line, middle, polygon, regular
from bpmn.drawing.svg import Box, Look, moved, tag
from bpmn.drawing.theme import Pen
from bpmn.model import Node

_SIZE = 50.0


def gateway(item: Item, pen: Pen) -> str:
    """The diamond with its sign."""
    assert isinstance(item.element, Node)
    x, y = middle(item.box)
    scale = min(item.box[2], item.box[3]) / _SIZE
    return _diamond(item.box, pen) + moved(x, y, _sign(item, item.element, pen), scale=scale)


def _diamond(box: Box, pen: Pen) -> str:
    x, y, w, h = box
    corners = [(x + w / 2, y), (x + w, y + h / 2), (x + w / 2, y + h), (x, y + h / 2)]
    return polygon(
        corners, fill=pen.fill, stroke=pen.stroke, stroke_width=2, stroke_linejoin="round"
    )


def _sign(item: Item, node: Node, pen: Pen) -> str:
    match node.type:
        case "exclusiveGateway" if item.shape.is_marker_visible:
            return line("M-7 -8.5L7 8.5M7 -8.5L-7 8.5", pen.stroke, 3.4)
        case "parallelGateway":
            return line("M0 -11V11M-11 0H11", pen.stroke, 3.2)
        case "inclusiveGateway":
            return tag("circle", r=11.5, fill="none", stroke=pen.stroke, stroke_width=2.6)
        case "complexGateway":
            return line("M0 -12V12M-12 0H12M-8 -8L8 8M8 -8L-8 8", pen.stroke, 2.8)
        case "eventBasedGateway":
            return _event_based(node, pen)
    return ""


def _event_based(node: Node, pen: Pen) -> str:
    ring: Look = {"fill": "none", "stroke": pen.stroke, "stroke_width": 1.2}
    circles = tag("circle", r=14, **ring)
    if not node.instantiate:
        circles += tag("circle", r=11.5, **ring)
    if node.event_gateway_type == "Parallel":
        return circles + moved(0, 0, plus(pen), scale=0.75)
    return circles + polygon(regular(5, 7.5), stroke_linejoin="round", **ring)
