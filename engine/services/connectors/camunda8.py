"""Camunda 8's REST connector (``io.camunda:http-json:1``), as its element template uses it.

Source: Camunda 8's documentation, "REST Connector", and the names that its template writes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from bpmn.dialects.connectors import REST
from engine.services.connectors.base import Answer, CallRefused, Connector, Request, Schema
from engine.services.connectors.http_bodies import parse_json, parsed
from engine.services.connectors.http_inputs import EXTRAS, METHODS
from engine.services.failure import WorkFailure

_TEXT: Schema = {"type": "string"}
_MAP: Schema = {"type": ["object", "null", "string"], "maxLength": 0}
_FLAG: Schema = {"enum": [True, False, "true", "false", ""]}
_NUMBER: Schema = {"type": ["number", "string"], "pattern": r"^\s*(\d+(\.\d+)?)?\s*$", "minimum": 0}

_Auth = Mapping[str, str]


def _basic(given: _Auth) -> dict[str, str]:
    return {"type": "basic", "username": given["username"], "password": given.get("password", "")}


def _bearer(given: _Auth) -> dict[str, str]:
    return {"type": "bearer", "token": given["token"]}


def _api_key(given: _Auth) -> dict[str, str]:
    place = "query" if given.get("apiKeyLocation") == "query" else "header"
    return {"type": "apiKey", "name": given["name"], "value": given["value"], "in": place}


def _oauth(given: _Auth) -> dict[str, str]:
    is_body = given.get("clientAuthentication") == "credentialsBody"
    return {
        "type": "oauth2",
        "tokenUrl": given["oauthTokenEndpoint"],
        "clientId": given["clientId"],
        "clientSecret": given["clientSecret"],
        "scope": given.get("scopes", ""),
        "audience": given.get("audience", ""),
        "clientAuthentication": "body" if is_body else "header",
    }


_WAYS: Mapping[str, Callable[[_Auth], dict[str, str]]] = {
    "basic": _basic,
    "bearer": _bearer,
    "apiKey": _api_key,
    "oauth-client-credentials-flow": _oauth,
}

_SCHEMA: Schema = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "A call over HTTP, as Camunda 8's template draws it",
    "type": "object",
    "required": ["url"],
    "additionalProperties": False,
    "properties": {
        "url": {"type": "string", "minLength": 1},
        "method": {"enum": [*METHODS, *map(str.lower, METHODS)]},
        "headers": _MAP,
        "queryParameters": _MAP,
        "body": {},
        "authentication": {
            "type": "object",
            "properties": {"type": {"enum": ["", "noAuth", *_WAYS]}},
            "required": ["type"],
        },
        "connectionTimeoutInSeconds": _NUMBER,
        "readTimeoutInSeconds": _NUMBER,
        "writeTimeoutInSeconds": _NUMBER,
        "followRedirects": _FLAG,
        "ignoreNullValues": _FLAG,
        "skipEncoding": _FLAG,
        "storeResponse": {
            "enum": [False, "false", ""],
            "description": "Laneway stores no documents.",
        },
        "documentReturnFormat": {
            "type": "object",
            "properties": {"choice": {"enum": ["JSON", "TEXT"]}, "encoding": _TEXT},
            "additionalProperties": False,
        },
        "clientTls": {
            "type": "object",
            "properties": dict.fromkeys(
                (
                    "clientCertificate",
                    "clientPrivateKey",
                    "privateKeyPassword",
                    "trustedCertificate",
                ),
                _TEXT,
            ),
            "additionalProperties": False,
        },
        **EXTRAS,
    },
}


class Camunda8Rest:
    """Answers as ``response`` with ``status``, ``headers`` and ``body``.

    Args:
        http: makes the call.
    """

    name = REST
    schema: Schema = _SCHEMA

    def __init__(self, http: Connector) -> None:
        self._http = http

    def target(self, inputs: Mapping[str, object]) -> str:
        """Scheme, host and port."""
        return self._http.target(inputs)

    def call(self, request: Request, /) -> Answer:
        """Make the call; a body that is JSON is read as such, whatever its type."""
        is_text = _of(request.inputs, "documentReturnFormat").get("choice") == "TEXT"
        try:
            answer = self._http.call(replace(request, inputs=_translated(request.inputs)))
        except CallRefused as refused:
            if isinstance(refused.seen, Mapping):
                body = _body(refused.seen.get("body"), is_text=is_text)
                refused.seen = {**refused.seen, "body": body}
            raise
        return replace(answer, body=_body(answer.body, is_text=is_text))


def _translated(given: Mapping[str, Any]) -> dict[str, object]:
    """The template's inputs as ours; empty ones count as not given."""
    headers = dict(given.get("headers") or {})
    body = given.get("body")
    if _is_true(given.get("ignoreNullValues")):
        body = _without_null(body)
    if body is not None and "content-type" not in {name.lower() for name in headers}:
        headers["Content-Type"] = "application/json"
    found: dict[str, object] = {
        "url": given["url"],
        "method": given.get("method", "GET"),
        "headers": headers,
        "query": given.get("queryParameters") or {},
        "body": None if body == "" else body,
        "auth": _auth(given.get("authentication") or {}),
        "tls": _tls(_of(given, "clientTls")),
        "responseType": "text",
    }
    times = {
        "connectTimeout": given.get("connectionTimeoutInSeconds"),
        "timeout": given.get("readTimeoutInSeconds"),
    }
    # 0 is for ever in Camunda, and as long as the target allows here.
    found |= {name: float(time) for name, time in times.items() if time and float(time) > 0}
    if given.get("followRedirects") in {False, "false"}:
        found["redirects"] = 0
    return found | {name: given[name] for name in EXTRAS if name in given}


def _auth(given: Mapping[str, str]) -> dict[str, str]:
    way = _WAYS.get(given.get("type", ""))
    if way is None:
        return {"type": "none"}
    try:
        return way(given)
    except KeyError as missing:
        raise WorkFailure(
            f"The authentication {given['type']!r} has no {missing.args[0]!r}. Fill it in.",
            is_final=True,
        ) from missing


def _tls(given: Mapping[str, str]) -> dict[str, str]:
    names = {
        "clientCertificate": "certificate",
        "clientPrivateKey": "key",
        "privateKeyPassword": "password",
        "trustedCertificate": "ca",
    }
    return {names[name]: text for name, text in given.items() if text}


def _body(body: object, *, is_text: bool) -> object:
    return body if is_text else parsed(body)


def _without_null(value: object) -> object:
    """*value* without entries that are null; a text that is JSON too, as the template sends it."""
    if isinstance(value, str):
        with suppress(ValueError):
            return json.dumps(_without_null(parse_json(value.encode())))
    if isinstance(value, Mapping):
        return {name: _without_null(item) for name, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_null(item) for item in value]
    return value


def _of(inputs: Mapping[str, object], name: str) -> Mapping[str, Any]:
    found = inputs.get(name)
    return found if isinstance(found, Mapping) else {}


def _is_true(value: object) -> bool:
    return value in {True, "true"}
