"""Tasks, call activities and sub-processes with their signs and markers (BPMN 2.0 p. 151 ff)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import cos, pi, sin

from bpmn.drawing.events import envelope, small_start
from bpmn.drawing.lettering import block, centred, fitted, wrap
from bpmn.drawing.page import Item
from bpmn.drawing.shapes import ROUND, inset, line, rectangle
from bpmn.drawing.svg import Look, Point, moved, path, points, tag
from bpmn.drawing.theme import Pen
from bpmn.model import SUB_PROCESSES, LoopKind, Node

_MARKER = 14.0
_PADDING = 6.0


def activity(item: Item, pen: Pen) -> str:
    """The rounded box, the type's sign, the markers, the name."""
    assert isinstance(item.element, Node)
    node = item.element
    parts = [_border(item, node, pen), _type_sign(item, node, pen)]
    markers = list(_markers(item, node))
    parts.extend(_in_row(item, markers, pen))
    parts.append(_name(item, node, pen, has_markers=bool(markers)))
    return "".join(parts)


def _border(item: Item, node: Node, pen: Pen) -> str:
    if node.type == "callActivity":
        return rectangle(inset(item.box, 1.5), pen, width=5, radius=ROUND)
    if node.triggered_by_event:
        return rectangle(item.box, pen, radius=ROUND, dashes="1 5", width=2.4)
    border = rectangle(item.box, pen, radius=ROUND, width=1.5 if node.type == "transaction" else 2)
    if node.type == "transaction":
        border += rectangle(inset(item.box, 3), pen, radius=ROUND - 3, width=1.5)
    return border


def _name(item: Item, node: Node, pen: Pen, *, has_markers: bool) -> str:
    x, y, w, h = inset(item.box, _PADDING)
    if item.is_open:
        lines = fitted(node.name, w - 20, 2)
        return block(lines, x + w / 2, y, pen.text)
    lower = _MARKER if has_markers and h > 40 else 0.0
    # A long name keeps clear of the sign where there is room for it.
    upper = 12.0 if node.type in _TYPES and not lower and len(wrap(node.name, w)) > 2 else 0.0
    return centred(node.name, (x, y + upper, w, h - lower - upper), pen.text)


def _type_sign(item: Item, node: Node, pen: Pen) -> str:
    x, y = item.box[0] + 15, item.box[1] + 14
    if item.box[3] < 40:
        return ""
    if item.trigger is not None and not item.is_open:
        return moved(x, y, small_start(item.trigger, pen), scale=0.6)
    draw = _TYPES.get(node.type)
    return moved(x, y, draw(node, pen)) if draw else ""


def _markers(item: Item, node: Node) -> Iterator[str]:
    if node.loop is not None:
        yield _LOOPS[node.loop.kind]
    if node.is_for_compensation:
        yield "M-0.5 -5V5L-7 0ZM6.5 -5V5L0 0Z"
    if node.type == "callActivity" or (node.type in SUB_PROCESSES and not item.is_open):
        yield "M-6.5 -6.5H6.5V6.5H-6.5ZM0 -4V4M-4 0H4"
    if node.type == "adHocSubProcess":
        yield "M-7 2C-5 -4 -2 -3 0 0S5 4 7 -2"


def _in_row(item: Item, markers: list[str], pen: Pen) -> Iterator[str]:
    x, y, w, h = item.box
    left = x + w / 2 - (len(markers) - 1) * (_MARKER + 4) / 2
    for index, data in enumerate(markers):
        width = 2.2 if data.startswith("M-7 2C") else 1.5
        yield moved(left + index * (_MARKER + 4), y + h - 11.5, line(data, pen.stroke, width))


_LOOPS = {
    LoopKind.STANDARD: "M-2.6 5.4A6 6 0 1 1 2.4 5.5M-2.6 5.4L-6.4 5.7M-2.6 5.4L-3 1.6",
    LoopKind.PARALLEL: "M-4.5 -5.5V5.5M0 -5.5V5.5M4.5 -5.5V5.5",
    LoopKind.SEQUENTIAL: "M-5.5 -4.5H5.5M-5.5 0H5.5M-5.5 4.5H5.5",
}


def _user(_node: Node, pen: Pen) -> str:
    body = "M-8 8.5V4.6C-8 1.8 -5.4 0.6 -3 0.2L0 2.4L3 0.2C5.4 0.6 8 1.8 8 4.6V8.5Z"
    return path(
        body, fill="none", stroke=pen.stroke, stroke_width=1.2, stroke_linejoin="round"
    ) + tag("circle", cy=-4, r=4, fill="none", stroke=pen.stroke, stroke_width=1.2)


def _manual(_node: Node, pen: Pen) -> str:
    palm = (
        "M-9 -2.2L-2.6 -7.6C-1.2 -8.6 0.2 -7 -0.8 -5.9L-3.4 -3.4H6.6A1.6 1.6 0 0 1 6.6 -0.2"
        "H8.2A1.6 1.6 0 0 1 8.2 3H7.2A1.6 1.6 0 0 1 7.2 6H5.4A1.4 1.4 0 0 1 5.4 8.7H-5.4"
        "C-7.6 8.7 -9 7.3 -9 5.2ZM0.4 -0.2H6.6M0.4 3H7.2M0.4 6H5.4"
    )
    return line(palm, pen.stroke, 1.2)


def _script(_node: Node, pen: Pen) -> str:
    sheet = (
        "M-3.6 -8.4H8C4.4 -4.8 4.4 -2.6 6.2 0.4S7 6 3.8 8.6"
        "H-8C-4.6 5.6 -4.6 3 -6.4 0S-7 -5 -3.6 -8.4Z"
    )
    rows = "M-3.6 -5H3.2M-4.2 -1.6H2.8M-2.6 1.8H4.2M-2.8 5.2H3.4"
    return line(sheet, pen.stroke, 1.2) + line(rows, pen.stroke, 1)


def _gear(radius: float, teeth: int) -> list[Point]:
    corners = []
    for tooth in range(teeth):
        for offset, reach in ((-0.30, 0.74), (-0.20, 1.0), (0.20, 1.0), (0.30, 0.74)):
            angle = 2 * pi * (tooth + offset) / teeth
            corners.append((radius * reach * cos(angle), radius * reach * sin(angle)))
    return corners


def _service(_node: Node, pen: Pen) -> str:
    look: Look = {
        "fill": pen.fill,
        "stroke": pen.stroke,
        "stroke_width": 1.1,
        "stroke_linejoin": "round",
    }

    def wheel(radius: float) -> str:
        return tag("polygon", points=points(_gear(radius, 8)), **look) + tag(
            "circle", r=radius * 0.34, **look
        )

    return moved(-2.5, -2.5, wheel(7.5)) + moved(3.5, 4, wheel(6.5))


def _send(_node: Node, pen: Pen) -> str:
    return envelope(pen, True, 19, 13)


def _receive(node: Node, pen: Pen) -> str:
    if not node.instantiate:
        return envelope(pen, False, 19, 13)
    rim = tag("circle", r=9.5, fill="none", stroke=pen.stroke, stroke_width=1.2)
    return rim + envelope(pen, False, 11, 8)


def _business_rule(_node: Node, pen: Pen) -> str:
    head = tag("rect", x=-10, y=-7, width=20, height=4.5, fill=pen.stroke)
    return head + line("M-10 -7H10V7H-10ZM-10 2.2H10M-3.6 -2.5V7", pen.stroke, 1.2)


_TYPES: dict[str, Callable[[Node, Pen], str]] = {
    "userTask": _user,
    "manualTask": _manual,
    "scriptTask": _script,
    "serviceTask": _service,
    "sendTask": _send,
    "receiveTask": _receive,
    "businessRuleTask": _business_rule,
}
