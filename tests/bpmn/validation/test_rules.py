"""Every rule: a diagram that breaks it, and one that keeps it."""

from __future__ import annotations

import pytest

from bpmn.loading import load
from bpmn.model import Problem, Severity
from bpmn.validation import RULES, validate
from tests.bpmn.loading.drawn import file_of, process_file

_ROOTS = (
    '<message id="m" name="Hello"/><message id="unnamed"/><signal id="s" name="Alarm"/>'
    '<signal id="quiet"/><error id="e" errorCode="E"/>'
)
_BEGIN = '<startEvent id="a"/><sequenceFlow id="f" sourceRef="a" targetRef="x"/>'
_TIMER = "<timerEventDefinition><{0}>{1}</{0}></timerEventDefinition>"
_WAIT = _TIMER.format("timeDuration", "PT1H")


def _flow(name: str, source: str, target: str, condition: str = "") -> str:
    inner = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
    ends = f'sourceRef="{source}" targetRef="{target}"'
    return f'<sequenceFlow id="{name}" {ends}>{inner}</sequenceFlow>'


def _problems(body: str, vendor: str = "") -> list[Problem]:
    found = validate(load(process_file(body, vendor=vendor, before=_ROOTS)))
    return [problem for problem in found if problem.code != "schema"]


_ERRORS = {
    "start-missing": [
        '<task id="x"/><task id="y"/>' + _flow("f", "x", "y") + _flow("g", "y", "x"),
    ],
    "start-several": ['<startEvent id="a"/><startEvent id="b"/>'],
    "start-trigger-in-sub-process": [
        f'<subProcess id="x"><startEvent id="i">{_WAIT}</startEvent></subProcess>'
    ],
    "start-kind": [
        '<startEvent id="a"><errorEventDefinition/></startEvent>',
        '<startEvent id="a"><terminateEventDefinition/></startEvent>',
    ],
    "event-sub-process-start": [
        '<subProcess id="s" triggeredByEvent="true"><startEvent id="i"/></subProcess>',
        '<task id="x"/><subProcess id="s" triggeredByEvent="true"><task id="y"/></subProcess>',
    ],
    "flow-source-missing": ['<task id="x"/>' + _flow("f", "gone", "x")],
    "flow-target-missing": ['<task id="x"/>' + _flow("f", "x", "gone")],
    "flow-crosses-scope": [
        _BEGIN + '<subProcess id="x"><task id="i"/></subProcess>' + _flow("g", "a", "i")
    ],
    "flow-into-start": ['<startEvent id="a"/><task id="x"/>' + _flow("f", "x", "a")],
    "flow-out-of-end": ['<endEvent id="z"/><task id="x"/>' + _flow("f", "z", "x")],
    "flow-into-boundary": [
        _BEGIN
        + f'<task id="x"/><boundaryEvent id="b" attachedToRef="x">{_WAIT}</boundaryEvent>'
        + _flow("g", "x", "b")
    ],
    "flow-at-event-sub-process": [
        _BEGIN + f'<subProcess id="x" triggeredByEvent="true"><startEvent>{_WAIT}</startEvent>'
        "</subProcess>"
    ],
    "flow-at-compensation": [_BEGIN + '<task id="x" isForCompensation="true"/>'],
    "default-not-outgoing": [
        '<startEvent id="a"/><exclusiveGateway id="x" default="f"/>' + _flow("f", "a", "x")
    ],
    "event-without-outgoing": [
        _BEGIN + f'<intermediateCatchEvent id="x">{_WAIT}</intermediateCatchEvent>'
    ],
    "gateway-flow-without-condition": [
        _BEGIN
        + '<exclusiveGateway id="x"/><task id="y"/>'
        + _flow("g", "x", "y")
        + _flow("h", "x", "y")
    ],
    "gateway-direction": [
        _BEGIN
        + '<parallelGateway id="x" gatewayDirection="Converging"/><task id="y"/>'
        + _flow("g", "x", "y")
        + _flow("h", "x", "y")
    ],
    "event-gateway-target": [
        _BEGIN
        + f'<eventBasedGateway id="x"/><task id="y"/>{_flow("g", "x", "y")}{_flow("h", "x", "y")}'
    ],
    "event-gateway-target-shared": [
        _BEGIN
        + f'<eventBasedGateway id="x"/><intermediateCatchEvent id="y">{_WAIT}'
        + "</intermediateCatchEvent>"
        + _flow("g", "x", "y")
        + _flow("h", "a", "y")
        + _flow("i", "y", "z")
        + '<endEvent id="z"/>'
    ],
    "event-gateway-flows": [_BEGIN + '<eventBasedGateway id="x"/>'],
    "event-kind": [
        _BEGIN + f'<endEvent id="x">{_WAIT}</endEvent>',
        _BEGIN + f'<intermediateThrowEvent id="x">{_WAIT}</intermediateThrowEvent>',
        '<intermediateCatchEvent id="x"><terminateEventDefinition/></intermediateCatchEvent>',
        (
            '<task id="x"/><boundaryEvent id="b" attachedToRef="x"><terminateEventDefinition/>'
            "</boundaryEvent>"
        ),
    ],
    "cancel-outside-transaction": [
        '<endEvent id="x"><cancelEventDefinition/></endEvent>',
        (
            '<task id="x"/><boundaryEvent id="b" attachedToRef="x"><cancelEventDefinition/>'
            "</boundaryEvent>"
        ),
    ],
    "boundary-unattached": [
        f'<task id="x"/><boundaryEvent id="b" attachedToRef="gone">{_WAIT}</boundaryEvent>',
        f'<endEvent id="x"/><boundaryEvent id="b" attachedToRef="x">{_WAIT}</boundaryEvent>',
    ],
    "boundary-in-other-scope": [
        (
            '<subProcess id="s"><task id="x"/></subProcess>'
            f'<boundaryEvent id="b" attachedToRef="x">{_WAIT}</boundaryEvent>'
        )
    ],
    "boundary-without-event": ['<task id="x"/><boundaryEvent id="b" attachedToRef="x"/>'],
    "catch-without-event": ['<intermediateCatchEvent id="x"/>'],
    "boundary-must-interrupt": [
        (
            '<task id="x"/><boundaryEvent id="b" attachedToRef="x" cancelActivity="false">'
            "<errorEventDefinition/></boundaryEvent>"
        )
    ],
    "message-without-name": [
        '<startEvent id="x"><messageEventDefinition/></startEvent>',
        '<startEvent id="x"><messageEventDefinition messageRef="unnamed"/></startEvent>',
        '<endEvent id="x"><messageEventDefinition messageRef="unnamed"/></endEvent>',
    ],
    "signal-without-name": [
        '<endEvent id="x"><signalEventDefinition/></endEvent>',
        '<startEvent id="x"><signalEventDefinition signalRef="quiet"/></startEvent>',
    ],
    "condition-missing": ['<startEvent id="x"><conditionalEventDefinition/></startEvent>'],
    "link-unpaired": [
        _BEGIN + '<intermediateThrowEvent id="x"><linkEventDefinition name="A"/>'
        "</intermediateThrowEvent>",
        '<intermediateCatchEvent id="x"><linkEventDefinition name="A"/></intermediateCatchEvent>',
        _BEGIN + '<intermediateThrowEvent id="x"><linkEventDefinition/></intermediateThrowEvent>',
    ],
    "timer-missing": ['<startEvent id="x"><timerEventDefinition/></startEvent>'],
    "timer-invalid": [
        f'<startEvent id="x">{_TIMER.format("timeCycle", "R3/P")}</startEvent>',
        f'<startEvent id="x">{_TIMER.format("timeDate", "2026-02-30")}</startEvent>',
        f'<startEvent id="x">{_TIMER.format("timeDate", "PT5M")}</startEvent>',
    ],
    "call-target-missing": ['<callActivity id="x"/>'],
    "quantity-invalid": ['<task id="x" startQuantity="0"/>'],
    "loop-maximum": [
        '<task id="x"><standardLoopCharacteristics loopMaximum="-1"/></task>',
        '<task id="x"><standardLoopCharacteristics loopMaximum="many"/></task>',
    ],
    "loop-without-end": ['<task id="x"><standardLoopCharacteristics/></task>'],
    "multi-instance-without-count": ['<task id="x"><multiInstanceLoopCharacteristics/></task>'],
    "expression-syntax": ['<task id="x"/>' + _flow("f", "x", "x", "${a +}")],
    "language-unknown": [
        (
            '<task id="x"><standardLoopCharacteristics>'
            '<loopCondition language="mvel">a</loopCondition>'
            "</standardLoopCharacteristics></task>"
        )
    ],
    "script-format-unknown": [
        '<scriptTask id="x" scriptFormat="groovy"><script>x = 1</script></scriptTask>',
        '<scriptTask id="x"><script>x = 1</script></scriptTask>',
    ],
    "script-syntax": [
        '<scriptTask id="x" scriptFormat="python"><script>x = = 1</script></scriptTask>'
    ],
}
_WARNINGS = {
    "process-empty": [""],
    "node-unreached": ['<startEvent id="a"/><task id="x"/>'],
    "default-ignored": [
        _BEGIN + '<parallelGateway id="x" default="g"/><task id="y"/>' + _flow("g", "x", "y")
    ],
    "default-with-condition": [
        _BEGIN
        + '<exclusiveGateway id="x" default="g"/><task id="y"/>'
        + _flow("g", "x", "y", "${a}")
        + _flow("h", "x", "y", "${b}")
    ],
    "gateway-no-default": [
        _BEGIN
        + '<exclusiveGateway id="x"/><task id="y"/>'
        + _flow("g", "x", "y", "${a}")
        + _flow("h", "x", "y", "${b}")
    ],
    "gateway-flow-without-condition": [
        _BEGIN
        + '<exclusiveGateway id="x"/><task id="y"/>'
        + _flow("g", "x", "y", "${a}")
        + _flow("h", "x", "y")
    ],
    "complex-without-condition": [
        _BEGIN
        + '<complexGateway id="x"/><task id="y"/>'
        + _flow("g", "x", "y")
        + _flow("h", "y", "x")
    ],
    "gateway-single-condition": [
        _BEGIN + '<exclusiveGateway id="x"/><task id="y"/>' + _flow("g", "x", "y", "${a}")
    ],
    "condition-ignored": [
        _BEGIN + '<parallelGateway id="x"/><task id="y"/>' + _flow("g", "x", "y", "${a}")
    ],
    "message-missing": [_BEGIN + '<endEvent id="x"><messageEventDefinition/></endEvent>'],
    "script-missing": ['<scriptTask id="x"/>'],
    "work-missing": ['<businessRuleTask id="x"/>'],
    "multi-instance-two-counts": [
        (
            '<task id="x"><multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality>'
            "<loopDataInputRef>o</loopDataInputRef></multiInstanceLoopCharacteristics></task>"
            '<dataObject id="o" name="orders"/>'
        )
    ],
}


@pytest.mark.parametrize(
    ("severity", "code", "body"),
    [
        *(("error", code, body) for code, bodies in _ERRORS.items() for body in bodies),
        *(("warning", code, body) for code, bodies in _WARNINGS.items() for body in bodies),
    ],
)
def test_a_broken_rule_is_told_with_its_element_and_what_to_do(severity, code, body):
    found = [problem for problem in _problems(body) if problem.code == code]
    assert [problem.severity for problem in found][:1] == [severity]
    assert all(problem.element_id and problem.hint and problem.line for problem in found)


@pytest.mark.parametrize(
    "timer",
    [
        ("timeDate", "2026-12-24T18:00:00Z"),
        ("timeDate", "2026-12-24T18:00:00+02:00[Europe/Berlin]"),
        ("timeDuration", "P1Y2M3DT4H5M6.5S"),
        ("timeDuration", "P2W"),
        ("timeDuration", "${wait}"),
        ("timeCycle", "R/2026-01-01T00:00:00Z/P1D"),
        ("timeCycle", "R5/PT10M/2026-01-01T00:00:00Z"),
        ("timeCycle", "R3/PT10M"),
        ("timeCycle", "R/2026-03-28T09:00:00[Europe/Berlin]/P1D"),
    ],
)
def test_a_timer_as_the_standard_writes_it_is_right(timer):
    assert _problems(f'<startEvent id="x">{_TIMER.format(*timer)}</startEvent>') == []


@pytest.mark.parametrize("cron", ["0 0/5 9-17 ? * MON-FRI", "CRON_TZ=Europe/Berlin 0 9 * * *"])
def test_camunda_7_allows_cron(cron):
    timer = _TIMER.format("timeCycle", cron)
    body = f'<startEvent id="x">{timer}</startEvent>'
    assert _problems(body, vendor="camunda") == []


@pytest.mark.parametrize(
    ("vendor", "task"),
    [("camunda", "serviceTask"), ("zeebe", "serviceTask"), ("spiffworkflow", "serviceTask")],
)
def test_where_modelers_ask_for_an_implementation_a_service_task_needs_one(vendor, task):
    assert [p.code for p in _problems(f'<{task} id="x"/>', vendor=vendor)] == ["work-missing"]


def test_a_plain_service_task_passes_through():
    assert _problems('<serviceTask id="x"/>') == []


def test_what_does_no_harm_is_a_warning_where_vendors_engines_run_it():
    body = _BEGIN + f'<intermediateCatchEvent id="x">{_WAIT}</intermediateCatchEvent>'
    (problem,) = _problems(body, vendor="camunda")
    assert (problem.code, problem.severity) == ("event-without-outgoing", "warning")


def test_an_external_script_file_is_not_read():
    (problem,) = _problems(
        '<scriptTask id="x" scriptFormat="python" camunda:resource="a.py"/>', vendor="camunda"
    )
    assert problem.code == "script-resource"


def test_a_collection_is_a_variable_with_a_name():
    (problem,) = _problems(
        '<task id="x"><multiInstanceLoopCharacteristics camunda:collection="a + b"/></task>',
        vendor="camunda",
    )
    assert problem.code == "variable-name"


def test_expressions_everywhere_are_compiled():
    body = (
        '<userTask id="x" camunda:assignee="${a +}"><extensionElements><camunda:inputOutput>'
        '<camunda:inputParameter name="n"><camunda:list><camunda:value>${b +}</camunda:value>'
        '</camunda:list></camunda:inputParameter><camunda:outputParameter name="m">'
        '<camunda:map><camunda:entry key="k">${c +}</camunda:entry></camunda:map>'
        "</camunda:outputParameter></camunda:inputOutput></extensionElements></userTask>"
    )
    assert [p.code for p in _problems(body, vendor="camunda")] == ["expression-syntax"] * 3


def test_a_form_with_a_problem_is_told_at_its_task():
    body = (
        '<userTask id="x"><extensionElements><camunda:formData><camunda:formField label="A" '
        'type="string"/></camunda:formData></extensionElements></userTask>'
    )
    (problem,) = _problems(body, vendor="camunda")
    assert (problem.code, problem.element_id) == ("form-key-missing", "x")


def test_a_form_key_of_another_application_is_told():
    (problem,) = _problems('<userTask id="x" camunda:formKey="app:a.html"/>', vendor="camunda")
    assert (problem.code, problem.severity) == ("form-key-unknown", "info")


def _collaboration(flow: str, nodes: str = "", pools: str = "") -> list[Problem]:
    data = file_of(
        f'<collaboration id="c"><participant id="one" processRef="p"/><participant id="two"/>'
        f'{pools}{flow}</collaboration><process id="p"><task id="x"/><task id="y"/>{nodes}'
        "</process>"
    )
    return [problem for problem in validate(load(data)) if problem.code != "schema"]


def test_a_message_flow_from_one_pool_to_another_is_right():
    assert _collaboration('<messageFlow id="mf" sourceRef="x" targetRef="two"/>') == []


@pytest.mark.parametrize(
    ("source", "target"), [("x", "y"), ("x", "one"), ("x", "gone"), ("two", "a")]
)
def test_a_message_flow_elsewhere_is_told(source, target):
    flow = f'<messageFlow id="mf" sourceRef="{source}" targetRef="{target}"/>'
    found = _collaboration(flow, _BEGIN)
    assert [problem.code for problem in found if problem.severity == "error"] == ["message-flow"]


def test_a_pool_without_its_process_is_told():
    (problem,) = _collaboration("", pools='<participant id="three" processRef="gone"/>')
    assert problem.code == "participant-process-missing"


def test_a_correlation_property_without_expression_is_told():
    data = file_of('<correlationProperty id="c"/><process id="p"><task id="x"/></process>')
    assert [p.code for p in validate(load(data))] == ["correlation-incomplete"]


def test_a_flow_into_another_pool_is_told_as_such():
    data = file_of(
        '<process id="p"><task id="x"/><sequenceFlow id="f" sourceRef="x" targetRef="y"/></process>'
        '<process id="q"><task id="y"/></process>'
    )
    (problem,) = [p for p in validate(load(data)) if p.severity == "error"]
    assert problem.code == "flow-target-missing"
    assert "message flow" in problem.hint


def test_a_process_that_is_not_executable_is_shown_and_says_why_it_cannot_be_started():
    data = file_of('<process id="p" isExecutable="false"><callActivity id="x"/></process>')
    problems = validate(load(data))
    assert {problem.code: problem.severity for problem in problems} == {
        "process-not-executable": Severity.INFO,
        "call-target-missing": Severity.WARNING,
    }


def test_all_problems_are_told_at_once_in_the_order_of_the_file():
    body = '<callActivity id="a"/>\n<task id="b" startQuantity="0"/>\n<callActivity id="c"/>'
    assert [problem.element_id for problem in _problems(body)] == ["a", "b", "c"]


def test_every_rule_explains_itself():
    assert all(rule.__doc__ for rule in RULES)
    assert len(set(RULES)) == len(RULES)
