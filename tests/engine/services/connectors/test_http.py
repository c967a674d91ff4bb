"""The http connector against a real server: what it sends, and what it makes of answers."""

from __future__ import annotations

import json
import ssl
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import trustme
from jsonschema import Draft202012Validator
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, use_span

from bpmn.expressions.base import BpmnErrorThrown
from engine.services.connectors.base import CallRefused, Request
from engine.services.connectors.certificates import Certificates
from engine.services.connectors.http import HttpConnector
from engine.services.connectors.http_inputs import SCHEMA
from engine.services.connectors.outbound import OutboundRules
from engine.services.connectors.transport import Transport
from engine.services.failure import WorkFailure
from tests.support.recording_server import RecordingServer, Told

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def request(server, path="/", **inputs):
    given = {"url": f"{server.url}{path}", **inputs}
    assert list(Draft202012Validator(SCHEMA).iter_errors(given)) == []
    return Request(given, "key-1", NOON)


def refusal(http, given) -> CallRefused:
    with pytest.raises(CallRefused) as refused:
        http.call(given)
    return refused.value


def failure(http, given) -> WorkFailure:
    with pytest.raises(WorkFailure) as failed:
        http.call(given)
    return failed.value


# ---- requests ----------------------------------------------------------------------------------


def test_a_get_gives_status_headers_and_body(http, server):
    server.answers(Told(200, {"number": 7}, {"X-Trace": "t1"}))
    answer = http.call(request(server, "/orders?a=1", query={"b": [2, 3], "c": None}))
    assert (answer.status, answer.body) == (200, {"number": 7})
    assert answer.headers["X-Trace"] == "t1"
    (arrived,) = server.arrived
    assert (arrived.method, arrived.path) == ("GET", "/orders")
    assert arrived.query == {"a": ["1"], "b": ["2", "3"]}
    assert arrived.headers["user-agent"] == "Laneway"


def test_every_call_carries_its_idempotency_key(http, server):
    http.call(request(server, method="POST"))
    http.call(request(server, idempotencyHeader="X-Request-Id"))
    http.call(request(server, idempotencyHeader=""))
    http.call(request(server, headers={"Idempotency-Key": "mine"}))
    found = [
        (a.headers.get("idempotency-key"), a.headers.get("x-request-id")) for a in server.arrived
    ]
    assert found == [("key-1", None), (None, "key-1"), (None, None), ("mine", None)]


def test_a_call_joins_the_trace_of_its_job(http, server):
    span = NonRecordingSpan(SpanContext(0xA1, 0xB2, is_remote=False, trace_flags=TraceFlags(1)))
    with use_span(span):
        http.call(request(server))
        http.call(request(server, headers={"Traceparent": "mine"}))
    http.call(request(server))
    found = [arrived.headers.get("traceparent") for arrived in server.arrived]
    assert found == [f"00-{0xA1:032x}-{0xB2:016x}-01", "mine", None]


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_every_method_is_sent(http, server, method):
    assert http.call(request(server, method=method.lower())).status == 200
    assert server.arrived[0].method == method


def test_a_body_of_names_and_values_is_json(http, server):
    day = date(2026, 1, 5)
    http.call(request(server, method="POST", body={"sum": Decimal("1.5"), "day": day, "n": None}))
    (arrived,) = server.arrived
    assert arrived.json == {"sum": 1.5, "day": "2026-01-05", "n": None}
    assert arrived.headers["content-type"] == "application/json"


def test_a_form_repeats_lists_and_leaves_null_out(http, server):
    body = {"a": "x y", "b": [1, True], "c": None}
    http.call(request(server, method="POST", body=body, bodyType="form"))
    (arrived,) = server.arrived
    assert arrived.body == b"a=x+y&b=1&b=true"
    assert arrived.headers["content-type"] == "application/x-www-form-urlencoded"


def test_a_text_is_sent_as_it_is_under_the_type_that_is_given(http, server):
    http.call(request(server, method="POST", body="<a/>", headers={"Content-Type": "text/xml"}))
    http.call(request(server, method="POST", body="grün"))
    assert [(a.body, a.headers["content-type"]) for a in server.arrived] == [
        (b"<a/>", "text/xml"),
        ("grün".encode(), "text/plain; charset=utf-8"),
    ]


def test_a_file_is_a_part_of_a_multipart_body(http, server):
    body = {
        "title": "Invoice",
        "file": {"filename": "a.pdf", "base64": "JVBERg==", "contentType": "application/pdf"},
    }
    http.call(request(server, method="POST", body=body, bodyType="multipart"))
    (arrived,) = server.arrived
    assert arrived.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert b'name="title"\r\n\r\nInvoice' in arrived.body
    assert b'filename="a.pdf"\r\nContent-Type: application/pdf\r\n\r\n%PDF' in arrived.body


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (["no names"], "form"),
        ("no names", "multipart"),
        ({"file": {"filename": "a", "base64": "%"}}, "multipart"),
        ({"x": object()}, "json"),
        ({"x": float("nan")}, "json"),
    ],
)
def test_a_body_that_cannot_be_written_fails_for_good(http, server, body, kind):
    failed = failure(http, request(server, method="POST", body=body, bodyType=kind))
    assert failed.is_final
    assert server.arrived == []


# ---- answers -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "content_type", "body"),
    [
        (b'{"a": [1, null]}', "application/json; charset=utf-8", {"a": [1, None]}),
        (b"[]", "application/problem+json", []),
        (b"", "application/json", None),
        ("grün".encode("latin-1"), "text/plain; charset=latin-1", "grün"),
        ("grün".encode(), "text/html; charset=nonsense", "grün"),
        (b"<a/>", "application/soap+xml", "<a/>"),
        (b"\x00\xff", "application/octet-stream", "AP8="),
    ],
)
def test_a_body_is_what_its_type_says(http, server, said, content_type, body):
    server.answers(Told(200, said, {"Content-Type": content_type}))
    assert http.call(request(server)).body == body


@pytest.mark.parametrize(("kind", "body"), [("text", '{"a": 1}'), ("base64", "eyJhIjogMX0=")])
def test_a_task_may_say_how_to_read_a_body(http, server, kind, body):
    server.answers(Told(200, {"a": 1}))
    assert http.call(request(server, responseType=kind)).body == body


@pytest.mark.parametrize("said", [b"{", b"NaN", b"[" * 20_000, b"\xff"])
def test_an_answer_that_is_no_json_as_it_says_may_be_better_the_next_time(http, server, said):
    server.answers(Told(200, said, {"Content-Type": "application/json"}))
    failed = failure(http, request(server))
    assert not failed.is_final
    assert "is no JSON" in failed.message
    assert failed.answer.startswith("HTTP 200")


@pytest.mark.parametrize(
    ("status", "is_final", "is_outage"),
    [
        (400, True, False),
        (404, True, False),
        (422, True, False),
        (401, False, False),
        (409, False, False),
        (429, False, False),
        (408, False, True),
        (500, False, True),
        (503, False, True),
        (501, True, True),
        (599, False, True),
    ],
)
def test_an_error_status_fails_for_good_where_the_same_again_cannot_help(
    http, server, status, is_final, is_outage
):
    server.answers(Told(status, {"why": "because"}))
    refused = refusal(http, request(server))
    assert (refused.is_final, refused.is_outage) == (is_final, is_outage)
    assert (refused.code, refused.seen["body"]) == (str(status), {"why": "because"})
    assert str(status) in refused.message
    assert "because" in refused.answer


def test_the_status_counts_where_an_error_is_no_json_as_it_says(http, server):
    page, json_type = b"<h1>gr\xfcn</h1>", {"Content-Type": "application/json"}
    server.answers(
        Told(404, page, json_type),
        Told(503, page, {**json_type, "Retry-After": "120"}),
        Told(404, page, json_type),
        Told(502, page, json_type),
    )
    gone = refusal(http, request(server))
    assert (gone.is_final, gone.is_outage, gone.code) == (True, False, "404")
    assert gone.seen["body"] == "<h1>gr\ufffdn</h1>"
    down = refusal(http, request(server))
    assert (down.is_final, down.is_outage) == (False, True)
    assert down.retry_after == timedelta(seconds=120)
    with pytest.raises(BpmnErrorThrown):
        http.call(request(server, errors={"404": "NOT_FOUND"}))
    answer = http.call(request(server, failOnError=False, responseType="json"))
    assert (answer.status, answer.body) == (502, "<h1>gr\ufffdn</h1>")


def test_a_status_may_be_an_error_of_the_diagram(http, server):
    server.answers(Told(404), Told(503), Told(500))
    errors = {"404": "NOT_FOUND", "503": "BUSY", "5xx": "DOWN"}
    codes = []
    for _ in range(3):
        with pytest.raises(BpmnErrorThrown) as thrown:
            http.call(request(server, errors=errors))
        codes.append(thrown.value.error_code)
    assert codes == ["NOT_FOUND", "BUSY", "DOWN"]


def test_a_task_may_take_every_status_as_an_answer(http, server):
    server.answers(Told(500, {"why": 1}))
    answer = http.call(request(server, failOnError=False))
    assert (answer.status, answer.body) == (500, {"why": 1})


@pytest.mark.parametrize(
    ("said", "wait"),
    [
        ("120", timedelta(seconds=120)),
        ("0", timedelta(0)),
        ("99999999999999999999", timedelta(days=1)),
        ("Mon, 05 Jan 2026 12:10:00 GMT", timedelta(minutes=10)),
        ("Mon, 05 Jan 2026 11:00:00 GMT", timedelta(0)),
        ("soon", None),
        ("", None),
    ],
)
def test_the_other_system_says_when_to_come_again(http, server, said, wait):
    server.answers(Told(429, headers={"Retry-After": said}))
    assert refusal(http, request(server)).retry_after == wait


def test_silence_is_a_failure_that_shows_what_was_sent(http, server):
    server.raw = lambda _: server.released.wait()
    failed = failure(http, request(server, "/slow", timeout=0.2))
    assert not failed.is_final
    assert failed.request.startswith(f"GET {server.url}/slow")


@pytest.mark.parametrize("given", ["PT-1S", "P1Y", "ages", "PT0S"])
def test_a_time_that_is_none_fails_for_good(http, server, given):
    failed = failure(http, request(server, timeout=given))
    assert failed.is_final
    assert "timeout" in failed.message


def test_a_time_is_seconds_or_a_duration(http, server):
    assert http.call(request(server, timeout="PT30S", connectTimeout=5)).status == 200


# ---- pages -------------------------------------------------------------------------------------


def test_pages_are_off_unless_they_are_asked_for(http, server):
    server.answers(Told(200, [1], {"Link": '</next>; rel="next"'}))
    assert http.call(request(server)).body == [1]
    assert len(server.arrived) == 1


def test_pages_follow_links(http, server):
    server.answers(
        Told(
            200, [1, 2], {"Link": '</x>; rel=prev, </list?page=2>; title="a, b"; rel="last next"'}
        ),
        Told(200, [3], {"Link": '</list?page=3>; rel="last"'}),
    )
    answer = http.call(request(server, "/list", pagination={"type": "link", "maxPages": 10}))
    assert answer.body == [1, 2, 3]
    assert [arrived.target for arrived in server.arrived] == ["/list", "/list?page=2"]


def test_pages_follow_a_cursor_in_the_body(http, server):
    server.answers(
        Told(200, {"data": {"items": [1]}, "meta": {"next": "abc="}}),
        Told(200, {"data": {"items": [2]}, "meta": {"next": None}}),
    )
    pagination = {
        "type": "cursor",
        "cursor": "meta.next",
        "parameter": "after",
        "items": "data.items",
        "maxPages": 10,
    }
    given = request(server, "/list?size=1", query={"after": "first"}, pagination=pagination)
    assert http.call(given).body == [1, 2]
    assert server.arrived[1].query == {"size": ["1"], "after": ["abc="]}


def test_pages_are_counted_until_one_is_empty(http, server):
    server.answers(Told(200, [1]), Told(200, [2]), Told(200, []))
    pagination = {"type": "page", "parameter": "p", "first": 0, "maxPages": 10}
    assert http.call(request(server, query={"p": 0}, pagination=pagination)).body == [1, 2]
    assert [arrived.query["p"] for arrived in server.arrived] == [["0"], ["1"], ["2"]]


def test_no_more_pages_are_read_than_allowed(http, server):
    server.answers(Told(200, [1], {"Link": "</>; rel=next"}))
    pages = {"type": "link", "maxPages": 3}
    assert http.call(request(server, pagination=pages)).body == [1, 1, 1]
    assert len(server.arrived) == 3


def test_each_page_waits_for_its_turn(http, server):
    server.answers(Told(200, [1], {"Link": "</>; rel=next"}))
    turns = []
    given = request(server, pagination={"type": "link", "maxPages": 3})
    paced = Request(given.inputs, "k", NOON, pace=lambda: turns.append(len(server.arrived)))
    http.call(paced)
    assert turns == [1, 2]


def test_a_page_that_fails_fails_the_whole(http, server):
    server.answers(Told(200, [1], {"Link": "</>; rel=next"}), Told(500))
    pages = {"type": "link", "maxPages": 3}
    assert refusal(http, request(server, pagination=pages)).code == "500"


def test_a_page_that_is_no_list_fails_for_good(http, server):
    server.answers(Told(200, {"no": "list"}))
    pages = {"type": "link", "maxPages": 3}
    assert failure(http, request(server, pagination=pages)).is_final


def test_no_page_is_fetched_from_another_system(http, server):
    with RecordingServer().running() as other:
        server.answers(Told(200, [1], {"Link": f"<{other.url}/>; rel=next"}))
        pages = {"type": "link", "maxPages": 3}
        failed = failure(http, request(server, pagination=pages))
        assert failed.is_final
        assert other.arrived == []


# ---- client certificates -------------------------------------------------------------------------


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def asking(authority):
    """A server that lets in only who shows a certificate of *authority*."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    with RecordingServer(context).running() as running:
        yield running


def connector(folder: Path, authority: trustme.CA) -> HttpConnector:
    authority.cert_pem.write_to_path(folder / "authority.pem")
    certificates = Certificates(str(folder), str(folder / "authority.pem"))
    rules = OutboundRules.parse(["127.0.0.1"])
    return HttpConnector(Transport(rules, tls=lambda: certificates.context), certificates)


def test_a_client_certificate_is_a_file_of_the_organisation(tmp_path, authority, asking):
    own = authority.issue_cert("laneway@example.com")
    own.private_key_and_cert_chain_pem.write_to_path(tmp_path / "erp.pem")
    http = connector(tmp_path, authority)
    given = request(asking, clientCertificate="erp")
    assert http.call(given).status == 200
    theirs = Request(given.inputs, "k", NOON, tenant_id="other")
    assert "no client certificate" in failure(http, theirs).message


def test_its_key_may_stand_beside_it(tmp_path, authority, asking):
    own = authority.issue_cert("laneway@example.com")
    (tmp_path / "other").mkdir()
    own.private_key_pem.write_to_path(tmp_path / "other" / "erp.key")
    for blob in own.cert_chain_pems:
        blob.write_to_path(tmp_path / "other" / "erp.pem", append=True)
    given = request(asking, clientCertificate="erp")
    theirs = Request(given.inputs, "k", NOON, tenant_id="other")
    assert connector(tmp_path, authority).call(theirs).status == 200


def test_a_client_certificate_may_be_given_as_text(tmp_path, authority, asking):
    own = authority.issue_cert("laneway@example.com")
    tls = {
        "certificate": "".join(blob.bytes().decode() for blob in own.cert_chain_pems),
        "key": own.private_key_pem.bytes().decode(),
        "ca": authority.cert_pem.bytes().decode(),
    }
    assert connector(tmp_path, authority).call(request(asking, tls=tls)).status == 200


def test_a_certificate_that_is_renewed_is_read_anew(tmp_path, authority, asking):
    (tmp_path / "erp.pem").write_text("not yet")
    http = connector(tmp_path, authority)
    given = request(asking, clientCertificate="erp")
    assert failure(http, given).is_final
    own = authority.issue_cert("laneway@example.com")
    own.private_key_and_cert_chain_pem.write_to_path(tmp_path / "erp.pem")
    assert http.call(given).status == 200
    (tmp_path / "erp.pem").write_text("no longer")
    assert failure(http, given).is_final


@pytest.mark.parametrize("name", ["missing", "authority", "broken"])
def test_a_certificate_that_cannot_be_used_fails_for_good(tmp_path, authority, asking, name):
    (tmp_path / "broken.pem").write_text("-----BEGIN CERTIFICATE-----\nsecret\n")
    failed = failure(connector(tmp_path, authority), request(asking, clientCertificate=name))
    assert failed.is_final
    assert "secret" not in failed.message


def test_no_name_of_a_certificate_leads_out_of_the_folder():
    given = {"url": "https://erp.example", "clientCertificate": "../../etc/passwd"}
    assert list(Draft202012Validator(SCHEMA).iter_errors(given))


def test_what_is_recorded_shows_no_credentials(http, server):
    server.answers(Told(500, {"a": 1}, {"Set-Cookie": "sid=verysecret"}))
    headers = {"Authorization": "Bearer verysecret", "X-Api-Key": "verysecret", "X-Trace": "t1"}
    refused = refusal(http, request(server, method="POST", headers=headers, body={"a": "b"}))
    assert "verysecret" not in refused.request + refused.answer
    assert "X-Trace: t1" in refused.request
    assert "Idempotency-Key: key-1" in refused.request
    assert json.dumps({"a": "b"}) in refused.request


def test_what_is_recorded_is_cut(http, server):
    server.answers(Told(500, b"x" * 50_000, {"Content-Type": "text/plain"}))
    refused = refusal(http, request(server, method="POST", body="y" * 50_000))
    assert len(refused.request) < 9_000
    assert len(refused.answer) < 9_000
    assert "[cut" in refused.answer
