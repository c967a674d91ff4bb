"""How far down each vertex of a layered graph stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from bpmn.drawing.layout.graph import Graph

GAP = 36.0
_BEND = 12.0
_ROUNDS = 16


def rows(graph: Graph, *, lane: int, drops: Mapping[tuple[int, int], float]) -> dict[int, float]:
    """The middle of every vertex in *lane*, from 0 downwards on.

    Neighbours are drawn to the same height, as far as those above and below leave room.

    Args:
        graph: with ordered columns.
        lane: the lane; lanes do not touch each other.
        drops: steps that lead down (from boundary events), and how far.
    """
    columns = [[v for v in column if graph.lane[v] == lane] for column in graph.columns]
    before: defaultdict[int, list[int]] = defaultdict(list)
    after: defaultdict[int, list[int]] = defaultdict(list)
    for _, one, other in graph.pairs():
        if graph.lane[one] == graph.lane[other] == lane:
            before[other].append(one)
            if (one, other) not in drops:
                after[one].append(other)
    place: dict[int, float] = {}
    for column in columns:
        place.update(zip(column, _offsets(graph, column), strict=True))
    for turn in range(_ROUNDS):
        forward = turn % 2 == 1
        for column in columns if forward else reversed(columns):
            near = before if forward else after
            wishes = [_wish(vertex, near[vertex], place, drops) for vertex in column]
            place.update(zip(column, _settled(wishes, _offsets(graph, column)), strict=True))
    top = min((y - up(graph, v) for v, y in place.items()), default=0.0)
    return {vertex: y - top for vertex, y in place.items()}


def up(graph: Graph, vertex: int) -> float:
    """Half the height of a vertex."""
    return graph.blocks[vertex].height / 2 if graph.is_block(vertex) else _BEND / 2


def _wish(
    vertex: int,
    near: Sequence[int],
    place: Mapping[int, float],
    drops: Mapping[tuple[int, int], float],
) -> float:
    if not near:
        return place[vertex]
    return sum(place[other] + drops.get((other, vertex), 0.0) for other in near) / len(near)


def _offsets(graph: Graph, column: Sequence[int]) -> list[float]:
    """The middles of a column that is packed as closely as it may be."""
    offsets: list[float] = []
    bottom = 0.0
    for vertex in column:
        half = up(graph, vertex)
        offsets.append(bottom + half)
        bottom += 2 * half + GAP
    return offsets


def _settled(wishes: Sequence[float], offsets: Sequence[float]) -> list[float]:
    """The places nearest to *wishes* that are as far apart as *offsets*, in the same order.

    Least squares under an order (pool adjacent violators).
    """
    runs: list[tuple[float, int]] = []
    for wish, offset in zip(wishes, offsets, strict=True):
        mean, count = wish - offset, 1
        while runs and runs[-1][0] > mean:
            other, size = runs.pop()
            mean, count = (mean * count + other * size) / (count + size), count + size
        runs.append((mean, count))
    shifts = [mean for mean, count in runs for _ in range(count)]
    return [shift + offset for shift, offset in zip(shifts, offsets, strict=True)]
