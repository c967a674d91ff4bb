"""Diagrams without shapes get some: every process, nothing on top of anything else."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpmn.drawing import draw, layout, with_layout
from bpmn.loading import load
from bpmn.model import Diagram
from tests.bpmn.drawing.pictures import Picture, diagram_of, shape
from tests.bpmn.loading.drawn import file_of, process_file

EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*/*.bpmn"))
_SHAPES = re.compile(rb"<bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>", re.DOTALL)


def _flow(name: str, source: str, target: str) -> str:
    return f'<sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}"/>'


def boxes(diagram: Diagram):
    return {s.element: s.bounds for s in diagram.shapes if s.bounds}


def overlapping(diagram: Diagram) -> list[tuple[str, str]]:
    """Pairs of nodes of one scope that cover each other; boundary events sit on their hosts."""
    nodes = [n for p in diagram.processes for n in p.nodes if not n.attached_to]
    found = boxes(diagram)
    return [
        (one.id, other.id)
        for one, other in combinations(nodes, 2)
        if one.scope == other.scope and _touch(found[one.id], found[other.id])
    ]


def _touch(one, other) -> bool:
    (x, y, w, h), (a, b, c, d) = one, other
    return x < a + c and a < x + w and y < b + d and b < y + h


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_examples_are_laid_out_whole(path):
    bare = load(_SHAPES.sub(b"", path.read_bytes()))
    assert not bare.shapes
    laid_out = layout(bare)
    drawn = {shape.element for shape in laid_out.shapes}
    assert {node.id for p in bare.processes for node in p.nodes} <= drawn
    assert {flow.id for p in bare.processes for flow in p.flows} <= drawn
    assert {d.id for d in bare.drawn if d.kind == "lane"} <= drawn
    assert overlapping(laid_out) == []


@given(
    st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=20),
    st.sets(st.integers(0, 7)),
)
@settings(deadline=None, max_examples=30)
def test_any_flows_are_laid_out_without_overlap(pairs, events):
    body = "".join(f'<{"endEvent" if n in events else "task"} id="n{n}"/>' for n in range(8))
    body += "".join(_flow(f"f{i}", f"n{a}", f"n{b}") for i, (a, b) in enumerate(pairs))
    laid_out = layout(diagram_of(body))
    assert overlapping(laid_out) == []
    assert sum(bool(shape.waypoints) for shape in laid_out.shapes) == len(pairs)


def test_flows_lead_from_left_to_right():
    body = '<startEvent id="a"/><task id="b"/><endEvent id="c"/>'
    found = boxes(layout(diagram_of(body + _flow("f", "a", "b") + _flow("g", "b", "c"))))
    assert found["a"][0] < found["b"][0] < found["c"][0]
    middles = {y + h / 2 for _, y, _, h in found.values()}
    assert len(middles) == 1


def test_boundary_events_sit_on_the_lower_border():
    event = '<boundaryEvent id="b" attachedToRef="a"><errorEventDefinition/></boundaryEvent>'
    found = boxes(layout(diagram_of(f'<task id="a"/>{event}')))
    assert found["b"][1] + found["b"][3] / 2 == found["a"][1] + found["a"][3]


def test_sub_processes_hold_what_is_in_them():
    body = '<subProcess id="s"><subProcess id="t"><task id="a"/></subProcess></subProcess>'
    found = boxes(layout(diagram_of(body)))
    for inner, outer in (("a", "t"), ("t", "s")):
        (x, y, w, h), (a, b, c, d) = found[inner], found[outer]
        assert a < x
        assert b < y
        assert x + w < a + c
        assert y + h < b + d


def test_every_process_of_a_collaboration_is_shown_in_its_pool():
    bare = load(
        file_of(
            '<collaboration id="c"><participant id="x" processRef="p"/><participant id="y"'
            ' processRef="q"/><participant id="z" name="Bank"/>'
            '<messageFlow id="m" sourceRef="a" targetRef="b"/></collaboration>'
            '<process id="p"><task id="a"/></process><process id="q"><task id="b"/></process>'
        )
    )
    assert {"x", "y", "z", "a", "b", "m"} <= set(Picture(bare).elements)
    found = boxes(layout(bare))
    assert not any(_touch(found[a], found[b]) for a, b in combinations("xyz", 2))


def test_a_process_in_no_pool_gets_one_beside_others():
    bare = load(
        file_of(
            '<process id="p"><task id="a"/></process><process id="q" name="Second">'
            '<task id="b"/></process>'
        )
    )
    assert [pool.name for pool in layout(bare).participants] == ["p", "Second"]


def test_shapes_that_a_file_has_stay():
    found = diagram_of('<task id="a"/>', shape("a", 5, 6, 100, 80))
    assert layout(found) is found


def test_annotations_and_data_are_placed_too():
    body = (
        '<task id="a"><dataInputAssociation id="i"><sourceRef>r</sourceRef><targetRef>x</targetRef>'
        '</dataInputAssociation></task><dataObject id="o"/><dataObjectReference id="r" '
        'dataObjectRef="o"/><textAnnotation id="t"><text>Note</text></textAnnotation>'
        '<association id="s" sourceRef="a" targetRef="t"/>'
    )
    assert set(Picture(diagram_of(body)).elements) == {"a", "r", "t", "i", "s"}


def test_a_long_process_is_laid_out_quickly_and_without_recursion():
    body = "".join(f'<task id="n{n}"/>' for n in range(2_000))
    body += "".join(_flow(f"f{n}", f"n{n}", f"n{n + 1}") for n in range(1_999))
    assert len(layout(load(process_file(body))).shapes) == 3_999


def test_the_file_keeps_its_bytes_and_gains_a_diagram():
    data = process_file('<task id="a" name="ä"/>')
    found = with_layout(data)
    assert found.startswith(data[: -len(b"</definitions>")])
    assert [s.element for s in load(found).shapes] == ["a"]
    assert with_layout(found) is found


def test_elements_without_id_get_one_in_the_file_that_is_shown():
    found = load(with_layout(process_file("<task/>")))
    assert [s.element for s in found.shapes] == [n.id for n in found.processes[0].nodes]


@pytest.mark.parametrize("collaboration", ["", '<collaboration id="c"/>'])
def test_pools_that_layout_makes_are_in_the_file_that_is_shown(collaboration):
    found = load(
        with_layout(
            file_of(
                f'{collaboration}<process id="p"><task id="a"/></process>'
                '<process id="q"><task id="b"/></process>'
            )
        )
    )
    assert [pool.process for pool in found.participants] == ["p", "q"]
    assert {pool.id for pool in found.participants} <= {s.element for s in found.shapes}


@pytest.mark.parametrize("data", [b"", b"<x/>", b"PK\x03\x04", process_file("")])
def test_what_cannot_be_laid_out_stays_as_it_is(data):
    assert with_layout(data) is data


def test_a_file_of_another_encoding_is_written_anew():
    text = process_file('<task id="a" name="ä"/>').decode()
    data = f'<?xml version="1.0" encoding="UTF-16"?>{text}'.encode("utf-16")
    found = load(with_layout(data))
    assert (found.processes[0].nodes[0].name, len(found.shapes)) == ("ä", 1)
    assert "ä" in draw(found)
