"""What vendors call things, in the words of the http connector."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from jsonschema import Draft202012Validator

from bpmn.expressions.base import BpmnErrorThrown
from bpmn.model import (
    ConnectorCall,
    Expression,
    ListValue,
    MapValue,
    Script,
    Variable,
    Work,
    WorkKind,
)
from engine.errors import SettingInvalid
from engine.services.connectors.answers import as_error, as_variables
from engine.services.connectors.base import Answer, CallRefused, Request
from engine.services.connectors.camunda7 import Camunda7Http
from engine.services.connectors.camunda8 import Camunda8Rest
from engine.services.connectors.certificates import Certificates
from engine.services.connectors.evaluating import Evaluation
from engine.services.connectors.http_bodies import as_json
from engine.services.failure import WorkFailure
from engine.services.handlers import WorkItem
from tests.support.recording_server import RecordingServer, Told

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def feel(text: str) -> Expression:
    return Expression(text, "feel")


def make(connector, server, **inputs) -> Answer:
    given = {"url": server.url, **inputs}
    assert list(Draft202012Validator(connector.schema).iter_errors(given)) == []
    return connector.call(Request(given, "key-1", NOON))


def wrong(connector, **inputs) -> bool:
    return bool(list(Draft202012Validator(connector.schema).iter_errors(inputs)))


# ---- Camunda 8 -----------------------------------------------------------------------------------


@pytest.fixture
def rest(http) -> Camunda8Rest:
    return Camunda8Rest(http)


@pytest.mark.parametrize(
    ("authentication", "header"),
    [
        ({"type": "noAuth"}, None),
        ({"type": ""}, None),
        ({"type": "basic", "username": "ana", "password": "x"}, "Basic YW5hOng="),
        ({"type": "bearer", "token": "abc"}, "Bearer abc"),
    ],
)
def test_camunda8s_authentication_is_sent(rest, server, authentication, header):
    make(rest, server, authentication=authentication)
    assert server.arrived[0].headers.get("authorization") == header


def test_camunda8s_api_key_is_a_header_or_in_the_query(rest, server):
    key = {"type": "apiKey", "name": "X-Key", "value": "k"}
    make(rest, server, authentication={**key, "apiKeyLocation": "headers"})
    make(rest, server, authentication={**key, "apiKeyLocation": "query"})
    assert server.arrived[0].headers["x-key"] == "k"
    assert server.arrived[1].query == {"X-Key": ["k"]}


@pytest.mark.parametrize(
    ("how", "basic"), [("basicAuthHeader", True), ("credentialsBody", False), (None, True)]
)
def test_camunda8s_client_credentials_get_a_token(rest, server, how, basic):
    authentication = {
        "type": "oauth-client-credentials-flow",
        "clientId": "laneway",
        "clientSecret": "s",
        "scopes": "a b",
        "audience": "",
        **({"clientAuthentication": how} if how else {}),
    }
    with RecordingServer().running() as issuer:
        issuer.answers(Told(200, {"access_token": "t1"}))
        make(rest, server, authentication={**authentication, "oauthTokenEndpoint": issuer.url})
        (asked,) = issuer.arrived
    pair = base64.b64encode(b"laneway:s").decode()
    assert asked.headers.get("authorization") == (f"Basic {pair}" if basic else None)
    assert (b"client_secret=s" in asked.body) is not basic
    assert b"scope=a+b" in asked.body
    assert server.arrived[0].headers["authorization"] == "Bearer t1"


@pytest.mark.parametrize(
    ("authentication", "lacking"),
    [
        ({"type": "basic"}, "username"),
        ({"type": "bearer"}, "token"),
        ({"type": "apiKey", "name": "X"}, "value"),
        ({"type": "oauth-client-credentials-flow"}, "oauthTokenEndpoint"),
    ],
)
def test_a_field_that_was_left_empty_is_named(rest, server, authentication, lacking):
    with pytest.raises(WorkFailure, match=lacking) as failed:
        make(rest, server, authentication=authentication)
    assert failed.value.is_final


@pytest.mark.parametrize(
    "given",
    [
        {"authentication": {"type": "oauth-refresh-token"}},
        {"authentication": {}},
        {"storeResponse": True},
        {"documentReturnFormat": {"choice": "DOCUMENT"}},
        {"readTimeoutInSeconds": "soon"},
        {"authenticationConfiguration": "x"},
    ],
)
def test_what_camunda8s_template_can_and_laneway_cannot_is_refused(rest, given):
    assert wrong(rest, url="https://erp.example", **given)


@pytest.mark.parametrize(
    ("body", "sent"),
    [
        ('{"a": 1, "b": null}', b'{"a": 1}'),
        ({"a": [{"b": None}], "c": None}, b'{"a": [{}]}'),
        ("plain", b"plain"),
        ("", b""),
    ],
)
def test_camunda8s_body_may_leave_null_out(rest, server, body, sent):
    make(rest, server, method="POST", body=body, ignoreNullValues="true")
    assert server.arrived[0].body == sent


def test_camunda8s_body_is_json_unless_a_header_says_otherwise(rest, server):
    make(rest, server, method="POST", body='{"a": 1}')
    make(rest, server, method="POST", body="<a/>", headers={"content-type": "text/xml"})
    make(rest, server, method="POST", body={"a": 1}, headers="")
    types = [arrived.headers["content-type"] for arrived in server.arrived]
    assert types == ["application/json", "text/xml", "application/json"]


@pytest.mark.parametrize(("choice", "body"), [("TEXT", '{"a": 1}'), ("JSON", {"a": 1})])
def test_camunda8s_answer_is_text_where_the_template_says_so(rest, server, choice, body):
    server.answers(Told(200, {"a": 1}))
    given = {"choice": choice, "encoding": "UTF-8"}
    assert make(rest, server, documentReturnFormat=given).body == body


def test_camunda8s_error_knows_the_body(rest, server):
    server.answers(Told(422, b'{"why": "x"}', {"Content-Type": "text/plain"}))
    with pytest.raises(CallRefused) as refused:
        make(rest, server)
    assert refused.value.seen["body"] == {"why": "x"}


def test_camunda8s_timeouts_may_be_texts_and_zero(rest, server):
    given = {"connectionTimeoutInSeconds": "20", "readTimeoutInSeconds": 0}
    assert make(rest, server, **given).status == 200


def test_camunda8s_certificate_is_given_as_text(rest, server):
    with pytest.raises(WorkFailure, match="certificate"):
        make(rest, server, clientTls={"clientCertificate": "x", "clientPrivateKey": "y"})
    with pytest.raises(WorkFailure, match="authority"):
        make(rest, server, clientTls={"trustedCertificate": "x"})
    assert make(rest, server, clientTls={"clientCertificate": ""}).status == 200


# ---- Camunda 7 -----------------------------------------------------------------------------------


def test_camunda7s_options_mean_what_they_mean_there(http, server):
    connector = Camunda7Http(http)
    server.answers(Told(302, headers={"Location": "/x"}))
    options = {"redirects-enabled": "false", "socket-timeout": "0", "connection-timeout": 500}
    assert make(connector, server, configOptions=options).status == 302
    with pytest.raises(WorkFailure, match="redirect too many"):
        make(connector, server, configOptions={"max-redirects": "2"})
    assert len(server.arrived) == 4


def test_an_option_that_is_no_number_is_named(http, server):
    with pytest.raises(WorkFailure, match="socket-timeout") as failed:
        make(Camunda7Http(http), server, configOptions={"socket-timeout": "soon"})
    assert failed.value.is_final


def test_options_that_mean_nothing_here_are_refused(http):
    options = {"proxy": "http://proxy"}
    assert wrong(Camunda7Http(http), url="https://erp.example", configOptions=options)


def test_camunda7s_soap_connector_posts(http, server):
    make(Camunda7Http(http, "soap-http-connector", "POST"), server, payload="<a/>")
    assert (server.arrived[0].method, server.arrived[0].body) == ("POST", b"<a/>")


# ---- mappings ------------------------------------------------------------------------------------


def evaluation(**variables) -> Evaluation:
    work = Work(WorkKind.CONNECTOR, Expression("http", "literal"), call=ConnectorCall())
    return Evaluation(WorkItem("i1", "x", variables, {}, "k", NOON, 2, work=work))


def test_inputs_may_be_scripts_lists_and_maps():
    found = evaluation(a=2)
    value = MapValue(
        (
            (
                Expression("k${a}", "juel"),
                ListValue((Script("b = a + 1\na * 10", "python"), Expression("a", "variable"))),
            ),
        )
    )
    assert found.value(value) == {"k2": [20, 2]}
    assert found.item.variables == {"a": 2}


@pytest.mark.parametrize(
    "source", [Script("1 / 0", "python"), Expression("${a.b.c()}", "juel"), Script("x", "groovy")]
)
def test_an_expression_that_fails_is_named_for_good(source):
    with pytest.raises(WorkFailure) as failed:
        evaluation(a=1).value(source)
    assert failed.value.is_final
    assert source.text in failed.value.message


def test_outputs_see_those_before_them():
    call = ConnectorCall(
        outputs=(
            Variable("one", Expression("${body + 1}", "juel")),
            Variable("two", Expression("${one + 1}", "juel")),
        )
    )
    assert as_variables(evaluation(), call, Answer(body=1)) == {"one": 2, "two": 3}


def test_a_result_must_be_a_context():
    call = ConnectorCall(result=feel("body"))
    with pytest.raises(WorkFailure, match=r"\{name: response"):
        as_variables(evaluation(), call, Answer(body=1))
    silent = ConnectorCall(result=feel("null"))
    assert as_variables(evaluation(), silent, Answer(body=1)) == {}


@pytest.mark.parametrize("said", ["1", '"x"', "{a: 1}", "true"])
def test_an_error_expression_must_say_what_it_means(said):
    call = ConnectorCall(error=feel(said))
    with pytest.raises(WorkFailure, match="bpmnError") as failed:
        as_variables(evaluation(), call, Answer(body=1))
    assert failed.value.is_final


@pytest.mark.parametrize(
    ("said", "is_final", "pause"),
    [
        ('jobError("m")', True, None),
        ('jobError("m", {}, 0)', True, None),
        ('jobError("m", {}, job.retries - 1)', False, None),
        ('jobError("m", {}, 1, "PT1M")', False, timedelta(minutes=1)),
        ('jobError("m", {}, 1, duration("PT0S"))', False, timedelta(0)),
        ('jobError("m", {}, 1, "soon")', False, None),
    ],
)
def test_a_job_error_is_a_failed_attempt(said, is_final, pause):
    call = ConnectorCall(error=feel(said))
    with pytest.raises(WorkFailure, match=r"^m$") as failed:
        as_variables(evaluation(), call, Answer(body=1))
    assert (failed.value.is_final, failed.value.retry_after) == (is_final, pause)


def test_a_failure_without_an_answer_reaches_the_error_expression_too():
    call = ConnectorCall(
        error=feel('if error.code = "" then bpmnError("DOWN", error.message) else null')
    )
    with pytest.raises(BpmnErrorThrown) as thrown:
        as_error(evaluation(), call, WorkFailure("no answer"))
    assert (thrown.value.error_code, thrown.value.message) == ("DOWN", "no answer")


def test_an_error_expression_that_is_silent_leaves_the_failure():
    call = ConnectorCall(error=feel("null"))
    failure = WorkFailure("no answer", request="GET /", answer="")
    with pytest.raises(WorkFailure) as failed:
        as_error(evaluation(), call, failure)
    assert failed.value is failure


# ---- values and settings -------------------------------------------------------------------------


def test_every_value_of_a_process_can_be_sent():
    value = {
        "moment": NOON,
        "day": date(2026, 1, 5),
        "span": timedelta(hours=36),
        "whole": Decimal("7.0"),
        "part": Decimal("0.5"),
        "bytes": b"\x00",
        "few": (1, 2),
    }
    assert as_json(value) == (
        '{"moment": "2026-01-05T12:00:00+00:00", "day": "2026-01-05", "span": "P1DT12H", '
        '"whole": 7, "part": 0.5, "bytes": "AA==", "few": [1, 2]}'
    )


def test_authorities_that_cannot_be_read_stop_the_start(tmp_path):
    for path in (tmp_path / "nowhere.pem", tmp_path):
        with pytest.raises(SettingInvalid, match="LANEWAY_OUTBOUND_CA"):
            Certificates("", str(path))


def test_certificates_need_a_folder_and_a_name(tmp_path):
    with pytest.raises(WorkFailure, match="LANEWAY_CLIENT_CERTIFICATES"):
        Certificates().named("erp", "default")
    with pytest.raises(WorkFailure, match="its name"):
        Certificates(str(tmp_path)).named("erp", "../other")


def test_an_answer_is_seen_by_its_names():
    answer = Answer(body=1, status=200, headers={"A": "b"})
    assert answer.as_value == {"status": 200, "headers": {"A": "b"}, "body": 1}
    assert replace(answer, seen=[1]).as_value == [1]
