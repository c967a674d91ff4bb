"""What a task gives a connector, as the three vendors' modelers write it."""

from __future__ import annotations

from bpmn.loading import load
from bpmn.model import Expression, MapValue
from bpmn.validation import validate
from tests.bpmn.loading.drawn import drawn, process_file

_CAMUNDA7 = """
<serviceTask id="x"><extensionElements><camunda:connector><camunda:inputOutput>
  <camunda:inputParameter name="url">https://${host}/orders</camunda:inputParameter>
  <camunda:inputParameter name="headers"><camunda:map>
    <camunda:entry key="Authorization">Bearer {{secrets.ERP}}</camunda:entry>
  </camunda:map></camunda:inputParameter>
  <camunda:outputParameter name="number">${S(response).prop("n").value()}</camunda:outputParameter>
</camunda:inputOutput><camunda:connectorId>http-connector</camunda:connectorId></camunda:connector>
</extensionElements></serviceTask>
"""
_CAMUNDA8 = """
<serviceTask id="x"><extensionElements>
  <zeebe:taskDefinition type="{type}" retries="4"/>
  <zeebe:ioMapping>
    <zeebe:input source="bearer" target="authentication.type"/>
    <zeebe:input source="{{{{secrets.ERP}}}}" target="authentication.token"/>
    <zeebe:input source="=base + &quot;/orders&quot;" target="url"/>
  </zeebe:ioMapping>
  <zeebe:taskHeaders>
    <zeebe:header key="resultVariable" value="answer"/>
    <zeebe:header key="resultExpression" value="={{number: response.body.n}}"/>
    <zeebe:header key="errorExpression" value="=if error.code = &quot;404&quot; then 1 else null"/>
    <zeebe:header key="retryBackoff" value="PT30S"/>
  </zeebe:taskHeaders>
</extensionElements></serviceTask>
"""
_SPIFF = """
<serviceTask id="x"><extensionElements>
  <spiffworkflow:serviceTaskOperator id="http/PostRequestV2" resultVariable="answer">
    <spiffworkflow:parameters>
      <spiffworkflow:parameter id="url" type="str" value="'https://' + host"/>
      <spiffworkflow:parameter id="headers" type="any"
                               value="{'X-Key': 'SPIFF_SECRET:ERP'}"/>
      <spiffworkflow:parameter id="data" type="any" value=""/>
    </spiffworkflow:parameters>
  </spiffworkflow:serviceTaskOperator>
</extensionElements></serviceTask>
"""


def work_of(body, vendor):
    return drawn(body, vendor=vendor).node["x"].work


def test_camunda7_maps_inputs_and_outputs_in_the_connectors_own_scope():
    work = work_of(_CAMUNDA7, "camunda")
    assert (work.kind, work.name.text) == ("connector", "http-connector")
    url, headers = work.call.arguments
    assert (url.name, url.value.text) == ("url", "https://${host}/orders")
    assert isinstance(headers.value, MapValue)
    assert headers.drawn == ("Authorization", "Bearer {{secrets.ERP}}")
    (number,) = work.call.outputs
    assert (number.target, number.source.language) == ("number", "juel")


def test_activitis_mail_task_gives_its_fields():
    work = work_of(
        '<serviceTask id="x" camunda:type="mail"><extensionElements>'
        '<camunda:field name="to" stringValue="a@example.com"/>'
        "</extensionElements></serviceTask>",
        "camunda",
    )
    assert (work.kind, work.name.text) == ("connector", "mail")
    assert [(given.name, given.value.text) for given in work.call.arguments] == [
        ("to", "a@example.com")
    ]


def test_camunda8s_rest_template_gives_what_its_inputs_wrote():
    work = work_of(_CAMUNDA8.format(type="io.camunda:http-json:1"), "zeebe")
    assert (work.kind, work.name.text) == ("connector", "io.camunda:http-json:1")
    assert work.retries.text == "4"
    authentication, url = work.call.arguments
    assert authentication.value == Expression("authentication", "variable", url.value.line)
    assert authentication.drawn == ("bearer", "{{secrets.ERP}}")
    assert url.drawn == ('=base + "/orders"',)


def test_camunda8s_headers_say_what_becomes_of_the_answer():
    call = work_of(_CAMUNDA8.format(type="io.camunda:http-json:1"), "zeebe").call
    assert call.result_variable == "answer"
    assert (call.result.text, call.result.language) == ("{number: response.body.n}", "feel")
    assert call.error.text == 'if error.code = "404" then 1 else null'
    assert call.backoff == "PT30S"


def test_a_job_type_may_name_our_own_connectors():
    work = work_of(_CAMUNDA8.format(type="connector:http"), "zeebe")
    assert (work.kind, work.name.text) == ("connector", "http")


def test_any_other_job_type_is_a_workers():
    assert work_of(_CAMUNDA8.format(type="charge"), "zeebe").kind == "external"


def test_spiffworkflows_operators_may_refer_to_secrets_in_its_way():
    call = work_of(_SPIFF, "spiffworkflow").call
    assert [given.name for given in call.arguments] == ["url", "headers"]
    assert call.arguments[1].drawn == ("{'X-Key': '{{secrets.ERP}}'}",)
    assert call.arguments[1].value.text == "{'X-Key': '{{secrets.ERP}}'}"


def test_what_a_connector_is_given_is_compiled_at_deployment():
    wrong = _CAMUNDA7.replace("${host}", "${host +}")
    problems = validate(load(process_file(wrong, vendor="camunda")))
    assert "expression-syntax" in [problem.code for problem in problems]
    assert "element-refused" not in [problem.code for problem in problems]
