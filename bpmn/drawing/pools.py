"""Pools and lanes (BPMN 2.0 p. 112 ff, 305 ff)."""

from __future__ import annotations

from bpmn.drawing.lettering import LEADING, SIZE, block, centred, fitted
from bpmn.drawing.page import Item
from bpmn.drawing.shapes import line, rectangle
from bpmn.drawing.svg import Box, group, number
from bpmn.drawing.theme import Pen
from bpmn.model import Drawn, Participant

BAND = 30.0


def pool(item: Item, pen: Pen) -> str:
    """A pool with its name in a band, or in the middle when it is a black box."""
    assert isinstance(item.element, Participant)
    box, name = item.box, item.element.name
    parts = [rectangle(box, pen, width=1.5)]
    if item.element.process:
        parts += [_band(box, pen, is_horizontal=item.shape.is_horizontal)]
        parts += [_banner(item, name, pen)]
    else:
        parts += [centred(name, box, pen.text)]
    if item.element.is_multiple:
        x, y, w, h = box
        foot = f"M{number(x + w / 2)} {number(y + h - 14)}"
        parts += [line(f"{foot}m-4.5 0v11m4.5 -11v11m4.5 -11v11", pen.stroke, 1.5)]
    return "".join(parts)


def lane(item: Item, pen: Pen) -> str:
    """A lane; its name stands where a pool's does."""
    assert isinstance(item.element, Drawn)
    fill = None if item.shape.fill else "none"
    return rectangle(item.box, pen, width=1.5, fill=fill) + _banner(item, item.element.name, pen)


def _band(box: Box, pen: Pen, *, is_horizontal: bool) -> str:
    x, y, w, h = box
    if is_horizontal:
        return line(f"M{number(x + BAND)} {number(y)}v{number(h)}", pen.stroke, 1.5)
    return line(f"M{number(x)} {number(y + BAND)}h{number(w)}", pen.stroke, 1.5)


def _banner(item: Item, name: str, pen: Pen) -> str:
    x, y, w, h = item.box
    if not item.shape.is_horizontal:
        return centred(name, (x + 5, y, w - 10, BAND), pen.text)
    lines = fitted(name, max(h - 10, SIZE), 2)
    top = -len(lines) * SIZE * LEADING / 2
    centre = f"translate({number(x + BAND / 2)} {number(y + h / 2)}) rotate(-90)"
    return group(block(lines, 0, top, pen.text), transform=centre)
