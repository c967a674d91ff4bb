"""Who the http connector says it is: credentials of every kind, and tokens that are kept."""

from __future__ import annotations

import base64
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from jsonschema import Draft202012Validator

from engine.services.connectors.base import Request
from engine.services.connectors.http_inputs import SCHEMA
from engine.services.failure import WorkFailure
from engine.services.secrets import Redactor
from tests.support.recording_server import RecordingServer, Told

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.fixture
def issuer():
    """An OAuth server that numbers its tokens."""
    with RecordingServer().running() as running:
        running.answer = lambda _: Told(
            200, {"access_token": f"token-{len(running.arrived)}", "expires_in": 3600}
        )
        yield running


def request(server, auth, **more):
    given = {"url": server.url, "auth": auth}
    assert list(Draft202012Validator(SCHEMA).iter_errors(given)) == []
    return Request(given, "key-1", NOON, **more)


def oauth(issuer, **more):
    return {
        "type": "oauth2",
        "tokenUrl": f"{issuer.url}/token",
        "clientId": "laneway",
        "clientSecret": "s3cr:t%",
        **more,
    }


def sent(server) -> list[str]:
    return [arrived.headers.get("authorization", "") for arrived in server.arrived]


def test_basic_and_bearer_are_headers(http, server):
    http.call(request(server, {"type": "basic", "username": "ana", "password": "grün"}))
    http.call(request(server, {"type": "bearer", "token": "abc"}))
    http.call(request(server, {"type": "none"}))
    pair = base64.b64encode("ana:grün".encode()).decode()
    assert sent(server) == [f"Basic {pair}", "Bearer abc", ""]


def test_an_api_key_is_a_header_or_in_the_query(http, server):
    http.call(request(server, {"type": "apiKey", "name": "X-Key", "value": "k1"}))
    http.call(request(server, {"type": "apiKey", "name": "key", "value": "k 1", "in": "query"}))
    assert server.arrived[0].headers["x-key"] == "k1"
    assert server.arrived[1].query == {"key": ["k 1"]}


def test_credentials_are_hidden_in_what_is_recorded(http, server):
    server.answers(Told(500, {"you sent": "verysecretkey"}))
    auth = {"type": "apiKey", "name": "key", "value": "verysecretkey", "in": "query"}
    with pytest.raises(WorkFailure) as failed:
        http.call(request(server, auth))
    shown = failed.value.message + failed.value.request + failed.value.answer
    assert "verysecretkey" not in shown


def test_a_token_is_asked_for_by_the_rules(http, server, issuer):
    http.call(request(server, oauth(issuer, scope="a b", audience="erp")))
    (asked,) = issuer.arrived
    assert (asked.method, asked.path) == ("POST", "/token")
    assert parse_qs(asked.body.decode()) == {
        "grant_type": ["client_credentials"],
        "scope": ["a b"],
        "audience": ["erp"],
    }
    # RFC 6749, 2.3.1: both parts are encoded first, so that a colon in a secret does no harm.
    pair = base64.b64encode(b"laneway:s3cr%3At%25").decode()
    assert asked.headers["authorization"] == f"Basic {pair}"
    assert sent(server) == ["Bearer token-1"]


def test_client_and_secret_may_stand_in_the_body(http, server, issuer):
    http.call(request(server, oauth(issuer, clientAuthentication="body")))
    (asked,) = issuer.arrived
    form = parse_qs(asked.body.decode())
    assert (form["client_id"], form["client_secret"]) == (["laneway"], ["s3cr:t%"])
    assert "authorization" not in asked.headers


@pytest.mark.parametrize(
    ("algorithm", "key"),
    [("RS384", RSAKey.generate_key(2048)), ("ES384", ECKey.generate_key("P-384"))],
)
def test_a_client_may_sign_who_it_is(http, server, issuer, algorithm, key):
    auth = {
        "type": "oauth2",
        "tokenUrl": f"{issuer.url}/token",
        "clientId": "laneway",
        "privateKey": key.as_pem(private=True).decode(),
        "keyId": "k1",
        "algorithm": algorithm,
    }
    http.call(request(server, auth))
    form = parse_qs(issuer.arrived[0].body.decode())
    assert form["client_assertion_type"] == [
        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    ]
    token = jwt.decode(form["client_assertion"][0], key, algorithms=[algorithm])
    assert (token.header["alg"], token.header["kid"]) == (algorithm, "k1")
    told = {name: token.claims[name] for name in ("iss", "sub", "aud", "iat", "exp")}
    assert told == {
        "iss": "laneway",
        "sub": "laneway",
        "aud": f"{issuer.url}/token",
        "iat": int(NOON.timestamp()),
        "exp": int(NOON.timestamp()) + 300,
    }
    assert sent(server) == ["Bearer token-1"]


def test_a_key_that_is_none_fails_for_good(http, server, issuer):
    auth = {k: v for k, v in oauth(issuer).items() if k != "clientSecret"}
    with pytest.raises(WorkFailure, match="private key") as failed:
        http.call(request(server, {**auth, "privateKey": "verysecret"}))
    assert failed.value.is_final
    assert "verysecret" not in failed.value.message
    assert issuer.arrived == []


def test_a_token_is_kept_until_shortly_before_its_end(http, server, issuer):
    given = request(server, oauth(issuer))
    http.call(given)
    http.call(replace(given, now=NOON + timedelta(seconds=3569)))
    http.call(replace(given, now=NOON + timedelta(seconds=3571)))
    assert sent(server) == ["Bearer token-1", "Bearer token-1", "Bearer token-2"]


@pytest.mark.parametrize("changed", [{"scope": "x"}, {"clientSecret": "other"}, {"audience": "y"}])
def test_a_token_is_kept_for_exactly_its_credentials(http, server, issuer, changed):
    http.call(request(server, oauth(issuer)))
    http.call(request(server, oauth(issuer, **changed)))
    assert sent(server) == ["Bearer token-1", "Bearer token-2"]


def test_organisations_share_no_token(http, server, issuer):
    http.call(request(server, oauth(issuer)))
    http.call(request(server, oauth(issuer), tenant_id="other"))
    assert sent(server) == ["Bearer token-1", "Bearer token-2"]


def test_a_token_that_is_refused_is_renewed_once(http, server, issuer):
    server.answers(Told(200), Told(401), Told(200, {"ok": True}))
    given = request(server, oauth(issuer))
    http.call(given)
    assert http.call(given).body == {"ok": True}
    assert sent(server) == ["Bearer token-1", "Bearer token-1", "Bearer token-2"]


def test_a_new_token_that_is_refused_too_is_a_failure(http, server, issuer):
    server.answers(Told(401))
    with pytest.raises(WorkFailure, match="401"):
        http.call(request(server, oauth(issuer)))
    assert len(server.arrived) == 2


def test_many_calls_at_once_ask_for_one_token(http, server, issuer):
    begun = threading.Barrier(8)

    def call(_):
        begun.wait()
        return http.call(request(server, oauth(issuer))).status

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(call, range(8))) == [200] * 8
    assert len(issuer.arrived) == 1


@pytest.mark.parametrize(
    ("told", "is_final"),
    [
        (Told(401, {"error": "invalid_client"}), True),
        (Told(400, {"error": "invalid_scope"}), True),
        (Told(503, b"down"), False),
        (Told(200, {"error": "odd"}), False),
        (Told(200, b"no json"), False),
        (Told(200, {"access_token": ["no", "text"]}), False),
    ],
)
def test_no_token_no_call(http, server, issuer, told, is_final):
    issuer.answer = lambda _: told
    with pytest.raises(WorkFailure) as failed:
        http.call(request(server, oauth(issuer)))
    assert failed.value.is_final is is_final
    assert "s3cr" not in failed.value.message + failed.value.request + failed.value.answer
    assert server.arrived == []


def test_the_token_endpoint_is_judged_as_every_address(http, server):
    auth = {"type": "oauth2", "clientId": "a", "clientSecret": "b", "tokenUrl": "http://10.0.0.1/"}
    with pytest.raises(WorkFailure, match="not a public address") as failed:
        http.call(request(server, auth))
    assert failed.value.is_final


def test_a_token_is_hidden_in_what_is_recorded(http, server, issuer):
    server.answers(Told(500, {"echo": "Bearer token-1"}))
    redactor = Redactor()
    given = replace(request(server, oauth(issuer)), redactor=redactor)
    with pytest.raises(WorkFailure) as failed:
        http.call(given)
    assert "token-1" not in failed.value.answer
