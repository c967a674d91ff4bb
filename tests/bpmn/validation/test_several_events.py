"""Events with several triggers, what instantiates, and what starts event sub-processes."""

from __future__ import annotations

import pytest

from bpmn.loading import load
from bpmn.model import Problem
from bpmn.validation import validate
from tests.bpmn.loading.drawn import process_file

_ROOTS = '<message id="m" name="Hello"/><signal id="s" name="Alarm"/><error id="e" errorCode="E"/>'
_MESSAGE = '<messageEventDefinition messageRef="m"/>'
_SIGNAL = '<signalEventDefinition signalRef="s"/>'
_ERROR = '<errorEventDefinition errorRef="e"/>'
_BEGIN = '<startEvent id="a"/><sequenceFlow id="f" sourceRef="a" targetRef="x"/>'
_AFTER_GATEWAY = (
    f'<intermediateCatchEvent id="c">{_MESSAGE}</intermediateCatchEvent>'
    f'<intermediateCatchEvent id="e2">{_SIGNAL}</intermediateCatchEvent><endEvent id="z"/>'
    '<sequenceFlow id="g1" sourceRef="x" targetRef="c"/>'
    '<sequenceFlow id="g2" sourceRef="x" targetRef="e2"/>'
    '<sequenceFlow id="g3" sourceRef="c" targetRef="z"/>'
    '<sequenceFlow id="g4" sourceRef="e2" targetRef="z"/>'
)


def _problems(body: str) -> list[Problem]:
    found = validate(load(process_file(body, before=_ROOTS)))
    return [problem for problem in found if problem.code != "schema"]


def _handler(name: str, events: str, more: str = "") -> str:
    start = f'<startEvent id="i_{name}" {more}>{events}</startEvent>'
    return f'<subProcess id="{name}" triggeredByEvent="true">{start}</subProcess>'


_TASK = _BEGIN + '<task id="x"/>'


@pytest.mark.parametrize(
    ("code", "severity", "body"),
    [
        (
            "parallel-multiple-kind",
            "error",
            _TASK + '<boundaryEvent id="b" attachedToRef="x" parallelMultiple="true">'
            f"{_MESSAGE}{_ERROR}</boundaryEvent>",
        ),
        (
            "parallel-multiple-single",
            "warning",
            f'<startEvent id="a" parallelMultiple="true">{_MESSAGE}</startEvent>',
        ),
        (
            "event-gateway-parallel",
            "error",
            _BEGIN + '<eventBasedGateway id="x" eventGatewayType="Parallel"/>' + _AFTER_GATEWAY,
        ),
        (
            "instantiate-inside",
            "error",
            _BEGIN + '<eventBasedGateway id="x" instantiate="true"/>' + _AFTER_GATEWAY,
        ),
        (
            "instantiate-inside",
            "error",
            (
                '<subProcess id="x"><receiveTask id="i" messageRef="m" instantiate="true"/>'
                "</subProcess>"
            ),
        ),
        (
            "start-must-interrupt",
            "error",
            _TASK + _handler("h", _ERROR, 'isInterrupting="false"'),
        ),
        ("handler-twice", "warning", _TASK + _handler("h", _ERROR) + _handler("t", _ERROR)),
    ],
)
def test_a_broken_rule_is_told_with_its_element_and_what_to_do(code, severity, body):
    (found,) = [problem for problem in _problems(body) if problem.code == code]
    assert found.severity == severity
    assert found.element_id
    assert found.hint


@pytest.mark.parametrize(
    "body",
    [
        f'<startEvent id="a" parallelMultiple="true">{_MESSAGE}{_SIGNAL}</startEvent>',
        f'<startEvent id="a">{_MESSAGE}{_SIGNAL}</startEvent>',
        '<eventBasedGateway id="x" instantiate="true" eventGatewayType="Parallel"/>'
        + _AFTER_GATEWAY,
        '<receiveTask id="x" messageRef="m" instantiate="true"/>',
        _TASK + _handler("h", _ERROR) + _handler("t", "<errorEventDefinition/>"),
        _TASK + _handler("h", _MESSAGE, 'isInterrupting="false"'),
        _TASK + _handler("h", f"{_MESSAGE}{_ERROR}"),
    ],
)
def test_what_the_standard_allows_is_right(body):
    assert _problems(body) == []
