"""Bytes that are no diagram: a problem with code and hint, never an exception, never a wait."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException

from bpmn.loading import load
from bpmn.loading.parsers import DiagramParser
from bpmn.source import MAX_BYTES
from tests.bpmn.loading.drawn import codes, errors, file_of, process_file
from tests.support.calls import count_calls

_EVERY = (Path(__file__).parent / "diagrams" / "every_element.bpmn").read_bytes()
_LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">&b;</definitions>"""
_OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE d SYSTEM "file:///etc/passwd">
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>"""


def _zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.bpmn", _EVERY)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file-empty"),
        (b"  \n", "file-empty"),
        (b"hello", "file-not-xml"),
        (b'{"type": "default"}', "file-not-xml"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "file-not-xml"),
        (b"<definitions", "file-not-xml"),
        (b"<?xml version='1.0' encoding='klingon'?><a/>", "file-not-xml"),
        (b"<a x:b='1'/>", "file-not-xml"),
        (_EVERY[:2_000], "file-not-xml"),
        (_zip(), "file-is-archive"),
        (b"x" * (MAX_BYTES + 1), "file-too-large"),
        (_LAUGHS, "file-has-doctype"),
        (_OUTSIDE, "file-has-doctype"),
        (b"<a>" * 300, "file-not-bpmn"),
        (b"<html xmlns='http://www.w3.org/1999/xhtml'/>", "file-not-bpmn"),
        (b"<definitions xmlns='http://www.omg.org/spec/BPMN/2.0'/>", "file-not-bpmn"),
        (b"<definitions xmlns='https://www.omg.org/spec/DMN/20191111/MODEL/'/>", "file-not-bpmn"),
        (file_of("<a>" * 300 + "</a>" * 300), "file-too-deep"),
        (file_of("<a/>" * 200_001), "file-too-many-elements"),
        (file_of("<process/>" * 1_001), "file-too-many-processes"),
        (file_of(""), "process-missing"),
    ],
)
def test_what_is_no_diagram_is_refused_with_a_hint(data, code):
    diagram = load(data, name="order.bpmn")
    assert codes(diagram) == [code]
    (problem,) = errors(diagram)
    assert problem.hint
    assert problem.file == "order.bpmn"
    assert diagram.processes == ()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "iso-8859-1"])
def test_other_encodings_are_read(encoding):
    text = process_file('<task id="x" name="Prüfen"/>').decode()
    declared = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>{text}'
    assert load(declared.encode(encoding)).processes[0].node["x"].name == "Prüfen"


def test_a_shared_definition_cannot_blow_up_the_file():
    timer = f"<timeDate>{'x' * 1_000_000}</timeDate>"
    events = "<startEvent><eventDefinitionRef>t</eventDefinitionRef></startEvent>" * 100
    diagram = load(
        file_of(
            f'<timerEventDefinition id="t">{timer}</timerEventDefinition>'
            f"<process>{events}</process>"
        )
    )
    assert set(codes(diagram)) == {"reference-dangling"}
    with_timer = [node for node in diagram.processes[0].nodes if node.events]
    assert len(with_timer) == 10


def test_an_event_definition_that_is_not_there_is_told():
    diagram = load(
        process_file('<endEvent id="x"><eventDefinitionRef>t</eventDefinitionRef></endEvent>')
    )
    (problem,) = errors(diagram)
    assert (problem.code, problem.element_id) == ("reference-dangling", "x")


def test_every_element_of_ten_thousand_with_one_id_is_told():
    diagram = load(process_file('<task id="x"/>' * 10_000))
    assert len(errors(diagram)) == 9_999
    assert len({node.id for node in diagram.processes[0].nodes}) == 10_000


def test_twice_as_many_elements_with_one_id_cost_twice_as_much():
    few, many = (process_file('<task id="x"/>' * count) for count in (500, 1_000))
    load(few)
    assert count_calls(lambda: load(many)) < 2.2 * count_calls(lambda: load(few))


def test_a_list_of_a_million_people_keeps_its_rest_as_one():
    people = ",".join(f"p{i}" for i in range(2_000))
    model = load(
        process_file(f'<userTask id="x" camunda:candidateUsers="{people}"/>', vendor="camunda")
    ).processes[0]
    users = model.node["x"].assignment.candidate_users
    assert len(users) == 1_001
    assert users[-1].text.endswith(",p1999")


def test_a_parser_that_gives_up_is_a_problem(monkeypatch):
    def give_up(_self):
        raise ValidationException("no idea")

    monkeypatch.setattr(DiagramParser, "read", give_up)
    assert codes(load(_EVERY)) == ["file-not-readable"]


def test_what_no_process_can_run_is_told_and_the_rest_is_loaded():
    diagram = load(process_file('<choreographyTask id="c"/><task id="x"/>'))
    assert codes(diagram) == ["element-unknown"]
    assert [node.id for node in diagram.processes[0].nodes] == ["x"]


@settings(max_examples=150)
@given(st.data())
def test_damaged_bytes_give_a_diagram_or_problems(data):
    damaged = bytearray(_EVERY)
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        damaged[at : at + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=12))
    diagram = load(bytes(damaged))
    assert diagram.processes or errors(diagram)


@settings(max_examples=150)
@given(st.data())
def test_a_diagram_with_swapped_words_loads_or_says_why(data):
    words = _EVERY.decode().split('"')
    for _ in range(data.draw(st.integers(1, 12))):
        one, other = (data.draw(st.integers(0, (len(words) - 1) // 2 - 1)) * 2 + 1 for _ in "ab")
        words[one], words[other] = words[other], words[one]
    diagram = load('"'.join(words).encode())
    assert diagram.processes or errors(diagram)
