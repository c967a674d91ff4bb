"""The corners of flows between blocks that have their places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bpmn.drawing.layout.graph import Graph, Link
from bpmn.drawing.svg import Box, Point

_STEP = 12.0
_ABOVE = 26.0
_OUT = 18.0
# Beyond it every flow takes the way that is always free: looking costs time.
_MOST_LOOKED_AT = 1_500


@dataclass(frozen=True, slots=True)
class Places:
    """Where everything stands.

    Attributes:
        boxes: of blocks and boundary events.
        rows: middle of every vertex.
        gaps: left and right end of the room behind each column.
        tips: blocks that flows may also leave and enter above and below (gateways).
    """

    boxes: Mapping[str, Box]
    rows: Mapping[int, float]
    gaps: Sequence[tuple[float, float]]
    tips: frozenset[str]


def routes(graph: Graph, links: Sequence[Link], places: Places) -> dict[str, list[Point]]:
    """The corners of every link by id."""
    by_id = {link.id: link for link in links}
    slots = _slots(graph, places)
    found = {
        name: _onward(graph, by_id[name], chain, slots, places)
        for name, chain in graph.chains.items()
    }
    for index, link in enumerate(graph.back):
        found[link.id] = _Loop(graph, link, places, 1 + index).corners()
    return found


def _slots(graph: Graph, places: Places) -> dict[tuple[int, int], float]:
    """Where in the room behind its column each step goes up or down; by vertices."""
    wanted: defaultdict[int, dict[tuple[int, int], tuple[float, float]]] = defaultdict(dict)
    for _, one, other in graph.pairs():
        start, end = places.rows[one], places.rows[other]
        if abs(start - end) > 1:
            down = end > start
            # Lower steps that go down turn first, and upper ones that go up: fewer crossings.
            wanted[graph.column[one]][one, other] = (0.0 if down else 1.0, -end if down else end)
    slots = {}
    for column, steps in wanted.items():
        left, right = places.gaps[column]
        ordered = sorted(steps, key=steps.__getitem__)
        for index, step in enumerate(ordered):
            slots[step] = left + (right - left) * (index + 1) / (len(ordered) + 1)
    return slots


def _onward(
    graph: Graph,
    link: Link,
    chain: Sequence[int],
    slots: Mapping[tuple[int, int], float],
    places: Places,
) -> list[Point]:
    start, end = places.boxes[link.port or link.source], places.boxes[link.target]
    row = start[1] + start[3] / 2
    corners: list[Point] = [(start[0] + start[2], row)]
    if link.port:
        middle, row = start[0] + start[2] / 2, start[1] + start[3] + _OUT
        corners = [(middle, start[1] + start[3]), (middle, row)]
    for index, step in enumerate(pairwise(chain)):
        target = places.rows[step[1]]
        if index == 0 and _leaves_below(link, target, places):
            tip = _tip(start, target)
            corners = [tip, (tip[0], target)]
        elif step[1] == chain[-1] and _enters_above(link, row, places):
            tip = _tip(end, row)
            return _plain([*corners, (tip[0], row), tip])
        elif abs(target - row) > 1:
            turn = slots.get(step, sum(places.gaps[graph.column[step[0]]]) / 2)
            corners += [(turn, row), (turn, target)]
        row = target
    return _plain([*corners, (end[0], end[1] + end[3] / 2)])


def _leaves_below(link: Link, target: float, places: Places) -> bool:
    """Whether a flow goes straight up or down from where it begins."""
    box = places.boxes[link.port or link.source]
    if link.port:
        return target > box[1] + box[3] and _is_clear(link, box, target, places)
    far = abs(target - box[1] - box[3] / 2) > box[3] / 2
    return link.source in places.tips and far and _is_clear(link, box, target, places)


def _enters_above(link: Link, row: float, places: Places) -> bool:
    box = places.boxes[link.target]
    far = abs(row - box[1] - box[3] / 2) > box[3] / 2 + 8
    return link.target in places.tips and far and _is_clear(link, box, row, places)


def _is_clear(link: Link, box: Box, row: float, places: Places) -> bool:
    """Whether nothing stands between *box* and *row*, above or below its middle."""
    if len(places.boxes) > _MOST_LOOKED_AT:
        return False
    x, middle = box[0] + box[2] / 2, box[1] + box[3] / 2
    low, high = min(row, middle), max(row, middle)
    own = {link.source, link.target, link.port}
    return not any(
        left - 5 < x < left + width + 5 and top - 5 < high and top + height + 5 > low
        for name, (left, top, width, height) in places.boxes.items()
        if name not in own
    )


def _tip(box: Box, towards: float) -> Point:
    x, y, w, h = box
    return x + w / 2, y if towards < y + h / 2 else y + h


class _Loop:
    """A flow that leads back: around all that stands between its ends, on the nearer side."""

    def __init__(self, graph: Graph, link: Link, places: Places, index: int) -> None:
        self.link, self.places = link, places
        self.start, self.end = places.boxes[link.port or link.source], places.boxes[link.target]
        column = {block.id: graph.column[vertex] for vertex, block in enumerate(graph.blocks)}
        self.leaving = places.gaps[column[link.source]][0] + _STEP
        target = column[link.target]
        self.entering = (places.gaps[target - 1][1] if target else self.end[0]) - _STEP
        self.level = self._level(index)

    def corners(self) -> list[Point]:
        """From the start to the level, along it, and to the end."""
        return _plain([*self._leave(), *self._enter()])

    def _level(self, index: int) -> float:
        left, right = self.end[0], self.start[0] + self.start[2]
        between = [
            (y, y + h) for x, y, w, h in self.places.boxes.values() if x < right and x + w > left
        ]
        top, bottom = min(y for y, _ in between), max(y for _, y in between)
        above = self.start[1] + self.end[1] - 2 * top
        below = 2 * bottom - self.start[1] - self.end[1] - self.start[3] - self.end[3]
        if below < above or (self.link.port and below <= above):
            return bottom + _ABOVE + _STEP + index * _STEP
        return top - _ABOVE - index * _STEP

    def _leave(self) -> list[Point]:
        x, y, w, h = self.start
        tip = _tip(self.start, self.level)
        is_clear = _is_clear(self.link, self.start, self.level, self.places)
        if is_clear and (self.level > y or not self.link.port):
            return [tip, (tip[0], self.level)]
        if self.link.port:
            foot, side = y + h + _OUT, self.leaving
            return [(x + w / 2, y + h), (x + w / 2, foot), (side, foot), (side, self.level)]
        return [(x + w, y + h / 2), (self.leaving, y + h / 2), (self.leaving, self.level)]

    def _enter(self) -> list[Point]:
        x, y, w, h = self.end
        if _is_clear(self.link, self.end, self.level, self.places):
            # A flow to where it comes from must not lie on itself.
            aside = w / 4 if self.link.source == self.link.target else 0
            place, edge = _tip(self.end, self.level)
            return [(place - aside, self.level), (place - aside, edge)]
        return [(self.entering, self.level), (self.entering, y + h / 2), (x, y + h / 2)]


def _plain(corners: Sequence[Point]) -> list[Point]:
    """Without corners where the line does not turn."""
    result: list[Point] = []
    for corner in corners:
        if result and corner == result[-1]:
            continue
        if len(result) > 1 and _is_between(result[-2], result[-1], corner):
            result.pop()
        result.append(corner)
    return result


def _is_between(one: Point, middle: Point, other: Point) -> bool:
    return one[0] == middle[0] == other[0] or one[1] == middle[1] == other[1]
