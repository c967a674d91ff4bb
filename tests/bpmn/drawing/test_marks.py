"""Tokens, states, the way taken and heat on a drawing; each with a word or a sign."""

from __future__ import annotations

import pytest

from bpmn.drawing import LIGHT, Marks, State, Words
from tests.bpmn.drawing.pictures import SVG, Picture, diagram_of, edge, shape

BODY = (
    '<startEvent id="s"/><task id="a" name="Approve"/><sequenceFlow id="f" sourceRef="s"'
    ' targetRef="a"/><subProcess id="b" name="Pay"><task id="c"/></subProcess>'
)
SHAPES = (
    shape("s", 0, 100, 36, 36)
    + shape("a", 100, 80, 100, 80)
    + edge("f", (36, 118), (100, 118))
    + shape("b", 300, 80, 100, 80, more='isExpanded="false"')
)


def picture(**marks) -> Picture:
    return Picture(diagram_of(BODY, SHAPES), marks=Marks(**marks))


def test_tokens_are_counted_at_the_top_right():
    found = picture(tokens={"a": 3})
    badge = next(g for g in found.root.iter(SVG + "g") if g.get("transform") == "translate(200 80)")
    assert badge.find(SVG + "rect").get("fill") == LIGHT.active
    assert badge.findtext(SVG + "text") == "3"


def test_a_screen_reader_is_told_what_the_badges_say():
    found = picture(tokens={"a": 3}, states={"a": State.INCIDENT}, passed=frozenset({"s"}))
    assert found.title("a") == "Approve: incident, waiting 3"
    assert found.title("s") == "s: passed"
    assert found.root.findtext(SVG + "desc") == "Approve: incident, waiting 3"


@pytest.mark.parametrize("state", [state for state in State if state is not State.ACTIVE])
def test_every_state_has_a_sign_beside_its_colour(state):
    plain, marked = picture(), picture(states={"a": state})
    assert len(list(marked.root.iter(SVG + "path"))) == len(list(plain.root.iter(SVG + "path"))) + 1


def test_tokens_in_a_collapsed_sub_process_count_for_it():
    found = picture(tokens={"c": 2, "b": 1}, states={"c": State.INCIDENT})
    assert found.title("b") == "Pay: incident, waiting 3"


def test_marks_of_what_is_not_drawn_are_passed_over():
    found = picture(tokens={"gone": 1}, heat={"gone": 3}, passed=frozenset({"gone"}))
    assert found.root.find(SVG + "desc") is None


def test_large_counts_stay_short():
    assert "12k" in picture(tokens={"a": 12_345}).texts
    assert "3M" in picture(tokens={"a": 3_000_000}).texts


def test_the_way_taken_is_emphasised():
    line = picture(passed=frozenset({"f"})).elements["f"].find(SVG + "path")
    assert (line.get("stroke"), line.get("stroke-width")) == (LIGHT.passed, "3")


def test_heat_lies_above_the_shapes_and_is_multiplied():
    found = picture(heat={"a": 10, "s": 1})
    glow = next(g for g in found.root if g.get("style"))
    assert glow.get("style") == "mix-blend-mode:multiply"
    hot, cool = (spot.get("fill") for spot in sorted(glow, key=lambda e: -float(e.get("cx"))))
    assert hot == "url(#laneway-heat-8)"
    assert cool != hot
    assert list(found.root).index(glow) > list(found.root).index(found.elements["a"])


def test_heat_is_also_a_number():
    found = picture(heat={"a": 10})
    assert "10" in found.texts
    assert found.title("a") == "Approve: times reached 10"


def test_words_may_be_translated():
    found = Picture(
        diagram_of(BODY, SHAPES),
        marks=Marks(tokens={"a": 1}),
        words=Words(waiting="wartet", diagram="Diagramm"),
    )
    assert found.title("a") == "Approve: wartet 1"
    assert found.root.get("aria-label") == "Diagramm"
