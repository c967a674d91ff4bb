from __future__ import annotations

from pathlib import Path

from bpmn.loading import load
from tests.bpmn.loading.drawn import drawn

_DIAGRAM = load(Path(__file__).with_name("camunda8.bpmn").read_bytes())
_MODEL = _DIAGRAM.processes[0]
_NODE = _MODEL.node


def _said(expression):
    return (expression.text, expression.language)


def test_the_platform_that_the_modeler_names_decides_the_dialect():
    assert (_DIAGRAM.dialect, _MODEL.version_tag) == ("camunda8", "v7")


def test_feel_begins_with_an_equals_sign_which_is_not_part_of_it():
    assert _said(_MODEL.flow["Flow_1"].condition) == ("amount > 100", "feel")


def test_a_user_task_says_who_does_it_and_until_when():
    who = _NODE["User_1"].assignment
    assert _said(who.assignee) == ("owner", "feel")
    assert [_said(e) for e in who.candidate_groups] == [
        ("sales", "literal"),
        ("support", "literal"),
    ]
    assert [_said(e) for e in who.candidate_users] == [('["kim", "sam"]', "feel")]
    assert _said(who.due) == ("2026-01-02T08:00:00Z", "literal")
    assert (_said(who.follow_up), _said(who.priority)) == (("followUp", "feel"), ("80", "literal"))


def test_mappings_may_write_into_a_path():
    lines, kind = _NODE["User_1"].inputs
    assert (lines.target, *_said(lines.source)) == ("lines", "order.items", "feel")
    assert _said(kind.source) == ("fixed", "literal")
    assert _NODE["User_1"].outputs[0].target == "order.items"
    assert _NODE["User_1"].properties == {"team": "A"}


def test_forms_are_deployed_or_in_the_diagram():
    form = _NODE["User_1"].form
    assert (form.kind, form.key, form.binding) == ("form-js", "check-order", "deployment")
    assert _NODE["User_2"].form.body.startswith('{"components"')


def test_a_task_definition_is_a_job_for_workers():
    work = _NODE["Service_1"].work
    assert (work.kind, *_said(work.name)) == ("external", "charge-card", "literal")
    assert _said(work.retries) == ("tries", "feel")
    assert [(key, value.text) for key, value in work.headers] == [("method", "visa")]
    assert _NODE["Throw_1"].work.name.text == "send-mail"
    assert [listener.event for listener in _NODE["Service_1"].listeners] == ["start"]


def test_a_user_task_of_an_old_file_stays_a_persons_work():
    model = drawn(
        '<userTask id="x"><extensionElements>'
        '<zeebe:taskDefinition type="io.camunda.zeebe:userTask"/>'
        "</extensionElements></userTask>",
        vendor="zeebe",
    )
    assert model.node["x"].work is None


def test_multi_instance_takes_and_gives_collections():
    loop = _NODE["Service_1"].loop
    assert (_said(loop.collection), loop.element_variable) == (("items", "feel"), "item")
    assert (loop.output_collection, _said(loop.output_element)) == ("results", ("result", "feel"))
    assert loop.completion_condition.language == "feel"


def test_scripts_and_decisions_name_their_result():
    script = _NODE["Script_1"]
    assert (script.script.text, script.script.format) == ("a + b", "feel")
    assert script.result_variable == "sum"
    rule = _NODE["Rule_1"].work
    assert (rule.kind, rule.name.text, rule.result_variable) == ("decision", "discount", "discount")


def test_a_call_activity_passes_everything_unless_it_says_no():
    call = _NODE["Call_1"].call
    assert (call.process.text, call.binding, call.version_tag) == ("ship", "versionTag", "v2")
    assert (call.all_in, call.all_out) == (True, False)


def test_a_messages_correlation_key_belongs_to_the_event():
    (event,) = _NODE["Catch_1"].events
    assert _said(event.correlation_key) == ("orderId", "feel")
