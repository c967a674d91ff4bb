"""Events of every kind and position, and the signs in them (BPMN 2.0 p. 233 ff)."""

from __future__ import annotations

from collections.abc import Callable

from bpmn.drawing.page import Item
from bpmn.drawing.shapes import line, middle, polygon, regular, ring
from bpmn.drawing.svg import moved, path, tag
from bpmn.drawing.theme import Pen
from bpmn.model import EventKind, Node

SIZE = 36.0
_THROWING = frozenset({"endEvent", "intermediateThrowEvent"})
_DASHES = "5 3.4"


def event(item: Item, pen: Pen) -> str:
    """The circle or circles, and the sign."""
    assert isinstance(item.element, Node)
    node = item.element
    x, y = middle(item.box)
    scale = min(item.box[2], item.box[3]) / SIZE
    return moved(x, y, *_circles(node, pen), sign(node, pen), scale=scale)


def small_start(node: Node, pen: Pen) -> str:
    """The start event that a closed event sub-process shows, around 0, 0."""
    return "".join((*_circles(node, pen), sign(node, pen)))


def sign(node: Node, pen: Pen) -> str:
    """The sign of *node*'s event definitions, around 0, 0 in an event of 36 pixels."""
    throwing = node.type in _THROWING
    if len(node.events) > 1:
        return plus(pen) if node.parallel_multiple else _multiple(pen, throwing)
    for found in node.events:
        return _SIGNS[found.kind](pen, throwing)
    return ""


def _circles(node: Node, pen: Pen) -> list[str]:
    dashes = None if node.interrupting else _DASHES
    if node.type == "startEvent":
        return [ring(17, pen, width=2, dashes=dashes)]
    if node.type == "endEvent":
        return [ring(16, pen, width=4)]
    return [ring(17.25, pen, width=1.5, dashes=dashes), ring(14, pen, width=1.5, dashes=dashes)]


def envelope(pen: Pen, filled: bool, width: float = 18, height: float = 12) -> str:
    """A letter, dark when it is sent and light when it is received."""
    left, top = -width / 2, -height / 2
    rim, fill = (pen.fill, pen.stroke) if filled else (pen.stroke, pen.fill)
    box = tag(
        "rect",
        x=left,
        y=top,
        width=width,
        height=height,
        fill=fill,
        stroke=pen.stroke,
        stroke_width=1.2,
    )
    return box + line(f"M{left} {top}L0 {height * 0.06:.2f}L{-left} {top}", rim, 1.2)


def _timer(pen: Pen, _filled: bool) -> str:
    ticks = "".join(
        f"M{x * 0.8:.2f} {y * 0.8:.2f}L{x * 0.93:.2f} {y * 0.93:.2f}" for x, y in regular(12, 11)
    )
    return (
        tag("circle", r=11, fill=pen.fill, stroke=pen.stroke, stroke_width=1.5)
        + line(ticks, pen.stroke, 1)
        + line("M1.5 -7.5L0 0L5 1.5", pen.stroke, 1.5)
    )


def _shape(data: str) -> Callable[[Pen, bool], str]:
    def draw(pen: Pen, filled: bool) -> str:
        return path(
            data,
            fill=pen.stroke if filled else "none",
            stroke=pen.stroke,
            stroke_width=1.4,
            stroke_linejoin="round",
        )

    return draw


def _conditional(pen: Pen, _filled: bool) -> str:
    page = tag("rect", x=-7.5, y=-9, width=15, height=18, fill="none")
    return tag(
        "g",
        page,
        path("M-5 -5.5H5M-5 -1.8H5M-5 1.9H5M-5 5.6H5"),
        stroke=pen.stroke,
        stroke_width=1.3,
    )


def _terminate(pen: Pen, _filled: bool) -> str:
    return tag("circle", r=10, fill=pen.stroke)


def _multiple(pen: Pen, filled: bool) -> str:
    return polygon(
        regular(5, 10.5),
        fill=pen.stroke if filled else "none",
        stroke=pen.stroke,
        stroke_width=1.4,
        stroke_linejoin="round",
    )


def plus(pen: Pen) -> str:
    """The open plus of parallel multiple events."""
    return _shape("M-2.8 -9.5H2.8V-2.8H9.5V2.8H2.8V9.5H-2.8V2.8H-9.5V-2.8H-2.8Z")(pen, False)


_SIGNS: dict[EventKind, Callable[[Pen, bool], str]] = {
    EventKind.MESSAGE: envelope,
    EventKind.TIMER: _timer,
    EventKind.SIGNAL: _shape("M0 -9.5L9.5 7H-9.5Z"),
    EventKind.ERROR: _shape("M-9.5 8.5L-3.6 -7.2L2.6 1.6L9.5 -9L3.7 8L-2.6 -0.4Z"),
    EventKind.ESCALATION: _shape("M0 -10.5L7.5 9L0 2.4L-7.5 9Z"),
    EventKind.CONDITIONAL: _conditional,
    EventKind.COMPENSATION: _shape("M-0.6 -7V7L-10.5 0ZM9.4 -7V7L-0.5 0Z"),
    EventKind.CANCEL: _shape(
        "M-8.4 -5.6L-5.6 -8.4L0 -2.8L5.6 -8.4L8.4 -5.6L2.8 0L8.4 5.6L5.6 8.4L0 2.8L-5.6 8.4"
        "L-8.4 5.6L-2.8 0Z"
    ),
    EventKind.LINK: _shape("M-10 -4H1.5V-9L10.5 0L1.5 9V4H-10Z"),
    EventKind.TERMINATE: _terminate,
}
