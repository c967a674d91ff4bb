"""Looks into a drawing: which element is drawn where, with what."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from bpmn.drawing import draw
from bpmn.loading import load
from bpmn.model import Diagram
from tests.bpmn.loading.drawn import file_of

SVG = "{http://www.w3.org/2000/svg}"
EVERY_SIGN = Path(__file__).with_name("every_sign.bpmn")


def diagram_of(body: str, shapes: str = "", plane: str = "p") -> Diagram:
    """A diagram of the process ``p`` with *body*, and *shapes* in its plane."""
    inner = f'<process id="p" isExecutable="true">{body}</process>'
    if shapes:
        inner += (
            f'<bpmndi:BPMNDiagram><bpmndi:BPMNPlane bpmnElement="{plane}">{shapes}'
            "</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"
        )
    return load(file_of(inner))


def shape(element: str, x: float, y: float, w: float, h: float, *, more: str = "") -> str:
    """A BPMNShape."""
    bounds = f'<dc:Bounds x="{x}" y="{y}" width="{w}" height="{h}"/>'
    return f'<bpmndi:BPMNShape bpmnElement="{element}" {more}>{bounds}</bpmndi:BPMNShape>'


def edge(element: str, *places: tuple[float, float]) -> str:
    """A BPMNEdge."""
    points = "".join(f'<di:waypoint x="{x}" y="{y}"/>' for x, y in places)
    return f'<bpmndi:BPMNEdge bpmnElement="{element}">{points}</bpmndi:BPMNEdge>'


class Picture:
    """A parsed drawing."""

    def __init__(self, diagram: Diagram, **options) -> None:
        self.svg = draw(diagram, **options)
        self.root = etree.fromstring(self.svg.encode())

    @property
    def elements(self) -> dict[str, etree._Element]:
        """The group of every element that is drawn."""
        groups = self.root.iter(SVG + "g")
        return {g.get("data-element-id"): g for g in groups if g.get("data-element-id")}

    def title(self, element: str) -> str:
        """What a screen reader says of *element*."""
        return self.elements[element].findtext(SVG + "title")

    @property
    def texts(self) -> list[str]:
        """Every line of text, in drawn order."""
        return [text.text for text in self.root.iter(SVG + "text")]

    @property
    def box(self) -> tuple[float, float, float, float]:
        """The view box."""
        x, y, w, h = map(float, self.root.get("viewBox").split())
        return x, y, w, h
