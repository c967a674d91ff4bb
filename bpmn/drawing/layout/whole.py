"""Lays out whole diagrams: every process that has no shapes, pools and lanes around them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from bpmn.drawing.layout.scopes import ScopeLayout
from bpmn.drawing.layout.sheet import Sheet
from bpmn.drawing.svg import Box, Point
from bpmn.model import SUB_PROCESSES, Diagram, Drawn, Participant, ProcessModel, Shape

_BAND = 30.0
_PADDING = 30.0
_LEAST = 120.0
_BLACK_BOX = 60.0
_POOL_GAP = 60.0


def layout(diagram: Diagram) -> Diagram:
    """*diagram* with shapes for every process that has none; the shapes that it has stay.

    Several processes, and processes with lanes, get a pool each where the diagram draws none.
    Flows lead from left to right; sub-processes are shown open.
    """
    shown = {shape.element for shape in diagram.shapes}
    bare = [p for p in diagram.processes if p.nodes and not any(n.id in shown for n in p.nodes)]
    if not bare:
        return diagram
    pools = diagram.participants + tuple(_missing_pools(diagram, bare))
    sheet = _pages(replace(diagram, participants=pools), bare, shown)
    shapes = _shapes(sheet)
    return replace(diagram, participants=pools, shapes=(*diagram.shapes, *shapes))


def _missing_pools(diagram: Diagram, bare: Sequence[ProcessModel]) -> Iterator[Participant]:
    held = {pool.process for pool in diagram.participants}
    several = len(bare) > 1 or bool(diagram.participants)
    for process in bare:
        if process.id not in held and (several or _lanes(diagram, process.id)):
            yield Participant(f"laneway_pool_{process.id}", process.name or process.id, process.id)


def _pages(diagram: Diagram, bare: Sequence[ProcessModel], shown: set[str]) -> Sheet:
    """Pools below each other, in drawn order, with message flows between them."""
    sheets = {process.id: _process(diagram, process) for process in bare}
    if not diagram.participants:
        return sheets[bare[0].id]
    whole = Sheet()
    wide = max(_width(diagram, name, sheet) for name, sheet in sheets.items())
    y = 0.0
    for pool in diagram.participants:
        if pool.id in shown or (pool.process and pool.process not in sheets):
            continue
        if not pool.process:
            whole.boxes[pool.id] = (0.0, y, wide, _BLACK_BOX)
            y += _BLACK_BOX + _POOL_GAP
            continue
        y += _pool(whole, pool, sheets.pop(pool.process), _lanes(diagram, pool.process), wide, y)
        y += _POOL_GAP
    for flow in diagram.message_flows:
        line = _message(whole.boxes, diagram, flow.source, flow.target)
        if line:
            whole.edges[flow.id] = line
    return whole


def _pool(
    whole: Sheet, pool: Participant, sheet: Sheet, lanes: Sequence[Drawn], wide: float, y: float
) -> float:
    """Put one pool on *whole*; returns its height."""
    left, top, _, height = sheet.extent()
    padding = 0.0 if lanes else _PADDING
    high = max(height + 2 * padding, _LEAST)
    depth = _depths(lanes)
    whole.boxes[pool.id] = (0.0, y, wide, high)
    for lane in lanes:
        _, lane_top, _, lane_high = sheet.boxes.pop(lane.id)
        at = _BAND * (1 + _depth(lane, lanes))
        whole.boxes[lane.id] = (at, y + lane_top - top, wide - at, lane_high)
    dx = _BAND * (1 + depth) + _PADDING - left
    whole.add(sheet, dx, y - top + (high - height) / 2)
    return high


def _width(diagram: Diagram, process: str, sheet: Sheet) -> float:
    return sheet.extent()[2] + _BAND * (1 + _depths(_lanes(diagram, process))) + 2 * _PADDING


def _depths(lanes: Sequence[Drawn]) -> int:
    return max((_depth(lane, lanes) for lane in lanes), default=-1) + 1


def _process(diagram: Diagram, process: ProcessModel) -> Sheet:
    """All of a process, innermost scopes first."""
    within: defaultdict[str, list[Drawn]] = defaultdict(list)
    for drawn in diagram.drawn:
        within[drawn.scope].append(drawn)
    flows = defaultdict(list)
    for flow in process.flows:
        flows[flow.scope].append(flow)
    lanes = _lanes(diagram, process.id)
    parents = {lane.parent for lane in lanes}
    leaves = [lane for lane in lanes if lane.id not in parents]
    sheets: dict[str, Sheet] = {}
    for scope in reversed(_scopes(process)):
        own = leaves if scope == process.id else []
        nodes = process.nodes_in.get(scope, ())
        work = ScopeLayout(nodes, flows[scope], within[scope], sheets, own)
        sheets[scope] = work.arrange()
        if own:
            _add_lanes(sheets[scope], lanes, dict(zip(leaves, work.lane_rows, strict=True)))
    return sheets[process.id]


def _add_lanes(
    sheet: Sheet, lanes: Sequence[Drawn], rows: Mapping[Drawn, tuple[float, float]]
) -> None:
    """The height of every lane; lanes around others span them."""
    left, above, wide, height = sheet.extent()
    rows = _stretched(rows, above - 16, above + height + 16)
    spans: dict[str, tuple[float, float]] = {}
    by_id = {lane.id: lane for lane in lanes}
    for leaf, (top, height) in rows.items():
        lane: Drawn | None = leaf
        while lane is not None:
            low, high = spans.get(lane.id, (top, top + height))
            spans[lane.id] = (min(low, top), max(high, top + height))
            lane = by_id.get(lane.parent)
    for name, (low, high) in spans.items():
        sheet.boxes[name] = (left, low, wide, high - low)


def _stretched(
    rows: Mapping[Drawn, tuple[float, float]], above: float, below: float
) -> dict[Drawn, tuple[float, float]]:
    """*rows*, the first and last made higher for flows that lead around them."""
    found = dict(rows)
    first, last = next(iter(found)), list(found)[-1]
    top, height = found[first]
    found[first] = min(top, above), height + max(0.0, top - above)
    top, height = found[last]
    found[last] = top, max(height, below - top)
    return found


def _lanes(diagram: Diagram, process: str) -> list[Drawn]:
    return [drawn for drawn in diagram.drawn if drawn.kind == "lane" and drawn.scope == process]


def _depth(lane: Drawn, lanes: Sequence[Drawn]) -> int:
    by_id = {each.id: each for each in lanes}
    depth = 0
    while lane.parent in by_id:
        lane, depth = by_id[lane.parent], depth + 1
    return depth


def _scopes(process: ProcessModel) -> list[str]:
    """The process and its sub-processes, outer ones first."""
    found = [process.id]
    for scope in found:
        found.extend(n.id for n in process.nodes_in.get(scope, ()) if n.type in SUB_PROCESSES)
    return found


def _message(
    boxes: Mapping[str, Box], diagram: Diagram, source: str, target: str
) -> list[Point] | None:
    """Straight from or to a black box; else with one step before the pool that it enters."""
    if source not in boxes or target not in boxes:
        return None
    black = {pool.id for pool in diagram.participants}
    (x, y, w, h), (a, b, c, d) = boxes[source], boxes[target]
    start, end = x + w / 2, a + c / 2
    start = end if source in black else start
    end = start if target in black else end
    down = b > y
    leave, enter = (y + h, b) if down else (y, b + d)
    if abs(start - end) < 1:
        return [(start, leave), (start, enter)]
    step = enter - _POOL_GAP / 2 if down else enter + _POOL_GAP / 2
    return [(start, leave), (start, step), (end, step), (end, enter)]


def _shapes(sheet: Sheet) -> Iterator[Shape]:
    for name, box in sheet.boxes.items():
        yield Shape(
            name,
            bounds=box,
            label=sheet.labels.get(name),
            is_expanded=name not in sheet.closed,
            is_marker_visible=True,
        )
    for name, line in sheet.edges.items():
        yield Shape(name, waypoints=tuple(line), label=sheet.labels.get(name))
