"""What lies above the shapes: names beside them, heat, and badges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bpmn.drawing.lettering import LABEL_SIZE, LEADING, block, centred, fitted, width_of
from bpmn.drawing.marks import Marks, State
from bpmn.drawing.page import Item
from bpmn.drawing.shapes import halfway, line, middle
from bpmn.drawing.svg import Box, group, moved, tag, text
from bpmn.drawing.theme import Theme

_LABEL_ROOM = 90.0
_MOST_LINES = 6
_LEVELS = 8
# Rim to centre; a colour is a place between the cool and the hot end.
_COLOURS = ("#b9e8f0", "#c8ecb4", "#f2e27a", "#f7b955", "#f0784a", "#e23b2e")


def label(item: Item, colour: str, *, paper: str) -> str:
    """The name of an event, gateway, datum, group or flow beside it."""
    name = item.element.name
    if not name:
        return ""
    drawn = item.shape.label
    room = max(_LABEL_ROOM, drawn[2] if drawn else 0.0)
    lines = fitted(name, room, _MOST_LINES, LABEL_SIZE)
    x, top = _label_place(item, drawn, len(lines))
    text_block = block(lines, x, top, colour, LABEL_SIZE)
    if not item.shape.waypoints or drawn is not None:
        return text_block
    # Nobody placed it, so it stands on its line: on paper of its own it can be read.
    wide = max(width_of(line, LABEL_SIZE) for line in lines) + 4
    high = len(lines) * LABEL_SIZE * LEADING
    sheet = tag("rect", x=x - wide / 2, y=top, width=wide, height=high, fill=paper)
    return sheet + text_block


def label_box(item: Item) -> Box | None:
    """Where the label stands, for the size of the page."""
    if not item.element.name or item.kind in ("participant", "lane"):
        return None
    drawn = item.shape.label
    if drawn is not None:
        return drawn
    x, top = _label_place(item, None, 2)
    return x - _LABEL_ROOM / 2, top, _LABEL_ROOM, 2 * LABEL_SIZE * LEADING


def _label_place(item: Item, drawn: Box | None, lines: int) -> tuple[float, float]:
    if drawn is not None:
        return drawn[0] + drawn[2] / 2, drawn[1]
    high = lines * LABEL_SIZE * LEADING
    if item.shape.waypoints:
        x, y = halfway(list(item.shape.waypoints))
        return x, y - high / 2
    x, y, w, h = item.box
    return x + w / 2, y + 4 if item.kind == "group" else y + h + 5


def heat(items: Iterable[Item], marks: Marks, theme: Theme) -> str:
    """Warm light over what happened often; hottest where it happened most."""
    spots = [(item, marks.heat[item.shape.element]) for item in items if _is_hot(item, marks)]
    if not spots:
        return ""
    most = max(times for _, times in spots)
    levels = [(item, 1 + round((_LEVELS - 1) * times / most)) for item, times in spots]
    gradients = "".join(_gradient(level) for level in sorted({level for _, level in levels}))
    glow = "".join(_spot(item, level) for item, level in levels)
    return tag("defs", gradients) + group(glow, style=f"mix-blend-mode:{theme.blend}")


def _is_hot(item: Item, marks: Marks) -> bool:
    return bool(item.shape.bounds) and marks.heat.get(item.shape.element, 0) > 0


def _gradient(level: int) -> str:
    warmest = max(1, round((len(_COLOURS) - 1) * level / _LEVELS))
    colours = _COLOURS[: warmest + 1][::-1]
    last = len(colours)
    stops = "".join(
        tag(
            "stop",
            offset=index / last,
            stop_color=colour,
            stop_opacity=0.85 * (1 - index / last) ** 0.6,
        )
        for index, colour in enumerate(colours)
    )
    rim = tag("stop", offset=1, stop_color=colours[-1], stop_opacity=0)
    return tag("radialGradient", stops, rim, id=f"laneway-heat-{level}")


def _spot(item: Item, level: int) -> str:
    x, y = middle(item.box)
    return tag(
        "ellipse",
        cx=x,
        cy=y,
        rx=item.box[2] / 2 + 45,
        ry=item.box[3] / 2 + 45,
        fill=f"url(#laneway-heat-{level})",
    )


def badges(items: Iterable[Item], marks: Marks, theme: Theme) -> Iterator[str]:
    """At the top right of each element that has something to say: a sign, a count, a colour."""
    for item in items:
        found = badge_of(item.shape.element, marks)
        if found is None or item.shape.bounds is None:
            continue
        state, count = found
        x, y, w, _ = item.box
        yield moved(x + w, y, _badge(state, count, theme))


def badge_of(element: str, marks: Marks) -> tuple[State | None, int] | None:
    """State and count to be told of *element*; ``None`` for the state of mere heat."""
    count, state = marks.tokens.get(element, 0), marks.states.get(element)
    if state is not None or count > 0:
        return state or State.ACTIVE, count
    times = marks.heat.get(element, 0)
    return (None, times) if times > 0 else None


def short(count: int) -> str:
    """*count* in at most four letters or so."""
    for size, letter in ((1_000_000_000, "G"), (1_000_000, "M"), (10_000, "k")):
        if count >= size:
            return f"{count // (1000 if letter == 'k' else size)}{letter}"
    return str(count)


_SIGNS = {
    State.INCIDENT: "M0 -4.2V0.8M0 3.8V4",
    State.COMPLETED: "M-3.8 0.4L-1.2 3.2L3.8 -3.2",
    State.CANCELLED: "M-3.2 -3.2L3.2 3.2M3.2 -3.2L-3.2 3.2",
    State.SUSPENDED: "M-2 -3.6V3.6M2 -3.6V3.6",
}


def _badge(state: State | None, count: int, theme: Theme) -> str:
    sign = _SIGNS.get(state) if state else None
    # A single thing that has a sign needs no number.
    digits = "" if sign and count < 2 else short(count)
    wide = width_of(digits, 12) * 1.06
    inner = wide + (9 if sign else 0) + (4 if sign and digits else 0)
    width = max(22.0, inner + 13)
    fill, colour, rim = _badge_colours(state, theme)
    parts = [
        tag(
            "rect",
            x=-width / 2,
            y=-11,
            width=width,
            height=22,
            rx=11,
            fill=fill,
            stroke=rim,
            stroke_width=2,
        )
    ]
    left = -inner / 2
    if sign:
        parts.append(moved(left + 4.5, 0, line(sign, colour, 2)))
    if digits:
        parts.append(
            tag(
                "text",
                text(digits),
                x=inner / 2 - wide / 2,
                y=4.2,
                fill=colour,
                font_size=12,
                font_weight="bold",
                text_anchor="middle",
                stroke="none",
            )
        )
    return "".join(parts)


def _badge_colours(state: State | None, theme: Theme) -> tuple[str, str, str]:
    if state is None:
        return theme.paper, theme.text, theme.quiet
    fill = {
        State.ACTIVE: theme.active,
        State.INCIDENT: theme.incident,
        State.COMPLETED: theme.completed,
    }.get(state, theme.quiet)
    return fill, theme.on_badge, theme.paper


def note(words: str, theme: Theme) -> str:
    """A page that has nothing but words on it."""
    return centred(words, (0.0, 0.0, 320.0, 80.0), theme.text)
