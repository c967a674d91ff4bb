"""Outlines that several kinds of elements share."""

from __future__ import annotations

from itertools import pairwise
from math import cos, hypot, pi, sin

from bpmn.drawing.svg import Box, Point, number, path, points, tag
from bpmn.drawing.theme import Pen

ROUND = 10.0
BEND = 5.0


def rectangle(
    box: Box,
    pen: Pen,
    *,
    width: float = 2.0,
    radius: float = 0.0,
    dashes: str | None = None,
    fill: str | None = None,
) -> str:
    """A rectangle; *fill* other than the pen's may be given."""
    x, y, w, h = box
    return tag(
        "rect",
        x=x,
        y=y,
        width=w,
        height=h,
        rx=radius or None,
        fill=fill or pen.fill,
        stroke=pen.stroke,
        stroke_width=width,
        stroke_dasharray=dashes,
    )


def inset(box: Box, by: float) -> Box:
    """*box* made smaller on all sides, never below nothing."""
    x, y, w, h = box
    by = min(by, w / 2, h / 2)
    return x + by, y + by, w - 2 * by, h - 2 * by


def middle(box: Box) -> Point:
    """Its centre."""
    x, y, w, h = box
    return x + w / 2, y + h / 2


def ring(radius: float, pen: Pen, *, width: float, dashes: str | None = None) -> str:
    """A circle around 0, 0, filled with paper."""
    return tag(
        "circle",
        r=radius,
        fill=pen.fill,
        stroke=pen.stroke,
        stroke_width=width,
        stroke_dasharray=dashes,
    )


def polygon(corners: list[Point], **attributes: str | float | None) -> str:
    """A closed shape."""
    return tag("polygon", points=points(corners), **attributes)


def regular(corners: int, radius: float) -> list[Point]:
    """A regular polygon around 0, 0 with a corner on top."""
    angles = [2 * pi * index / corners - pi / 2 for index in range(corners)]
    return [(radius * cos(a), radius * sin(a)) for a in angles]


def bent(places: list[Point]) -> str:
    """Path data of a line through *places* with rounded corners."""
    x, y = places[0]
    data = [f"M{number(x)} {number(y)}"]
    for before, corner, after in zip(places, places[1:], places[2:], strict=False):
        bend = min(BEND, distance(before, corner) / 2, distance(corner, after) / 2)
        start, end = towards(corner, before, bend), towards(corner, after, bend)
        data.append(
            f"L{number(start[0])} {number(start[1])}"
            f"Q{number(corner[0])} {number(corner[1])} {number(end[0])} {number(end[1])}"
        )
    x, y = places[-1]
    data.append(f"L{number(x)} {number(y)}")
    return "".join(data)


def distance(one: Point, other: Point) -> float:
    """How far they are apart."""
    return hypot(other[0] - one[0], other[1] - one[1])


def towards(start: Point, goal: Point, by: float) -> Point:
    """The place *by* pixels from *start* on the way to *goal*."""
    far = distance(start, goal)
    if not far:
        return start
    return (
        start[0] + (goal[0] - start[0]) * by / far,
        start[1] + (goal[1] - start[1]) * by / far,
    )


def halfway(places: list[Point]) -> Point:
    """The middle of the line through *places*."""
    left = sum(distance(a, b) for a, b in pairwise(places)) / 2
    for start, end in pairwise(places):
        length = distance(start, end)
        if length >= left:
            return towards(start, end, left)
        left -= length
    return places[-1]


def line(data: str, colour: str, width: float = 1.5, **attributes: str | float | None) -> str:
    """Strokes without fill."""
    return path(
        data,
        fill="none",
        stroke=colour,
        stroke_width=width,
        stroke_linejoin="round",
        stroke_linecap="round",
        **attributes,
    )
