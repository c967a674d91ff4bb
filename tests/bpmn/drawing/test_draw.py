"""Our own SVG: everything drawn is in it, escaped, coloured as in the file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from bpmn.drawing import DARK, draw, png
from bpmn.drawing.lettering import fitted, width_of, wrap
from bpmn.drawing.svg import tag, text
from bpmn.loading import load
from tests.bpmn.drawing.pictures import EVERY_SIGN, SVG, Picture, diagram_of, edge, shape
from tests.bpmn.loading.drawn import file_of

TASK = shape("a", 100, 100, 100, 80)


@pytest.fixture(scope="module")
def every_sign():
    return load(EVERY_SIGN.read_bytes())


def test_everything_with_a_shape_is_drawn(every_sign):
    drawn = Picture(every_sign).elements
    hidden = {s.element for s in every_sign.shapes} - set(drawn)
    assert hidden == set()


@pytest.mark.parametrize("position", ["startEvent", "intermediateCatchEvent", "endEvent"])
def test_every_kind_of_event_has_a_sign_of_its_own(every_sign, position):
    drawn = Picture(every_sign).elements
    kinds = ["message", "timer", "signal", "error", "escalation", "conditional"]
    kinds += ["compensate", "cancel", "link", "terminate", "none", "multi", "par"]
    signs = {_inside(drawn[position + kind]) for kind in kinds}
    # Those with dashes differ from those without, but never one kind from another only by that.
    assert len({sign.replace(' stroke-dasharray="5 3.4"', "") for sign in signs}) == len(kinds)


def test_thrown_signs_are_filled_and_caught_ones_are_not(every_sign):
    drawn = Picture(every_sign).elements
    caught = _inside(drawn["intermediateCatchEventsignal"])
    thrown = _inside(drawn["intermediateThrowEventsignal"])
    assert 'fill="none"' in caught
    assert 'fill="none"' not in thrown


def test_events_that_do_not_interrupt_are_dashed():
    wait = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
    found = diagram_of(
        '<task id="a"/>'
        f'<boundaryEvent id="b" attachedToRef="a" cancelActivity="false">{wait}</boundaryEvent>'
        f'<boundaryEvent id="c" attachedToRef="a">{wait}</boundaryEvent>',
        TASK + shape("b", 100, 162, 36, 36) + shape("c", 150, 162, 36, 36),
    )
    drawn = Picture(found).elements
    assert _inside(drawn["b"]).count("stroke-dasharray") == 2
    assert "stroke-dasharray" not in _inside(drawn["c"])


def test_boundary_events_lie_above_their_activity():
    found = diagram_of(
        '<boundaryEvent id="b" attachedToRef="a"><errorEventDefinition/></boundaryEvent>'
        '<task id="a"/>',
        shape("b", 100, 162, 36, 36) + TASK,
    )
    assert list(Picture(found).elements) == ["a", "b"]


def test_the_file_s_colours_are_kept():
    body = diagram_of(
        '<task id="a"/>',
        TASK.replace(
            "<bpmndi:BPMNShape ",
            "<bpmndi:BPMNShape xmlns:bioc="
            '"http://bpmn.io/schema/bpmn/biocolor/1.0" bioc:fill="#ffe0b2" bioc:stroke="#6b3c00" ',
        ),
    )
    rect = Picture(body).elements["a"].find(SVG + "rect")
    assert (rect.get("fill"), rect.get("stroke")) == ("#ffe0b2", "#6b3c00")


def test_what_only_looks_like_a_colour_is_left_out():
    found = diagram_of(
        '<task id="a"/>',
        TASK.replace(
            "<bpmndi:BPMNShape ",
            "<bpmndi:BPMNShape xmlns:bioc="
            '"http://bpmn.io/schema/bpmn/biocolor/1.0" bioc:fill="url(http://evil.test/x)" ',
        ),
    )
    assert "evil" not in draw(found)


def test_names_are_escaped():
    found = diagram_of(
        '<task id="a" name="&lt;script&gt;alert(1)&lt;/script&gt; &quot;&amp;"/>', TASK
    )
    picture = Picture(found)
    assert "<script" not in picture.svg
    assert picture.title("a") == '<script>alert(1)</script> "&'


@given(st.text())
def test_any_text_makes_well_formed_svg(name):
    escaped = text(name)
    svg = tag("text", escaped, x=1, aria_label=name)
    assert etree.fromstring(svg.encode()).get("x") == "1"


def test_conditional_and_default_flows_carry_their_marks():
    condition = "<conditionExpression>${x}</conditionExpression>"
    found = diagram_of(
        '<task id="a" default="g"/><task id="b"/><exclusiveGateway id="x"/>'
        f'<sequenceFlow id="f" sourceRef="a" targetRef="b">{condition}</sequenceFlow>'
        '<sequenceFlow id="g" sourceRef="a" targetRef="b"/>'
        f'<sequenceFlow id="h" sourceRef="x" targetRef="b">{condition}</sequenceFlow>'
        '<sequenceFlow id="i" sourceRef="a" targetRef="b"/>',
        TASK + "".join(edge(name, (200, 140), (300, 140)) for name in "fghi"),
    )
    drawn = Picture(found).elements
    plain = len(list(drawn["i"].iter()))
    assert [len(list(drawn[name].iter())) - plain for name in "fgh"] == [2, 2, 0]
    assert "L16 0" in _inside(drawn["f"])


def test_a_collapsed_sub_process_hides_what_is_in_it():
    body = '<subProcess id="s" name="Pay"><task id="a" name="Inner"/></subProcess>'
    closed = shape("s", 80, 80, 200, 200, more='isExpanded="false"') + TASK
    assert list(Picture(diagram_of(body, closed)).elements) == ["s"]
    opened = closed.replace("false", "true")
    assert list(Picture(diagram_of(body, opened)).elements) == ["s", "a"]


def test_one_process_of_several_is_drawn_alone():
    found = load(EVERY_SIGN.read_bytes())
    assert set(Picture(found, part="sp0true").elements) == {"sp0trues"}
    assert "sp0true" in Picture(found, part="p").elements


def test_pages_for_several_processes_stand_below_each_other():
    plane = (
        '<bpmndi:BPMNDiagram><bpmndi:BPMNPlane bpmnElement="{0}">{1}</bpmndi:BPMNPlane>'
        "</bpmndi:BPMNDiagram>"
    )
    found = load(
        file_of(
            '<process id="p"><task id="a"/></process><process id="q"><task id="b"/></process>'
            + plane.format("p", TASK)
            + plane.format("q", TASK.replace('"a"', '"b"'))
        )
    )
    assert Picture(found).box[3] == 80 + 60 + 80 + 48


def test_a_diagram_without_elements_says_so():
    assert Picture(diagram_of("")).texts == ["This diagram has no elements."]


def test_dark_paper_has_light_lines(every_sign):
    picture = Picture(every_sign, theme=DARK)
    assert picture.root.find(SVG + "rect").get("fill") == DARK.paper


def test_long_names_end_in_an_ellipsis():
    lines = fitted("one two three four five six seven", 40, 2)
    assert len(lines) == 2
    assert lines[-1].endswith("…")


@given(st.text(st.characters(codec="ascii"), max_size=60), st.integers(20, 200))
def test_wrapped_lines_fit_and_lose_nothing(content, room):
    lines = wrap(content, room)
    assert "".join("".join(lines).split()) == "".join(content.split())
    assert all(width_of(line) <= room or len(line) == 1 for line in lines)


def test_a_png_has_the_width_that_was_asked_for(every_sign):
    picture = png(draw(every_sign), 640)
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(picture[16:20], "big") == 640


def test_a_png_of_an_endless_diagram_stays_small():
    found = diagram_of('<task id="a"/>', shape("a", 0, 0, 10, 9e7))
    picture = png(draw(found), 4000)
    width, height = (int.from_bytes(picture[at : at + 4], "big") for at in (16, 20))
    assert width * height < 45_000_000


def test_only_our_own_svg_becomes_a_png():
    with pytest.raises(ValueError, match="no viewBox"):
        png("<svg/>")


def _inside(element) -> str:
    return "".join(
        etree.tostring(child, encoding="unicode") for child in element if child.tag != SVG + "title"
    )
