"""Draws diagrams: SVG with tokens, states and heat; PNG; layout where a file has no shapes.

All of it is pure: nothing is read but the `Diagram`, and no browser is needed.
"""

from __future__ import annotations

from bpmn.drawing.interchange import with_layout
from bpmn.drawing.layout import layout
from bpmn.drawing.marks import NO_MARKS, Marks, State
from bpmn.drawing.page import page_of
from bpmn.drawing.picture import picture
from bpmn.drawing.png import png
from bpmn.drawing.theme import DARK, ENGLISH, LIGHT, Theme, Words
from bpmn.model import Diagram

__all__ = [
    "DARK",
    "ENGLISH",
    "LIGHT",
    "NO_MARKS",
    "Marks",
    "State",
    "Theme",
    "Words",
    "draw",
    "layout",
    "png",
    "with_layout",
]


def draw(
    diagram: Diagram,
    *,
    marks: Marks = NO_MARKS,
    theme: Theme = LIGHT,
    words: Words = ENGLISH,
    part: str = "",
) -> str:
    """The SVG of *diagram*.

    Args:
        diagram: any diagram, also one that cannot be deployed. Processes without shapes are laid
            out first.
        marks: what is to be told of instances.
        theme: colours; those in the file come first.
        words: for the texts that screen readers say, in the reader's language.
        part: id of the process or sub-process to draw alone; everything when empty.

    Returns:
        One ``<svg>`` element, without scripts, links or fonts. Every element is a group with
        ``data-element-id`` and a ``<title>``.
    """
    whole = layout(diagram)
    return picture(whole, page_of(whole, part), marks, theme, words)
