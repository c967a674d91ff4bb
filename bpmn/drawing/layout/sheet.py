"""Places found so far, for one scope, one process, or all."""

from __future__ import annotations

from dataclasses import dataclass, field

from bpmn.drawing.svg import Box, Point


@dataclass(slots=True)
class Sheet:
    """Boxes, edges and labels by element id; ``closed`` holds collapsed sub-processes."""

    boxes: dict[str, Box] = field(default_factory=dict)
    edges: dict[str, list[Point]] = field(default_factory=dict)
    labels: dict[str, Box] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)

    def extent(self) -> Box:
        """The box around everything."""
        boxes = [*self.boxes.values(), *self.labels.values()]
        corners = [place for line in self.edges.values() for place in line]
        left = min([*(b[0] for b in boxes), *(x for x, _ in corners)], default=0.0)
        top = min([*(b[1] for b in boxes), *(y for _, y in corners)], default=0.0)
        right = max([*(b[0] + b[2] for b in boxes), *(x for x, _ in corners)], default=0.0)
        bottom = max([*(b[1] + b[3] for b in boxes), *(y for _, y in corners)], default=0.0)
        return left, top, right - left, bottom - top

    def add(self, other: Sheet, dx: float, dy: float) -> None:
        """Lay *other* on this one, moved."""
        for mine, its in ((self.boxes, other.boxes), (self.labels, other.labels)):
            mine.update((k, (x + dx, y + dy, w, h)) for k, (x, y, w, h) in its.items())
        for name, line in other.edges.items():
            self.edges[name] = [(x + dx, y + dy) for x, y in line]
        self.closed |= other.closed
