"""The sms connector against a gateway: any provider that takes HTTP."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.errors import SettingInvalid
from engine.services.connectors.base import CallRefused, Request
from engine.services.connectors.sms import SmsConnector, read_gateway
from engine.services.failure import WorkFailure
from engine.services.secrets import Environment, Vault
from tests.support.recording_server import Told

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
VAULT = Vault([Environment({"LANEWAY_SECRET_SMS": "gateway-key"})])


def request(**inputs: object) -> Request:
    return Request(
        {"to": "+49 (170) 123-4567", "text": 'Hi "Ann" & <all>', **inputs}, "key-1", NOON
    )


def gateway(server, **more):
    return {
        "url": f"{server.url}/send?to={{to}}",
        "method": "POST",
        "auth": {"type": "bearer", "token": "{{secrets.SMS}}"},
        "body": {"to": "{to}", "message": ["{text}"], "sender": "{from}", "id": "{key}"},
        **more,
    }


def test_a_message_is_put_into_the_gateways_own_words(http, server):
    sms = SmsConnector(http, VAULT, gateway(server))
    asked = request(**{"from": "Laneway"})
    answer = sms.call(asked)
    (arrived,) = server.arrived
    assert arrived.query == {"to": ["+491701234567"]}
    assert arrived.headers["authorization"] == "Bearer gateway-key"
    assert arrived.headers["idempotency-key"] == "key-1"
    assert arrived.json == {
        "to": "+491701234567",
        "message": ['Hi "Ann" & <all>'],
        "sender": "Laneway",
        "id": "key-1",
    }
    assert answer.status == 200
    assert asked.redactor.hide("gateway-key") == "{{secrets.SMS}}"


@pytest.mark.parametrize(
    ("body", "sent"),
    [
        ('{"m": "{text}"}', '{"m": "Hi \\"Ann\\" & <all>"}'),
        ("<sms>{text}</sms>", '<sms>Hi "Ann" &amp; &lt;all&gt;</sms>'),
        ("to={to}&m={text}", "to=%2B491701234567&m=Hi%20%22Ann%22%20%26%20%3Call%3E"),
    ],
)
def test_a_text_cannot_break_out_of_its_place(http, server, body: str, sent: str):
    given = gateway(server, body=body, bodyType="text", headers={"Content-Type": "text/plain"})
    SmsConnector(http, VAULT, given).call(request())
    assert server.arrived[0].body.decode() == sent


def test_a_mark_in_a_text_is_text(http, server):
    SmsConnector(http, VAULT, gateway(server)).call(request(text="{key} {to}"))
    assert server.arrived[0].json["message"] == ["{key} {to}"]


def test_a_task_may_bring_its_own_gateway(http, server):
    sms = SmsConnector(http, VAULT)
    own = {"url": f"{server.url}/{{to}}", "method": "GET"}
    assert sms.target({"gateway": own, "to": "1"}) == server.url
    sms.call(request(gateway=own))
    assert server.arrived[0].path == "/%2B491701234567"


@pytest.mark.parametrize("to", ["abc", "+49 170 x", "12", "+" + "1" * 16, "١٢٣٤٥"])
def test_what_is_no_number_is_refused(http, server, to: str):
    with pytest.raises(WorkFailure, match="no telephone number") as failure:
        SmsConnector(http, VAULT, gateway(server)).call(request(to=to))
    assert failure.value.is_final
    assert server.arrived == []


def test_what_the_gateway_refuses_is_told(http, server):
    server.answers(Told(422, {"error": "unknown number"}))
    with pytest.raises(CallRefused, match="422"):
        SmsConnector(http, VAULT, gateway(server)).call(request())


def test_without_a_gateway_the_setting_is_named(http):
    with pytest.raises(WorkFailure, match="LANEWAY_SMS_GATEWAY"):
        SmsConnector(http, VAULT).target({})


def test_a_missing_secret_of_the_gateway_is_said_by_its_name(http, server):
    with pytest.raises(WorkFailure, match="'SMS'") as failure:
        SmsConnector(http, Vault([]), gateway(server)).call(request())
    assert failure.value.is_final


def test_the_gateways_file_is_read_at_the_start(tmp_path: Path):
    path = tmp_path / "sms.json"
    path.write_text(json.dumps({"url": "https://sms.example"}))
    assert read_gateway(str(path)) == {"url": "https://sms.example"}
    assert read_gateway("") is None


@pytest.mark.parametrize("text", ["{", "[]", '{"url": 7}'])
def test_a_gateways_file_that_says_nothing_stops_the_start(tmp_path: Path, text: str):
    path = tmp_path / "sms.json"
    path.write_text(text)
    with pytest.raises(SettingInvalid, match="LANEWAY_SMS_GATEWAY"):
        read_gateway(str(path))
