from __future__ import annotations

from pathlib import Path

import pytest

from bpmn.loading import load
from bpmn.model import Expression, ListValue, MapValue, Script
from tests.bpmn.loading.drawn import drawn

_DIAGRAM = load(Path(__file__).with_name("camunda7.bpmn").read_bytes())
_MODEL = _DIAGRAM.processes[0]
_NODE = _MODEL.node


def _said(expression):
    return (expression.text, expression.language)


def test_the_platform_that_the_modeler_names_decides_the_dialect():
    assert (_DIAGRAM.dialect, _DIAGRAM.platform_version) == ("camunda7", "7.21.0")


def test_the_process_says_who_may_start_it():
    assert _MODEL.version_tag == "1.2"
    assert _MODEL.candidate_starter_groups == ("sales", "support")
    assert _MODEL.candidate_starter_users == ("kim",)
    assert not _MODEL.startable_in_tasklist
    assert _MODEL.history_time_to_live == "P30D"
    assert _MODEL.properties == {"owner": "Sales"}
    assert _MODEL.listeners[0].work.name.text == "org.example.Audit"


def test_a_user_task_says_who_does_it_and_until_when():
    who = _NODE["User_1"].assignment
    assert _said(who.assignee) == ("${starter}", "juel")
    assert [_said(e) for e in who.candidate_users] == [
        ("kim", "literal"),
        ("${pick(a, b)}", "juel"),
    ]
    assert [_said(e) for e in who.candidate_groups] == [("sales", "literal")]
    assert _said(who.due) == ("${dueDate}", "juel")
    assert _said(who.follow_up) == ("2026-01-02T08:00:00Z", "literal")
    assert _said(who.priority) == ("70", "literal")


def test_jobs_are_where_the_diagram_wants_them():
    node = _NODE["User_1"]
    assert (node.async_before, node.async_after, node.exclusive) == (True, False, False)
    assert _said(node.retry_cycle) == ("R3/PT10M", "literal")
    assert _said(node.job_priority) == ("5", "literal")
    assert _NODE["Service_1"].async_after


def test_input_and_output_parameters_are_texts_lists_maps_and_scripts():
    text, tags, labels = _NODE["User_1"].inputs
    assert (text.target, *_said(text.source)) == ("text", "Order ${orderId}", "juel")
    assert isinstance(tags.source, ListValue)
    assert [getattr(item, "language", "script") for item in tags.source.items] == [
        "literal",
        "juel",
        "script",
    ]
    assert isinstance(tags.source.items[2], Script)
    assert isinstance(labels.source, MapValue)
    entries = [(key.text, value.text) for key, value in labels.source.entries]
    assert entries == [("a", "${x}"), ("b", "${null}")]
    assert [(o.target, o.source.text) for o in _NODE["User_1"].outputs] == [
        ("checked", "${number}")
    ]


def test_forms_are_fields_a_form_file_or_a_key():
    fields = _NODE["User_1"].form
    assert (fields.kind, fields.data.tag) == ("fields", "camunda:formData")
    assert fields.data.attributes["businessKey"] == "number"
    reference = _NODE["User_2"].form
    assert (reference.kind, reference.key) == ("form-js", "approve")
    assert (reference.binding, reference.version) == ("version", "4")
    assert (_NODE["User_3"].form.kind, _NODE["User_3"].form.key) == ("form-js", "check.form")
    assert (_NODE["Start_1"].form.kind, _NODE["Start_1"].initiator) == ("key", "starter")


def test_activitis_form_properties_become_form_fields():
    model = drawn(
        '<userTask id="x"><extensionElements><activiti:formProperty id="a" name="A" type="long" '
        'required="true"/></extensionElements></userTask>',
        vendor="activiti",
    )
    (field,) = model.node["x"].form.data.children
    assert field.attributes == {"id": "a", "label": "A", "type": "long"}
    assert field.children[0].children[0].attributes["name"] == "required"


@pytest.mark.parametrize(
    ("node", "kind", "name", "language"),
    [
        ("Service_1", "external", "charge", "literal"),
        ("Service_2", "handler", "org.example.ShipOrder", "literal"),
        ("Service_3", "handler", "mailer", "literal"),
        ("Service_4", "expression", "${total + 1}", "juel"),
        ("Rule_1", "decision", "discount", "literal"),
        ("Send_1", "connector", "http-connector", "literal"),
    ],
)
def test_what_a_task_calls(node, kind, name, language):
    work = _NODE[node].work
    assert (work.kind, *_said(work.name)) == (kind, name, language)


def test_an_external_tasks_failure_may_be_a_bpmn_error():
    ((code, condition),) = _NODE["Service_1"].work.errors
    assert (code.text, condition.language) == ("REFUSED", "juel")
    assert _said(_NODE["Service_1"].work.priority) == ("${p}", "juel")


def test_a_class_receives_its_fields():
    headers = dict(_NODE["Service_2"].work.headers)
    assert _said(headers["carrier"]) == ("post", "literal")
    assert _said(headers["weight"]) == ("${weight}", "juel")


def test_results_and_bindings_are_kept():
    rule = _NODE["Rule_1"].work
    assert (rule.binding, rule.version.text, rule.map_result) == ("version", "2", "singleEntry")
    assert rule.result_variable == "discount"
    assert _NODE["Service_4"].result_variable == "total"


def test_a_call_activity_passes_only_what_is_mapped():
    call = _NODE["Call_1"].call
    assert _said(call.process) == ("${callee}", "juel")
    assert (call.binding, call.version.text) == ("version", "3")
    assert [(v.target, *_said(v.source), v.local) for v in call.ins] == [
        ("id", "orderId", "variable", False),
        ("sum", "${a + b}", "juel", True),
    ]
    assert _said(call.business_key) == ("#{execution.processBusinessKey}", "juel")
    assert (call.all_in, call.all_out) == (False, True)


def test_a_collection_may_be_an_expression():
    loop = _NODE["Call_1"].loop
    assert (loop.kind, *_said(loop.collection)) == ("sequential", "${orders}", "juel")
    assert loop.element_variable == "order"


def test_events_name_variables_for_what_they_catch():
    (error,) = _NODE["Boundary_1"].events
    assert (error.code.text, error.code_variable, error.message_variable) == (
        "REFUSED",
        "code",
        "message",
    )
    (condition,) = _NODE["Catch_1"].events
    assert (condition.variable_name, condition.variable_events) == ("paid", ("create", "update"))


def test_a_thrown_message_may_be_sent_by_a_worker_and_have_a_computed_name():
    (message,) = _NODE["Throw_1"].events
    assert _said(message.name) == ("reminder-${orderId}", "juel")
    assert (message.work.kind, message.work.name.text) == ("external", "remind")


def test_a_signal_carries_what_is_mapped():
    model = drawn(
        '<endEvent id="x"><signalEventDefinition signalRef="s"><extensionElements>'
        '<camunda:in source="a" target="b"/></extensionElements></signalEventDefinition>'
        "</endEvent>",
        vendor="camunda",
        before='<signal id="s" name="Alarm"/>',
    )
    (payload,) = model.node["x"].events[0].payload
    assert (payload.target, payload.source.text) == ("b", "a")


def test_conditions_are_scripts_when_they_name_a_script_language():
    assert _MODEL.flow["Flow_3"].condition.format == "groovy"
    assert isinstance(_MODEL.flow["Flow_4"].condition, Expression)
    assert _said(_MODEL.flow["Flow_4"].condition) == ("true", "literal")


def test_every_extension_element_is_kept_as_drawn():
    tags = [extension.tag for extension in _NODE["User_1"].extensions]
    assert tags == [
        "camunda:formData",
        "camunda:inputOutput",
        "camunda:taskListener",
        "camunda:failedJobRetryTimeCycle",
    ]
    assert _NODE["User_1"].attributes["camunda:jobPriority"] == "5"
