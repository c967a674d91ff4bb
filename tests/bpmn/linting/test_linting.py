"""bpmnlint's rules as warnings that say what to do, and that never stop anything."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpmn.linting import MOST_BYTES, Finding, LinterFailed, lint
from bpmn.linting.rules import HINTS
from bpmn.loading import load
from bpmn.model import Severity
from bpmn.validation import validate
from tests.bpmn.loading.drawn import process_file


def _flow(name: str, source: str, target: str) -> str:
    return f'<sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}"/>'


def _ends(node: str, name: str, *, incoming: str = "", outgoing: str = "") -> str:
    ways = "".join(f"<incoming>{flow}</incoming>" for flow in incoming.split())
    ways += "".join(f"<outgoing>{flow}</outgoing>" for flow in outgoing.split())
    return f'<{node} id="{name}" name="{name}">{ways}</{node}>'


GOOD = (
    _ends("startEvent", "a", outgoing="f")
    + _ends("task", "b", incoming="f", outgoing="g")
    + _ends("endEvent", "c", incoming="g")
    + _flow("f", "a", "b")
    + _flow("g", "b", "c")
)
BAD = {
    "lint-end-event-required": GOOD.replace("endEvent", "task"),
    "lint-label-required": GOOD.replace('id="b" name="b"', 'id="b"'),
    "lint-no-implicit-end": GOOD.replace("<outgoing>g</outgoing>", ""),
    "lint-no-duplicate-sequence-flows": GOOD + _flow("h", "a", "b"),
    "lint-fake-join": GOOD.replace(
        "<incoming>f</incoming>", "<incoming>f</incoming><incoming>h</incoming>"
    )
    + _flow("h", "b", "b"),
    "lint-no-implicit-split": GOOD.replace(
        "<outgoing>g</outgoing>", "<outgoing>g</outgoing><outgoing>h</outgoing>"
    )
    + _flow("h", "b", "c"),
    "lint-superfluous-gateway": GOOD.replace("task", "exclusiveGateway"),
    "lint-no-inclusive-gateway": GOOD.replace("task", "inclusiveGateway"),
    "lint-no-complex-gateway": GOOD.replace("task", "complexGateway"),
}


class Fake:
    """A linter that says what it is told to, or breaks."""

    def __init__(self, *findings: Finding, error: str = "") -> None:
        self.findings, self.error = findings, error

    def lint(self, _xml, _rules):
        if self.error:
            raise LinterFailed(self.error)
        return self.findings


def test_a_plain_diagram_has_no_findings():
    assert list(lint(process_file(GOOD))) == []


@pytest.mark.parametrize("code", BAD)
def test_style_is_warned_about_with_what_to_do(code):
    found = {problem.code: problem for problem in lint(process_file(BAD[code]))}
    assert found[code].severity is Severity.WARNING
    assert found[code].hint == HINTS[code.removeprefix("lint-")]
    assert found[code].element_id
    assert found[code].line == 1


def test_what_validation_says_is_not_said_twice():
    data = process_file(GOOD + '<task id="lone" name="Lone"/>')
    known = validate(load(data))
    assert "node-unreached" in {problem.code for problem in known}
    assert list(lint(data, known=known)) == []
    assert "lint-no-disconnected" in {p.code for p in lint(data)}


def test_a_large_file_is_not_linted_and_that_is_said():
    data = process_file(f"<!--{'x' * MOST_BYTES}-->{BAD['lint-fake-join']}")
    [note] = lint(data)
    assert (note.code, note.severity) == ("lint-skipped", Severity.INFO)


@pytest.mark.parametrize("data", [b"", b"no xml", b"<a/>", b"PK\x03\x04", b"<!DOCTYPE x><x/>"])
def test_what_is_no_diagram_has_no_style(data):
    assert list(lint(data)) == []


def test_a_linter_that_breaks_is_told_and_forbids_nothing():
    [note] = lint(process_file(GOOD), linter=Fake(error="boom"))
    assert (note.code, note.severity) == ("lint-failed", Severity.INFO)
    assert "boom" in note.message


def test_many_findings_of_a_rule_are_cut_short():
    findings = [Finding("fake-join", "b", "Incoming flows do not join")] * 25
    found = list(lint(process_file(GOOD), linter=Fake(*findings)))
    assert len(found) == 21
    assert "5 more" in found[-1].message


def test_a_finding_names_the_element_as_it_is_drawn():
    finding = Finding("fake-join", "b", "Incoming flows do not join")
    data = process_file(GOOD.replace('name="b"', 'name="Check"'))
    [problem] = lint(data, linter=Fake(finding))
    assert (problem.element_id, problem.element_name) == ("b", "Check")
    assert problem.message == "'Check': Incoming flows do not join."


@given(st.text(alphabet="<>/=\"' abcstartEvent:", max_size=80))
def test_no_body_breaks_the_linter(body):
    assert all(p.severity is not Severity.ERROR for p in lint(process_file(body)))


@pytest.mark.parametrize(
    "body",
    [
        '<sequenceFlow id="f"/>',
        '<boundaryEvent id="b"/>',
        '<task id="a"/><task id="a"/>',
        '<laneSet><lane><flowNodeRef>gone</flowNodeRef></lane></laneSet><startEvent id="s"/>',
        '<subProcess id="s"><subProcess id="t"/></subProcess>',
        '<intermediateThrowEvent id="l"><linkEventDefinition/></intermediateThrowEvent>',
        '<task id="x"><incoming/><outgoing>gone</outgoing></task>',
    ],
)
def test_odd_diagrams_do_not_break_it(body):
    assert "lint-failed" not in {problem.code for problem in lint(process_file(body))}
