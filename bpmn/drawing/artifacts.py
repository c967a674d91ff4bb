"""Data, groups and annotations (BPMN 2.0 p. 66 ff, 203 ff)."""

from __future__ import annotations

from bpmn.drawing.lettering import LEADING, SIZE, block, fitted
from bpmn.drawing.page import Item
from bpmn.drawing.shapes import ROUND, line, rectangle
from bpmn.drawing.svg import number as n
from bpmn.drawing.svg import path
from bpmn.drawing.theme import Pen
from bpmn.model import Drawn


def data_object(item: Item, pen: Pen) -> str:
    """A sheet of paper with a folded corner; an arrow for inputs and outputs."""
    assert isinstance(item.element, Drawn)
    x, y, w, h = item.box
    fold = min(w, h) * 0.3
    parts = [
        path(
            f"M{n(x)} {n(y)}h{n(w - fold)}l{n(fold)} {n(fold)}v{n(h - fold)}h{n(-w)}Z"
            f"M{n(x + w - fold)} {n(y)}v{n(fold)}h{n(fold)}",
            fill=pen.fill,
            stroke=pen.stroke,
            stroke_width=2,
            stroke_linejoin="round",
        )
    ]
    if item.element.is_collection:
        foot = f"M{n(x + w / 2)} {n(y + h - 14)}"
        parts.append(line(f"{foot}m-4.5 0v10m4.5 -10v10m4.5 -10v10", pen.stroke, 1.6))
    if item.kind in ("dataInput", "dataOutput"):
        parts.append(
            path(
                f"M{n(x + 4)} {n(y + 9)}h7v-3.5l6 6l-6 6v-3.5h-7Z",
                fill=pen.stroke if item.kind == "dataOutput" else "none",
                stroke=pen.stroke,
                stroke_width=1.2,
            )
        )
    return "".join(parts)


def data_store(item: Item, pen: Pen) -> str:
    """A drum."""
    x, y, w, h = item.box
    rim = min(h * 0.15, w * 0.2)
    arc = f"a{n(w / 2)} {n(rim)} 0 0 0 {n(w)} 0"
    body = (
        f"M{n(x)} {n(y + rim)}a{n(w / 2)} {n(rim)} 0 0 1 {n(w)} 0v{n(h - 2 * rim)}"
        f"a{n(w / 2)} {n(rim)} 0 0 1 {n(-w)} 0Z"
    )
    rims = "".join(f"M{n(x)} {n(y + rim * (1 + 0.75 * i))}{arc}" for i in range(3))
    return path(body, fill=pen.fill, stroke=pen.stroke, stroke_width=2) + line(rims, pen.stroke, 2)


def annotation(item: Item, pen: Pen) -> str:
    """An open bracket with text."""
    assert isinstance(item.element, Drawn)
    x, y, w, h = item.box
    lines = fitted(item.element.name, max(w - 12, SIZE), max(1, int((h - 4) / (SIZE * LEADING))))
    bracket = f"M{n(x + 10)} {n(y)}H{n(x)}V{n(y + h)}H{n(x + 10)}"
    return line(bracket, pen.stroke, 2) + block(lines, x + 7, y + 5, pen.text, anchor="start")


def group_frame(item: Item, pen: Pen) -> str:
    """A dashed and dotted frame that lets through what is in it."""
    return rectangle(item.box, pen, width=1.5, radius=ROUND, dashes="10 6 1 6", fill="none")
