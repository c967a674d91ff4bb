"""Flows and associations with their arrows and marks (BPMN 2.0 p. 96 ff, 66 ff)."""

from __future__ import annotations

from math import atan2, degrees

from bpmn.drawing.page import Item
from bpmn.drawing.shapes import bent, line, towards
from bpmn.drawing.svg import Look, Point, group, number, path, tag
from bpmn.drawing.theme import Pen
from bpmn.model import ACTIVITIES, Drawn, Flow

_DOTS = "0.1 5"


def sequence_flow(item: Item, pen: Pen, source_type: str) -> str:
    """A solid line with a filled arrow; a slash for default, a diamond for conditional."""
    assert isinstance(item.element, Flow)
    places = list(item.shape.waypoints)
    conditional = item.element.condition is not None and source_type in ACTIVITIES
    width = 3.0 if pen.is_passed else 2.0
    end = towards(places[-1], places[-2], 6)
    parts = [line(bent([*places[:-1], end]), pen.stroke, width)]
    parts.append(
        _at(places[-1], places[-2], path("M0 0L-11 -4.8V4.8Z", fill=pen.stroke, stroke="none"))
    )
    if item.element.is_default:
        mark = towards(places[0], places[1], 12)
        parts.append(_at(mark, places[0], line("M-3.5 6L3.5 -6", pen.stroke, 2)))
    elif conditional:
        diamond = path("M0 0L8 -5L16 0L8 5Z", fill=pen.fill, stroke=pen.stroke, stroke_width=1.5)
        parts.append(_at(places[0], places[1], diamond, reverse=True))
    return "".join(parts)


def message_flow(item: Item, pen: Pen) -> str:
    """A dashed line from a ring to an open arrow."""
    places = list(item.shape.waypoints)
    start, end = towards(places[0], places[1], 7), towards(places[-1], places[-2], 9)
    open_end: Look = {"fill": pen.fill, "stroke": pen.stroke, "stroke_width": 1.5}
    ring = towards(places[0], places[1], 3.5)
    return (
        line(bent([start, *places[1:-1], end]), pen.stroke, 1.5, stroke_dasharray="9 8")
        + tag("circle", cx=ring[0], cy=ring[1], r=3.5, **open_end)
        + _at(places[-1], places[-2], path("M0 0L-9 -5V5Z", stroke_linejoin="round", **open_end))
    )


def association(item: Item, pen: Pen) -> str:
    """A dotted line; with an open arrow where it has a direction."""
    assert isinstance(item.element, Drawn)
    places = list(item.shape.waypoints)
    arrow = line("M-9 -5L0 0L-9 5", pen.stroke, 1.5)
    is_data = item.kind != "association"
    direction = item.element.direction
    parts = [line(bent(places), pen.stroke, 2, stroke_dasharray=_DOTS)]
    if is_data or direction in ("One", "Both"):
        parts.append(_at(places[-1], places[-2], arrow))
    if not is_data and direction == "Both":
        parts.append(_at(places[0], places[1], arrow))
    return "".join(parts)


def _at(place: Point, before: Point, sign: str, *, reverse: bool = False) -> str:
    """*sign*, drawn around 0, 0 and pointing right, at *place* and pointing away from *before*."""
    dx, dy = place[0] - before[0], place[1] - before[1]
    angle = degrees(atan2(-dy, -dx) if reverse else atan2(dy, dx))
    turn = f" rotate({number(angle)})" if angle else ""
    return group(sign, transform=f"translate({number(place[0])} {number(place[1])}){turn}")
