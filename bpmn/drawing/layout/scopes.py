"""Arranges what is directly in one process or sub-process."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from math import copysign

from bpmn.drawing.layout.graph import Block, Graph, Link, layered
from bpmn.drawing.layout.routes import Places, routes
from bpmn.drawing.layout.rows import rows
from bpmn.drawing.layout.sheet import Sheet
from bpmn.drawing.lettering import LEADING, SIZE, width_of, wrap
from bpmn.drawing.svg import Box, Point
from bpmn.model import EVENTS, GATEWAYS, SUB_PROCESSES, Drawn, Flow, Node

EVENT = 36.0
_TASK = (100.0, 80.0)
_GATEWAY = 50.0
_COLUMN_GAP = 60.0
_SLOT = 14.0
_LANE_PADDING = 30.0
_LANE_LEAST = 120.0
_SPACE = 44.0
_ROW_WIDTH = 900.0
_SUB_PADDING = (30.0, 40.0, 30.0, 38.0)
_DATA = {"dataObjectReference": (36.0, 50.0), "dataStoreReference": (50.0, 50.0)}
_NOTE_WIDTH = 130.0


class ScopeLayout:
    """One scope: its nodes in columns, what has no flow below them, then what explains."""

    def __init__(
        self,
        nodes: Sequence[Node],
        flows: Sequence[Flow],
        drawn: Sequence[Drawn],
        inner: Mapping[str, Sheet],
        lanes: Sequence[Drawn],
    ) -> None:
        self.nodes = {node.id: node for node in nodes}
        self.flows = flows
        self.drawn = drawn
        self.inner = inner
        self.lanes = lanes
        self.sheet = Sheet()
        self.lane_rows: list[tuple[float, float]] = []
        self.lane_of = {name: i for i, lane in enumerate(lanes) for name in lane.members}
        self.attached: defaultdict[str, list[str]] = defaultdict(list)
        for node in nodes:
            if node.attached_to:
                self.attached[node.attached_to].append(node.id)
        self.drops: dict[tuple[int, int], float] = {}

    def arrange(self) -> Sheet:
        """Everything in this scope and below, from 0, 0 on."""
        links = list(self._links())
        linked = {end for link in links for end in (link.source, link.target)}
        hosted = [node for node in self.nodes.values() if node.attached_to in self.nodes]
        placed = [node for node in self.nodes.values() if node.attached_to not in self.nodes]
        alone = [node for node in placed if node.id not in linked and not self.lanes]
        flowing = [node for node in placed if node not in alone] if alone else placed
        graph = layered([self._block(node) for node in flowing], links)
        places = self._place(graph, hosted)
        self.sheet.boxes.update(places.boxes)
        self.sheet.edges.update(routes(graph, links, places))
        self._below([(node.id, self._size(node)) for node in alone])
        self._attach(hosted)
        self._explain()
        self._label()
        return self._with_inner()

    def _links(self) -> Iterator[Link]:
        """Flows, and associations from boundary events to handlers; ordinary ones first."""
        flows = [(flow.id, flow.source, flow.target) for flow in self.flows]
        others = [(d.id, d.source, d.target) for d in self.drawn if d.kind == "association"]
        ends = [end for end in flows if not self._host(end[1])]
        ends += [end for end in (*flows, *others) if self._host(end[1])]
        for name, source, target in ends:
            host = self._host(source)
            if target in self.nodes and (host or source in self.nodes):
                yield Link(name, host or source, target, source if host else "")

    def _host(self, node: str) -> str:
        found = self.nodes.get(node)
        return found.attached_to if found and found.attached_to in self.nodes else ""

    def _block(self, node: Node) -> Block:
        width, height = self._size(node)
        height += EVENT if node.id in self.attached else 0
        return Block(node.id, width, height, self.lane_of.get(node.id, 0))

    def _size(self, node: Node) -> tuple[float, float]:
        if node.type in EVENTS:
            return EVENT, EVENT
        if node.type in GATEWAYS:
            return _GATEWAY, _GATEWAY
        if node.id in self.inner and self.inner[node.id].boxes:
            _, _, w, h = self.inner[node.id].extent()
            left, top, right, bottom = _SUB_PADDING
            return max(_TASK[0], w + left + right), max(_TASK[1], h + top + bottom)
        return _TASK

    def _place(self, graph: Graph, hosted: Iterable[Node]) -> Places:
        ports = {node.id for node in hosted}
        self._find_drops(graph, ports)
        middles: dict[int, float] = {}
        top = 0.0
        for lane in range(max(1, len(self.lanes))):
            found = rows(graph, lane=lane, drops=self.drops)
            high = max((y + self._half(graph, v) for v, y in found.items()), default=0.0)
            padding = _LANE_PADDING if self.lanes else 0.0
            height = max(high + 2 * padding, _LANE_LEAST if self.lanes else 0.0)
            shift = top + (height - high) / 2
            middles.update((vertex, y + shift) for vertex, y in found.items())
            self.lane_rows.append((top, height))
            top += height
        return self._across(graph, middles)

    def _find_drops(self, graph: Graph, ports: set[str]) -> None:
        sources = {flow.id: flow.source for flow in self.flows}
        sources |= {each.id: each.source for each in self.drawn}
        for name, chain in graph.chains.items():
            if sources.get(name) in ports:
                height = graph.blocks[chain[0]].height
                self.drops[chain[0], chain[1]] = height / 2 + _SPACE

    @staticmethod
    def _half(graph: Graph, vertex: int) -> float:
        return graph.blocks[vertex].height / 2 if graph.is_block(vertex) else 0.0

    def _across(self, graph: Graph, middles: Mapping[int, float]) -> Places:
        boxes: dict[str, Box] = {}
        gaps = []
        left = 0.0
        turns = [0] * len(graph.columns)
        for _, one, other in graph.pairs():
            turns[graph.column[one]] += abs(middles[one] - middles[other]) > 1
        for column, vertices in enumerate(graph.columns):
            blocks = [(graph.blocks[v], middles[v]) for v in vertices if graph.is_block(v)]
            wide = max((block.width for block, _ in blocks), default=0.0)
            for block, middle in blocks:
                width, height = self._size(self.nodes[block.id])
                boxes[block.id] = (left + (wide - width) / 2, middle - height / 2, width, height)
            gap = max(_COLUMN_GAP, _SLOT * (turns[column] + 1))
            gaps.append((left + wide, left + wide + gap))
            left += wide + gap
        for node in self.nodes.values():
            if node.attached_to in boxes:
                boxes[node.id] = self._on_border(node, boxes[node.attached_to])
        tips = frozenset(node.id for node in self.nodes.values() if node.type in GATEWAYS)
        return Places(boxes, middles, gaps, tips)

    def _on_border(self, node: Node, host: Box) -> Box:
        others = self.attached[node.attached_to]
        share = (others.index(node.id) + 1) / (len(others) + 1)
        x, y, w, h = host
        return x + w * share - EVENT / 2, y + h - EVENT / 2, EVENT, EVENT

    def _attach(self, hosted: Iterable[Node]) -> None:
        for node in hosted:
            host = self.sheet.boxes.get(node.attached_to)
            if host is not None and node.id not in self.sheet.boxes:
                self.sheet.boxes[node.id] = self._on_border(node, host)

    def _below(self, sized: Sequence[tuple[str, tuple[float, float]]]) -> None:
        """In rows below everything so far."""
        left, top, width, height = self.sheet.extent()
        x, y = left, top + height + (_SPACE if self.sheet.boxes else 0.0)
        deepest = 0.0
        for name, (wide, high) in sized:
            if x > left and x + wide > left + max(width, _ROW_WIDTH):
                x, y, deepest = left, y + deepest + _SPACE, 0.0
            self.sheet.boxes[name] = (x, y, wide, high)
            x += wide + _COLUMN_GAP
            deepest = max(deepest, high)

    def _explain(self) -> None:
        """Annotations and data, below what they belong to; then the lines to them."""
        lines = [d for d in self.drawn if d.kind.endswith("ssociation")]
        near = {a: b for d in lines for a, b in ((d.source, d.target), (d.target, d.source))}
        found = [(d, size) for d in self.drawn if (size := _size_of(d))]
        found.sort(key=lambda pair: self._middle(near.get(pair[0].id, "")))
        left, top, _, height = self.sheet.extent()
        right, y = left, top + height + _SPACE
        for each, (wide, high) in found:
            x = max(right, self._middle(near.get(each.id, "")) - wide / 2)
            self.sheet.boxes[each.id] = (x, y, wide, high)
            right = x + max(wide, 70.0) + 20
        for line in lines:
            source, target = (self.sheet.boxes.get(end) for end in (line.source, line.target))
            if source and target and line.id not in self.sheet.edges:
                self.sheet.edges[line.id] = _straight(source, target)

    def _middle(self, name: str) -> float:
        x, _, w, _ = self.sheet.boxes.get(name, (0.0, 0.0, 0.0, 0.0))
        return x + w / 2

    def _label(self) -> None:
        boxes, edges = self.sheet.boxes, self.sheet.edges
        starts = Counter(line[0] for line in edges.values())
        for flow in self.flows:
            if flow.name and flow.id in edges:
                line = edges[flow.id]
                # Flows that leave together are told apart where they have parted.
                self.sheet.labels[flow.id] = _beside(
                    flow.name, line, is_shared=starts[line[0]] > 1 and len(line) > 2
                )
        used = {place for line in edges.values() for place in (line[0], line[-1])}
        for node in self.nodes.values():
            if node.name and node.id in boxes and node.type in EVENTS | GATEWAYS:
                place = self._beside_node(node, boxes[node.id], used)
                if place:
                    self.sheet.labels[node.id] = place

    def _beside_node(self, node: Node, box: Box, used: set[Point]) -> Box | None:
        """Where the name stands clear of flows; nothing for the usual place, below."""
        x, y, w, h = box
        wide, high = min(90.0, width_of(node.name, 11)), 14.0 * len(wrap(node.name, 90, 11))
        if node.attached_to:
            others = self.attached[node.attached_to]
            left = 2 * others.index(node.id) + 1 < len(others)
            return (x - wide - 2 if left else x + w + 2), y + h - 6, wide, high
        if (x + w / 2, y + h) not in used:
            return None
        if (x + w / 2, y) not in used:
            return x + w / 2 - 45, y - 5 - high, 90, high
        return x + w / 2 - 8 - wide, y + 6 - high, wide, high

    def _with_inner(self) -> Sheet:
        for node in self.nodes.values():
            inner = self.inner.get(node.id)
            if node.type not in SUB_PROCESSES or node.id not in self.sheet.boxes:
                continue
            if inner is None or not inner.boxes:
                self.sheet.closed.add(node.id)
                continue
            x, y, _, _ = self.sheet.boxes[node.id]
            left, top, _, _ = inner.extent()
            self.sheet.add(inner, x + _SUB_PADDING[0] - left, y + _SUB_PADDING[1] - top)
        return self.sheet


def _size_of(drawn: Drawn) -> tuple[float, float] | None:
    if drawn.kind == "textAnnotation":
        lines = len(wrap(drawn.name, _NOTE_WIDTH - 12)) or 1
        return _NOTE_WIDTH, max(30.0, 12 + lines * SIZE * LEADING)
    return _DATA.get(drawn.kind)


def _straight(source: Box, target: Box) -> list[Point]:
    """From border to border, above or below."""
    (x, y, w, h), (a, b, c, d) = source, target
    if b >= y + h:
        return [(x + w / 2, y + h), (a + c / 2, b)]
    if y >= b + d:
        return [(x + w / 2, y), (a + c / 2, b + d)]
    return [(x + w, y + h / 2), (a, b + d / 2)]


def _beside(name: str, line: Sequence[Point], *, is_shared: bool) -> Box:
    """Above the first level piece that has room, else right of the first upright one."""
    line = line[1:] if is_shared else line
    wide = min(90.0, width_of(name, 11) + 2)
    high = 14.0 * len(wrap(name, 90, 11))
    for (x, y), (a, b) in pairwise(line):
        if y == b and abs(a - x) > 30:
            start = x + 6 if a > x else x - 6 - wide
            return start, y - high - 3, wide, high
    (x, y), (_, b) = line[0], line[1]
    middle = y + copysign(min(28.0, abs(b - y) / 2), b - y)
    return x + 5, middle - high / 2, wide, high
