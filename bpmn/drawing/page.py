"""Chooses what is on the page, in the order in which it is drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from bpmn.drawing.svg import Box, Point
from bpmn.model import (
    SUB_PROCESSES,
    Diagram,
    Drawn,
    Flow,
    MessageFlow,
    Node,
    Participant,
    Shape,
)

Element = Node | Flow | Drawn | Participant | MessageFlow

MARGIN = 24.0
_GAP = 60.0
_FLAT = frozenset({"participant", "lane"})
# What lies over what: pools, lanes, then nodes and flows from outside in, then what explains.
_LAYERS = {"participant": 0, "lane": 1, "messageFlow": 3, "group": 4, "textAnnotation": 3}


@dataclass(frozen=True, slots=True)
class Item:
    """One shape or edge and what it stands for.

    ``kind`` is BPMN's local tag; ``is_open`` says that a sub-process shows what is in it,
    ``trigger`` is the start event of an event sub-process.
    """

    shape: Shape
    kind: str
    element: Element
    depth: int = 0
    is_open: bool = False
    trigger: Node | None = None

    @property
    def box(self) -> Box:
        """Bounds; of an edge those of its corners."""
        if self.shape.bounds is not None:
            return self.shape.bounds
        xs, ys = zip(*self.shape.waypoints, strict=True)
        return min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)


@dataclass(frozen=True, slots=True)
class Page:
    """What is drawn, from below to above; ``around`` gives the scope of every node."""

    items: tuple[Item, ...]
    around: Mapping[str, str]


def holder(element: str, shown: set[str], around: Mapping[str, str]) -> str:
    """The first of *element* and the scopes around it that is *shown*, or nothing."""
    seen = set()
    while element not in shown and element and element not in seen:
        seen.add(element)
        element = around.get(element, "")
    return element


def page_of(diagram: Diagram, part: str = "") -> Page:
    """The page of *diagram*, or of one process or sub-process of it, by id.

    Pages for several processes stand below each other; a page of its own for a collapsed
    sub-process is drawn only when it is the *part* that is wanted.
    """
    elements = dict(_elements(diagram))
    around = {
        name: element.scope
        for name, element in elements.items()
        if isinstance(element, Node | Flow | Drawn)
    }
    shapes = [shape for shape in diagram.shapes if shape.element in elements and _is_whole(shape)]
    if part:
        wanted = {name for name in elements if _is_in(name, part, around)} | {
            pool.id for pool in diagram.participants if pool.process == part
        }
        shapes = _of_part([shape for shape in shapes if shape.element in wanted], part)
    else:
        shapes = _stacked(shapes, elements)
    items = _items(shapes, elements, around)
    return Page(tuple(sorted(items, key=_layer)), around)


def _elements(diagram: Diagram) -> Iterator[tuple[str, Element]]:
    for each in (diagram.participants, diagram.drawn, diagram.message_flows):
        yield from ((element.id, element) for element in each)
    for process in diagram.processes:
        yield from ((node.id, node) for node in process.nodes)
        yield from ((flow.id, flow) for flow in process.flows)


def _kind(element: Element) -> str:
    match element:
        case Node():
            return element.type
        case Flow():
            return "sequenceFlow"
        case Drawn():
            return element.kind
        case Participant():
            return "participant"
    return "messageFlow"


def _is_whole(shape: Shape) -> bool:
    if shape.bounds is not None:
        return shape.bounds[2] > 0 and shape.bounds[3] > 0
    return len(shape.waypoints) > 1


def _is_in(name: str, part: str, around: Mapping[str, str]) -> bool:
    return bool(holder(around.get(name, ""), {part}, around))


def _of_part(shapes: list[Shape], part: str) -> list[Shape]:
    own = [shape for shape in shapes if shape.plane == part]
    return own or shapes


def _stacked(shapes: list[Shape], elements: Mapping[str, Element]) -> list[Shape]:
    """Pages of processes below each other, without those of sub-processes."""
    planes = dict.fromkeys(shape.plane for shape in shapes)
    pages = [p for p in planes if not isinstance(elements.get(p), Node)]
    pages = pages or list(planes)
    result: list[Shape] = []
    bottom = None
    for plane in pages:
        found = [shape for shape in shapes if shape.plane == plane]
        x, y, _, height = extent(found)
        if bottom is None:
            first_x, bottom = x, y
        result.extend(shifted(shape, first_x - x, bottom - y) for shape in found)
        bottom += height + _GAP
    return result


def extent(shapes: list[Shape]) -> Box:
    """The box around all of *shapes* and their labels."""
    boxes = [box for shape in shapes for box in _boxes(shape)]
    if not boxes:
        return 0.0, 0.0, 0.0, 0.0
    left, top = min(b[0] for b in boxes), min(b[1] for b in boxes)
    right, bottom = max(b[0] + b[2] for b in boxes), max(b[1] + b[3] for b in boxes)
    return left, top, right - left, bottom - top


def _boxes(shape: Shape) -> Iterator[Box]:
    if shape.bounds is not None:
        yield shape.bounds
    if shape.label is not None:
        yield shape.label
    yield from ((x, y, 0.0, 0.0) for x, y in shape.waypoints)


def shifted(shape: Shape, dx: float, dy: float) -> Shape:
    """*shape* moved."""
    if not dx and not dy:
        return shape
    return replace(
        shape,
        bounds=_moved(shape.bounds, dx, dy),
        label=_moved(shape.label, dx, dy),
        waypoints=tuple(_step(place, dx, dy) for place in shape.waypoints),
    )


def _moved(box: Box | None, dx: float, dy: float) -> Box | None:
    return None if box is None else (box[0] + dx, box[1] + dy, box[2], box[3])


def _step(place: Point, dx: float, dy: float) -> Point:
    return place[0] + dx, place[1] + dy


def _items(
    shapes: list[Shape], elements: Mapping[str, Element], around: Mapping[str, str]
) -> Iterator[Item]:
    holding = {around.get(shape.element, "") for shape in shapes}
    closed = {
        shape.element for shape in shapes if not shape.is_expanded and shape.plane != shape.element
    }
    depths: dict[str, int] = {}
    starts = {
        e.scope: e for e in elements.values() if isinstance(e, Node) and e.type == "startEvent"
    }
    for shape in shapes:
        scope = around.get(shape.element, "")
        if holder(scope, closed, around):
            continue
        element = elements[shape.element]
        kind = _kind(element)
        yield Item(
            shape=shape,
            kind=kind,
            element=element,
            depth=_depth(scope, around, depths),
            is_open=kind in SUB_PROCESSES
            and shape.element not in closed
            and shape.element in holding,
            trigger=starts.get(shape.element)
            if getattr(element, "triggered_by_event", 0)
            else None,
        )


def _depth(scope: str, around: Mapping[str, str], known: dict[str, int]) -> int:
    chain = []
    while scope and scope not in known and scope not in chain:
        chain.append(scope)
        scope = around.get(scope, "")
    depth = known.get(scope, 0)
    for name in reversed(chain):
        depth += 1
        known[name] = depth
    return depth


def _layer(item: Item) -> tuple[int, int, int]:
    """Sort key; equal ones stay in drawn order."""
    within = 2 if item.kind == "boundaryEvent" else 0 if item.shape.waypoints else 1
    if item.kind in _FLAT:
        return _LAYERS[item.kind], 0, 0
    return _LAYERS.get(item.kind, 2), item.depth, within
