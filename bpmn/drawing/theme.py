"""Colours and words of a drawing."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bpmn.model import Shape

# A colour by name, in hex, or as rgb(...): nothing that refers to anything outside.
_COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}|[a-zA-Z]{3,30}|rgba?\([\d\s.,%/]{1,40}\)")


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours of everything that is drawn; those that a file gives to a shape come first.

    ``blend`` is how heat mixes with what lies below: ``multiply`` on light, ``screen`` on dark.
    """

    paper: str
    line: str
    text: str
    passed: str
    passed_fill: str
    active: str
    incident: str
    completed: str
    quiet: str
    on_badge: str
    blend: str
    font: str = "Arial, 'Liberation Sans', Helvetica, 'DejaVu Sans', sans-serif"


LIGHT = Theme(
    paper="#ffffff",
    line="#22242a",
    text="#1a1d27",
    passed="#2456d6",
    passed_fill="#eaf0fe",
    active="#2456d6",
    incident="#b3261e",
    completed="#17683a",
    quiet="#565c6e",
    on_badge="#ffffff",
    blend="multiply",
)
DARK = Theme(
    paper="#191b22",
    line="#c6cad6",
    text="#eceef4",
    passed="#8fb0ff",
    passed_fill="#232f4d",
    active="#3a66d8",
    incident="#b3362d",
    completed="#22804a",
    quiet="#767d90",
    on_badge="#ffffff",
    blend="screen",
)


@dataclass(frozen=True, slots=True)
class Words:
    """What a drawing says besides the names in it; pass translated ones for another language."""

    diagram: str = "Diagram"
    waiting: str = "waiting"
    incident: str = "incident"
    completed: str = "completed"
    cancelled: str = "cancelled"
    suspended: str = "suspended"
    passed: str = "passed"
    times: str = "times reached"
    empty: str = "This diagram has no elements."


ENGLISH = Words()


@dataclass(frozen=True, slots=True)
class Pen:
    """The colours of one shape."""

    stroke: str
    fill: str
    text: str
    is_passed: bool = False


def pen_for(shape: Shape, theme: Theme, *, is_passed: bool = False) -> Pen:
    """What *shape* is drawn with: its own colours, else the theme's."""
    stroke, fill, font = map(_colour, (shape.stroke, shape.fill, shape.font))
    # Files are coloured for light paper: on their own fill, lines and text are dark.
    base = LIGHT if fill else theme
    return Pen(
        stroke=stroke or (theme.passed if is_passed else base.line),
        fill=fill or (theme.passed_fill if is_passed else theme.paper),
        text=font or stroke or base.text,
        is_passed=is_passed,
    )


def _colour(written: str) -> str:
    return written if _COLOUR.fullmatch(written) else ""
