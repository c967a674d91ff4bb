"""A layered graph: which node stands in which column, and in which order.

Flows go from left to right, except those that lead back; a flow over several columns gets a
place in each. Method: Sugiyama, Tagawa and Toda 1981 (columns by longest path, order by
barycentres).
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

_SWEEPS = 6
_MOST_BENDS = 20_000


@dataclass(frozen=True, slots=True)
class Block:
    """Something with a size to be placed; ``lane`` counts from above."""

    id: str
    width: float
    height: float
    lane: int = 0


@dataclass(frozen=True, slots=True)
class Link:
    """A flow between blocks. ``port`` is the boundary event that it leaves, or nothing."""

    id: str
    source: str
    target: str
    port: str = ""


@dataclass(slots=True)
class Graph:
    """Vertices by number: first one a block, then one for each bend of a long flow.

    Attributes:
        columns: vertices by column, in order from above.
        chains: by flow that leads on, its vertices from source to target.
        back: flows that lead back, or to where they come from.
    """

    blocks: list[Block]
    lane: list[int] = field(default_factory=list)
    column: list[int] = field(default_factory=list)
    columns: list[list[int]] = field(default_factory=list)
    chains: dict[str, list[int]] = field(default_factory=dict)
    back: list[Link] = field(default_factory=list)

    def is_block(self, vertex: int) -> bool:
        """Whether it is a block, not a bend."""
        return vertex < len(self.blocks)

    def pairs(self) -> Iterator[tuple[str, int, int]]:
        """Every step of every flow from one column to the next."""
        for name, chain in self.chains.items():
            yield from ((name, one, other) for one, other in pairwise(chain))


def layered(blocks: Sequence[Block], links: Sequence[Link]) -> Graph:
    """Arrange *blocks*; links to others are left out."""
    number = {block.id: index for index, block in enumerate(blocks)}
    known = [link for link in links if link.source in number and link.target in number]
    back, order = _backward([(number[k.source], number[k.target]) for k in known], len(blocks))
    forward = [link for index, link in enumerate(known) if index not in back]
    graph = Graph(list(blocks), [block.lane for block in blocks])
    graph.back = [known[index] for index in sorted(back)]
    pairs = [(number[link.source], number[link.target]) for link in forward]
    graph.column = _longest_paths(pairs, len(blocks))
    _make_chains(graph, forward, pairs)
    _order(graph, order)
    return graph


def _backward(pairs: Sequence[tuple[int, int]], count: int) -> tuple[set[int], list[int]]:
    """Indexes of the pairs that close a circle, and the vertices as a walk finds them."""
    leaving: defaultdict[int, list[int]] = defaultdict(list)
    for index, (source, _) in enumerate(pairs):
        leaving[source].append(index)
    entered = {target for source, target in pairs if source != target}
    back: set[int] = set()
    is_done: dict[int, bool] = {}  # Not in it: not seen yet; False: on the way.
    for start in sorted(range(count), key=lambda vertex: vertex in entered):
        stack = [] if start in is_done else [(start, iter(leaving[start]))]
        is_done.setdefault(start, False)
        while stack:
            vertex, rest = stack[-1]
            index = next(rest, -1)
            if index < 0:
                is_done[vertex] = True
                stack.pop()
                continue
            target = pairs[index][1]
            if is_done.get(target) is False:
                back.add(index)
            elif target not in is_done:
                is_done[target] = False
                stack.append((target, iter(leaving[target])))
    return back, list(is_done)


def _longest_paths(pairs: Sequence[tuple[int, int]], count: int) -> list[int]:
    following: defaultdict[int, list[int]] = defaultdict(list)
    waiting = [0] * count
    for source, target in pairs:
        following[source].append(target)
        waiting[target] += 1
    column = [0] * count
    ready = deque(vertex for vertex in range(count) if not waiting[vertex])
    while ready:
        vertex = ready.popleft()
        for target in following[vertex]:
            column[target] = max(column[target], column[vertex] + 1)
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    return column


def _make_chains(graph: Graph, links: Sequence[Link], pairs: Sequence[tuple[int, int]]) -> None:
    for link, (source, target) in zip(links, pairs, strict=True):
        chain = [source]
        for column in range(graph.column[source] + 1, graph.column[target]):
            if len(graph.lane) > _MOST_BENDS + len(graph.blocks):
                break
            chain.append(len(graph.lane))
            graph.lane.append(graph.lane[source])
            graph.column.append(column)
        graph.chains[link.id] = [*chain, target]


def _order(graph: Graph, found: Sequence[int]) -> None:
    """Sort every column by lane, then by where the neighbours stand."""
    rank = dict.fromkeys(range(len(graph.lane)), 0) | {v: i for i, v in enumerate(found)}
    for chain in graph.chains.values():
        for bend in chain[1:-1]:
            rank[bend] = rank[chain[0]]
    graph.columns = [[] for _ in range(max(graph.column, default=-1) + 1)]
    for vertex in sorted(rank, key=lambda v: (graph.lane[v], rank[v])):
        graph.columns[graph.column[vertex]].append(vertex)
    before: defaultdict[int, list[int]] = defaultdict(list)
    after: defaultdict[int, list[int]] = defaultdict(list)
    for _, one, other in graph.pairs():
        before[other].append(one)
        after[one].append(other)
    place = {v: i for column in graph.columns for i, v in enumerate(column)}
    for sweep in range(_SWEEPS):
        forward = sweep % 2 == 0
        for vertices in graph.columns if forward else reversed(graph.columns):
            _sort(vertices, graph.lane, before if forward else after, place)


def _sort(
    vertices: list[int],
    lane: Sequence[int],
    near: Mapping[int, Sequence[int]],
    place: dict[int, int],
) -> None:
    def wanted(vertex: int) -> tuple[int, float]:
        neighbours = near.get(vertex, ())
        if not neighbours:
            return lane[vertex], place[vertex]
        return lane[vertex], sum(place[v] for v in neighbours) / len(neighbours)

    vertices.sort(key=wanted)
    place.update((vertex, index) for index, vertex in enumerate(vertices))
