"""SVG to PNG, for mail and reports."""

from __future__ import annotations

import re

from resvg_py import svg_to_bytes

MOST_PIXELS = 40_000_000
_LONGEST_SIDE = 8_000
_SIZE = re.compile(r'<svg [^>]*?viewBox="\S+ \S+ (\S+) (\S+)"')


def png(svg: str, width: int = 0) -> bytes:
    """Paint *svg*, one of ours, with the fonts of this machine.

    Args:
        svg: from ``draw``.
        width: in pixels; 0 for the drawing's own. The height follows. A picture of more than
            `MOST_PIXELS`, or endlessly long, is made smaller: no diagram can fill the memory.
    """
    found = _SIZE.match(svg)
    if found is None:
        raise ValueError("The SVG is not one that draw() made: it has no viewBox.")
    wide, high = float(found[1]), float(found[2])
    width = width or round(wide)
    most = min((MOST_PIXELS * wide / high) ** 0.5, _LONGEST_SIDE, _LONGEST_SIDE * wide / high)
    wanted = max(1, int(min(width, most)))
    tall = min(max(1, round(wanted * high / wide)), _LONGEST_SIDE)
    return bytes(
        svg_to_bytes(svg_string=svg, width=wanted, height=tall, sans_serif_family="DejaVu Sans")
    )
