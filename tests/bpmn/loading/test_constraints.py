"""Every constraint of the standard that the model has no room for: a file that breaks it."""

from __future__ import annotations

import pytest

from bpmn.loading import load
from bpmn.loading.constraints import ALWAYS, WITH_SCHEMA
from bpmn.model import Severity
from tests.bpmn.loading.drawn import codes, file_of

_ITEMS = (
    '<itemDefinition id="text" structureRef="String"/>'
    '<itemDefinition id="count" structureRef="xsd:int"/>'
)
_MESSAGE = '<message id="m" name="Order" itemRef="text"/>'
_OPERATION = (
    '<interface id="i" name="I"><operation id="op" name="Op"><inMessageRef>m</inMessageRef>'
    "</operation></interface>"
)
_FORMAL = 'xsi:type="tFormalExpression"'
_SCHEMA = 'xsi:schemaLocation="http://www.omg.org/spec/BPMN/20100524/MODEL BPMN20.xsd"'


def _process(body: str, *, roots: str = "", executable: str = "true") -> str:
    return f'{_ITEMS}{roots}<process id="p" isExecutable="{executable}">{body}</process>'


def _flow(name: str, source: str, target: str, inner: str = "") -> str:
    ends = f'sourceRef="{source}" targetRef="{target}"'
    return f'<sequenceFlow id="{name}" {ends}>{inner}</sequenceFlow>'


def _io(inner: str) -> str:
    return f'<task id="t"><ioSpecification>{inner}</ioSpecification></task>'


def _loop(inner: str, *, attributes: str = "", io: str = "") -> str:
    return (
        f'<task id="t">{io}<multiInstanceLoopCharacteristics {attributes}>'
        f"<loopCardinality {_FORMAL}>2</loopCardinality>{inner}"
        "</multiInstanceLoopCharacteristics></task>"
    )


def _copy(source: str, target: str, inner: str = "") -> str:
    ends = "".join(f"<sourceRef>{name}</sourceRef>" for name in source.split())
    association = f"{ends}<targetRef>{target}</targetRef>{inner}"
    return (
        '<property id="a" itemSubjectRef="text"/><property id="b" itemSubjectRef="count"/>'
        f'<task id="t"><dataInputAssociation>{association}</dataInputAssociation></task>'
    )


_CONDITION = f"<conditionExpression {_FORMAL}>${{x}}</conditionExpression>"
_COMPLEX = "<complexBehaviorDefinition><condition>${true}</condition></complexBehaviorDefinition>"
_INPUT = '<dataInput id="in"/><inputSet><dataInputRefs>in</dataInputRefs></inputSet>'

BROKEN = {
    "data-set-item": [
        _io(
            '<dataInput id="in"/><inputSet><optionalInputRefs>in</optionalInputRefs></inputSet>'
            "<outputSet/>"
        ),
        _io(
            '<dataOutput id="o"/><inputSet/><outputSet><whileExecutingOutputRefs>o'
            "</whileExecutingOutputRefs></outputSet>"
        ),
        _io(f"{_INPUT}<outputSet/>")
        + _io("<inputSet><dataInputRefs>in</dataInputRefs></inputSet><outputSet/>").replace(
            'id="t"', 'id="u"'
        ),
    ],
    "data-set-pair": [
        _io('<inputSet id="i"/><outputSet><inputSetRefs>i</inputSetRefs></outputSet>'),
        _io('<inputSet><outputSetRefs>o</outputSetRefs></inputSet><outputSet id="o"/>'),
    ],
    "data-structure": [_copy("a", "b")],
    "data-sources": [_copy("a a", "a")],
    "data-direction": [
        f"<ioSpecification>{_INPUT}<outputSet/></ioSpecification>" + _copy("a", "in"),
        '<ioSpecification><dataOutput id="o"/><inputSet/><outputSet><dataOutputRefs>o'
        "</dataOutputRefs></outputSet></ioSpecification>" + _copy("o", "a"),
    ],
    "operation-structure": [
        (
            '<serviceTask id="t" operationRef="op"><ioSpecification><dataInput id="in" '
            'itemSubjectRef="count"/><inputSet><dataInputRefs>in</dataInputRefs></inputSet>'
            "<outputSet/></ioSpecification></serviceTask>"
        )
    ],
    "event-data-missing": [
        '<endEvent id="e"><messageEventDefinition messageRef="m"/></endEvent>',
        '<startEvent id="e"><messageEventDefinition messageRef="m"/></startEvent>',
        (
            '<endEvent id="e"><dataInput id="in" itemSubjectRef="count"/><inputSet>'
            "<dataInputRefs>in</dataInputRefs></inputSet>"
            '<messageEventDefinition messageRef="m"/></endEvent>'
        ),
    ],
    "timer-several": [
        (
            '<startEvent id="e"><timerEventDefinition><timeDate>2026-01-01T00:00:00Z</timeDate>'
            "<timeCycle>R3/PT1H</timeCycle></timerEventDefinition></startEvent>"
        )
    ],
    "loop-data": [
        _io(f"{_INPUT}<outputSet/>").replace('id="t"', 'id="u"')
        + _loop("<loopDataInputRef>in</loopDataInputRef>")
    ],
    "loop-data-structure": [
        _loop(
            '<loopDataInputRef>in</loopDataInputRef><inputDataItem id="n" itemSubjectRef="count"/>',
            io='<ioSpecification><dataInput id="in" itemSubjectRef="text"/><inputSet>'
            "<dataInputRefs>in</dataInputRefs></inputSet><outputSet/></ioSpecification>",
        )
    ],
    "loop-behavior": [
        _loop(_COMPLEX),
        _loop("", attributes='behavior="Complex"'),
        _loop("", attributes='behavior="None"'),
        _loop("", attributes='behavior="One"'),
    ],
    "condition-constant": [
        '<task id="t"/><task id="u"/>'
        + _flow("f", "t", "u", f"<conditionExpression {_FORMAL}>{text}</conditionExpression>")
        for text in ("23", "${23}", "=1.5", "'yes'", '"no"')
    ],
    "ad-hoc-empty": ['<adHocSubProcess id="x"/>'],
    "ad-hoc-start-or-end": ['<adHocSubProcess id="x"><task id="t"/><endEvent/></adHocSubProcess>'],
    "link-with-flow": [
        '<task id="t"/><intermediateThrowEvent id="x"><linkEventDefinition name="l"/>'
        "</intermediateThrowEvent>" + _flow("f", "x", "t"),
        '<task id="t"/><intermediateCatchEvent id="x"><linkEventDefinition name="l"/>'
        "</intermediateCatchEvent>" + _flow("f", "t", "x"),
    ],
}
BROKEN_WITH_SCHEMA = {
    "data-set-missing": [_io("<inputSet/>")],
    "data-item-in-no-set": [_io('<dataInput id="in"/><inputSet/><outputSet/>')],
    "expression-informal": [
        '<startEvent id="e"><timerEventDefinition><timeDuration>PT1H</timeDuration>'
        '</timerEventDefinition></startEvent><endEvent id="z"/>' + _flow("f", "e", "z")
    ],
    "thrown-code-missing": [
        '<startEvent id="e"/><endEvent id="z"><errorEventDefinition/></endEvent>'
        + _flow("f", "e", "z")
    ],
    "end-event-missing": ['<startEvent id="e"/>'],
    "start-event-missing": ['<endEvent id="e"/>'],
    "node-without-incoming": [
        '<startEvent id="e"/><task id="t"/><endEvent id="z"/>'
        + _flow("f", "e", "z")
        + _flow("g", "t", "z")
    ],
    "node-without-outgoing": [
        '<startEvent id="e"/><task id="t"/><endEvent id="z"/>'
        + _flow("f", "e", "z")
        + _flow("g", "e", "t")
    ],
    "condition-not-allowed": [
        '<parallelGateway id="x"/><task id="t"/>' + _flow("f", "x", "t", _CONDITION)
    ],
    "default-flow-condition": [
        '<exclusiveGateway id="x" default="f"/><task id="t"/>' + _flow("f", "x", "t", _CONDITION)
    ],
    "conditional-flow-alone": ['<task id="t"/><task id="u"/>' + _flow("f", "t", "u", _CONDITION)],
    "event-gateway": [
        '<eventBasedGateway id="x"/><receiveTask id="r"/>' + _flow("f", "x", "r"),
        '<eventBasedGateway id="x"/><receiveTask id="r"/><intermediateCatchEvent id="c">'
        "<messageEventDefinition/></intermediateCatchEvent>"
        + _flow("f", "x", "r")
        + _flow("g", "x", "c"),
        '<eventBasedGateway id="x"/><receiveTask id="r"/><receiveTask id="s"/>'
        '<boundaryEvent attachedToRef="r"/>' + _flow("f", "x", "r") + _flow("g", "x", "s"),
    ],
    "call-data": [
        (
            f'<callActivity id="c" calledElement="p"/><ioSpecification>{_INPUT}<outputSet/>'
            "</ioSpecification>"
        )
    ],
}


def _each(broken):
    return [(code, body) for code, bodies in broken.items() for body in bodies]


@pytest.mark.parametrize(("code", "body"), _each(BROKEN))
def test_a_plain_diagram_that_breaks_a_constraint_is_refused(code, body):
    roots = _MESSAGE + _OPERATION
    assert code in codes(load(file_of(_process(body, roots=roots))))


@pytest.mark.parametrize(("code", "body"), _each(BROKEN_WITH_SCHEMA))
def test_a_file_that_names_the_schema_is_held_to_all_of_it(code, body):
    body = _process(body)
    assert code in codes(load(file_of(body, attributes=_SCHEMA)))
    assert code not in codes(load(file_of(body)))


@pytest.mark.parametrize(("code", "body"), _each(BROKEN))
def test_vendors_diagrams_are_warned_only(code, body):
    marked = _process(body, roots=_MESSAGE + _OPERATION) + (
        '<error id="x"><extensionElements><camunda:properties/></extensionElements></error>'
    )
    found = {p.severity for p in load(file_of(marked, vendor="camunda")).problems if p.code == code}
    assert found == {Severity.WARNING}


def test_processes_that_are_not_executable_are_warned_only():
    found = load(file_of(_process('<adHocSubProcess id="x"/>', executable="false")))
    assert [p.severity for p in found.problems if p.code == "ad-hoc-empty"] == [Severity.WARNING]


def test_a_pool_stands_for_a_range_of_participants():
    pool = (
        '<collaboration id="c"><participant id="x"><participantMultiplicity minimum="3" '
        'maximum="2"/></participant></collaboration>'
    )
    assert "participant-multiplicity" in codes(load(file_of(pool + _process('<task id="t"/>'))))


def test_a_global_task_s_binding_fits_its_operation():
    task = (
        f"{_ITEMS}{_MESSAGE}{_OPERATION}"
        '<globalTask id="g"><ioSpecification><dataInput id="in" itemSubjectRef="count"/><inputSet>'
        "<dataInputRefs>in</dataInputRefs></inputSet><outputSet/></ioSpecification>"
        '<ioBinding inputDataRef="in" operationRef="op"/></globalTask>'
    )
    assert "operation-structure" in codes(load(file_of(task)))


@pytest.mark.parametrize(
    "body",
    [
        _io(f"{_INPUT}<outputSet/>"),
        _io(
            '<inputSet id="is"><outputSetRefs>o</outputSetRefs></inputSet>'
            '<outputSet id="o"><inputSetRefs>is</inputSetRefs></outputSet>'
        ),
        _copy("a", "a"),
        _copy("a", "b", f"<transformation {_FORMAL}>${{a}}</transformation>"),
        (
            '<endEvent id="e"><messageEventDefinition messageRef="m"><operationRef>op'
            "</operationRef></messageEventDefinition></endEvent>"
        ),
        (
            '<endEvent id="e"><dataInput id="in" itemSubjectRef="text"/><inputSet><dataInputRefs>in'
            '</dataInputRefs></inputSet><messageEventDefinition messageRef="m"/></endEvent>'
        ),
        _loop(_COMPLEX, attributes='behavior="Complex"'),
        '<adHocSubProcess id="x"><task id="t"/></adHocSubProcess>',
    ],
)
def test_what_keeps_the_constraints_is_accepted(body):
    found = codes(load(file_of(_process(body, roots=_MESSAGE + _OPERATION))))
    assert found == []


def test_every_constraint_is_tested():
    assert len(ALWAYS) + len(WITH_SCHEMA) == 28
