"""Compensation and transactions: what would never run, or never end, is told before deployment."""

from __future__ import annotations

import pytest

from bpmn.loading import load
from bpmn.validation import validate
from tests.bpmn.loading.drawn import process_file

_THROW = (
    '<startEvent id="a"/><sequenceFlow id="f" sourceRef="a" targetRef="t"/>'
    '<endEvent id="t"><compensateEventDefinition id="d" activityRef="{0}"/></endEvent>'
)
_BOUNDARY = (
    '<task id="x"/><boundaryEvent id="b" attachedToRef="x"><compensateEventDefinition id="d"/>'
    "</boundaryEvent>"
)
_HANDLER = '<task id="h" isForCompensation="true"/>'
_ASSOCIATION = '<association id="as" sourceRef="b" targetRef="{0}"/>'
_CANCEL = (
    '<transaction id="tx"><startEvent id="s"/><sequenceFlow id="g" sourceRef="s" targetRef="e"/>'
    '<endEvent id="e"><cancelEventDefinition id="c"/></endEvent></transaction>'
)
_CAUGHT = (
    '<boundaryEvent id="cb" attachedToRef="tx"><cancelEventDefinition id="c2"/></boundaryEvent>'
    '<sequenceFlow id="h2" sourceRef="cb" targetRef="z"/><endEvent id="z"/>'
)


def codes(body: str) -> list[str]:
    return [p.code for p in validate(load(process_file(body))) if p.code != "schema"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (_BOUNDARY, "compensation-without-handler"),
        (
            _BOUNDARY + f'<subProcess id="s">{_HANDLER}</subProcess>' + _ASSOCIATION.format("h"),
            "compensation-handler-elsewhere",
        ),
        (_HANDLER, "compensation-handler-unused"),
        (_THROW.format("gone"), "compensation-out-of-reach"),
        (
            _THROW.format("i") + '<subProcess id="s"><task id="i"/></subProcess>',
            "compensation-out-of-reach",
        ),
        (_CANCEL, "cancel-not-caught"),
    ],
)
def test_what_cannot_work_is_told(body, code):
    assert code in codes(body)


@pytest.mark.parametrize(
    "body",
    [
        _BOUNDARY + _HANDLER + _ASSOCIATION.format("h"),
        _BOUNDARY + _HANDLER + '<association id="as" sourceRef="h" targetRef="b"/>',
        _CANCEL + _CAUGHT,
        _THROW.format(""),
    ],
)
def test_what_works_is_not_told(body):
    assert not [c for c in codes(body) if c.startswith(("compensation", "cancel"))]
