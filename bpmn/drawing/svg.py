"""Writes SVG: elements, numbers and text, everything escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape

Point = tuple[float, float]
Box = tuple[float, float, float, float]
Look = Mapping[str, str | float | None]

# What XML 1.0 cannot hold, not even escaped.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def tag(name: str, *children: str, **attributes: str | float | None) -> str:
    """An SVG element.

    Args:
        name: its name.
        children: SVG (from here) or escaped text (from ``text``).
        attributes: ``stroke_width`` becomes ``stroke-width``; ``None`` leaves it out.
    """
    written = "".join(
        f' {key.replace("_", "-")}="{_value(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    inner = "".join(children)
    return f"<{name}{written}>{inner}</{name}>" if inner else f"<{name}{written}/>"


def text(content: str) -> str:
    """*content* as SVG text."""
    return escape(_FORBIDDEN.sub("", content))


def number(value: float) -> str:
    """*value* with two decimals at most."""
    short = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if short == "-0" else short


def points(places: Iterable[Point]) -> str:
    """Corners of a polygon."""
    return " ".join(f"{number(x)},{number(y)}" for x, y in places)


def path(data: str, **attributes: str | float | None) -> str:
    """A path."""
    return tag("path", d=data, **attributes)


def group(*children: str, **attributes: str | float | None) -> str:
    """A group; nothing for no children."""
    return tag("g", *children, **attributes) if any(children) else ""


def moved(x: float, y: float, *children: str, scale: float = 1.0) -> str:
    """*children* drawn around 0, 0, moved to *x*, *y* and scaled."""
    size = "" if scale == 1.0 else f" scale({number(scale)})"
    return group(*children, transform=f"translate({number(x)} {number(y)}){size}")


def _value(value: str | float) -> str:
    return text(value) if isinstance(value, str) else number(value)
