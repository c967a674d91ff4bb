"""How wide text is, and where its lines break, without a font at hand."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from bpmn.drawing.svg import Box, tag, text

SIZE = 12.0
LABEL_SIZE = 11.0
LEADING = 1.2
_ELLIPSIS = "…"
# Widths in thousandths of the size, of Arial and every font made to its measure.
_WIDTHS = {
    191: "'",
    222: "ijl",
    260: "|",
    278: " !,./:;I[\\]ft",
    333: "`()-r",
    334: "{}",
    355: '"',
    389: "*",
    469: "^",
    500: "Jcksvxyz",
    556: "#$0123456789?L_abdeghnopqu",
    584: "+<=>~",
    611: "FTZ",
    667: "&ABEKPSVXY",
    722: "CDHNRUw",
    778: "GOQ",
    833: "Mm",
    889: "%",
    944: "W",
    1000: "…—",
    1015: "@",
}
_WIDTH = {letter: width for width, letters in _WIDTHS.items() for letter in letters}


def width_of(content: str, size: float = SIZE) -> float:
    """The width of one line of text in pixels, as Arial would have it."""
    return sum(map(_width, content)) * size / 1000


@lru_cache(maxsize=4096)
def _width(letter: str) -> int:
    base = unicodedata.normalize("NFD", letter)[0]
    if base in _WIDTH:
        return _WIDTH[base]
    if unicodedata.combining(letter):
        return 0
    return 1000 if unicodedata.east_asian_width(letter) in "WF" else 600


def wrap(content: str, room: float, size: float = SIZE) -> list[str]:
    """Break *content* into lines of at most *room* pixels, between words where that is possible."""
    lines: list[str] = []
    for paragraph in content.splitlines():
        line = ""
        for word in paragraph.split():
            joined = f"{line} {word}" if line else word
            if width_of(joined, size) <= room:
                line = joined
                continue
            if line:
                lines.append(line)
            *whole, line = _parts(word, room, size)
            lines.extend(whole)
        lines.append(line)
    return lines


def _parts(word: str, room: float, size: float) -> list[str]:
    """A word in pieces that fit; hyphens and slashes are good places to break."""
    parts = [""]
    for letter in word:
        if parts[-1] and width_of(parts[-1] + letter, size) > room:
            cut = 1 + max(parts[-1].rfind(sign) for sign in "-_/.")
            rest = parts[-1][cut:] if 0 < cut < len(parts[-1]) else ""
            if rest:
                parts[-1] = parts[-1][:cut]
            parts.append(rest)
        parts[-1] += letter
    return parts


def fitted(content: str, room: float, most: int, size: float = SIZE) -> list[str]:
    """As ``wrap``, at most *most* lines; what is left out is shown by an ellipsis."""
    lines = wrap(content, room, size)
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    while last and width_of(last + _ELLIPSIS, size) > room:
        last = last[:-1]
    return [*lines[: most - 1], last.rstrip() + _ELLIPSIS]


def block(
    lines: list[str], x: float, top: float, colour: str, size: float = SIZE, anchor: str = "middle"
) -> str:
    """*lines* of text, the first one's top at *top*, aligned at *x*."""
    step = size * LEADING
    return "".join(
        tag(
            "text",
            text(line),
            x=x,
            y=top + step * index + size * 0.95,
            fill=colour,
            font_size=size,
            text_anchor=anchor,
            stroke="none",
        )
        for index, line in enumerate(lines)
        if line
    )


def centred(content: str, box: Box, colour: str, size: float = SIZE) -> str:
    """*content* in the middle of *box*."""
    x, y, width, height = box
    most = max(1, int(height / (size * LEADING)))
    lines = fitted(content, max(width, size), most, size)
    top = y + (height - len(lines) * size * LEADING) / 2
    return block(lines, x + width / 2, top, colour, size)
