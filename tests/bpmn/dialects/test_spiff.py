from __future__ import annotations

from pathlib import Path

from bpmn.loading import load
from tests.bpmn.loading.drawn import drawn

_DIAGRAM = load(Path(__file__).with_name("spiff.bpmn").read_bytes())
_MODEL = _DIAGRAM.processes[0]
_NODE = _MODEL.node


def _said(expression):
    return (expression.text, expression.language)


def test_expressions_and_scripts_are_python():
    assert _DIAGRAM.dialect == "spiff"
    assert _said(_MODEL.flow["Flow_1"].condition) == ("number > 5", "python")
    assert _said(_NODE["Catch_1"].events[0].expression) == ('"PT1H"', "python")
    assert _NODE["Script_1"].script.format == "python"


def test_a_script_loses_the_indentation_that_all_lines_share():
    assert _NODE["Script_1"].script.text == "total = 1\nif total:\n    total = 2"


def test_scripts_run_before_and_after_a_task():
    node = _NODE["User_1"]
    assert (node.pre_script.text, node.post_script.text) == ("number = 1", "number += 1")
    assert (node.form.kind, node.form.key) == ("json-schema", "request.json")


def test_an_operator_of_http_is_a_connector_with_parameters():
    work = _NODE["Service_1"].work
    assert (work.kind, work.name.text) == ("connector", "http/GetRequest")
    assert work.call.result_variable == "answer"
    (argument,) = work.call.arguments
    assert (argument.name, *_said(argument.value)) == ("url", "'https://' + host", "python")


def test_any_other_operator_is_a_handler_with_parameters():
    model = drawn(
        '<serviceTask id="x"><extensionElements><spiffworkflow:serviceTaskOperator id="slack/Post" '
        'resultVariable="answer"><spiffworkflow:parameters><spiffworkflow:parameter id="text" '
        'type="str" value="greeting"/></spiffworkflow:parameters>'
        "</spiffworkflow:serviceTaskOperator></extensionElements></serviceTask>",
        vendor="spiffworkflow",
    )
    work = model.node["x"].work
    assert (work.kind, work.name.text, work.result_variable) == ("handler", "slack/Post", "answer")
    ((name, value),) = work.headers
    assert (name, *_said(value)) == ("text", "greeting", "python")


def test_messages_and_errors_carry_data():
    (message,) = _NODE["Send_1"].events
    assert _said(message.name) == ("request", "literal")
    assert _said(message.payload[0].source) == ('{"id": number}', "python")
    assert message.message_variable == "reply"
    (error,) = _NODE["Boundary_1"].events
    assert (error.code.text, error.code_variable) == ("REFUSED", "why")
