"""What the http connector takes: its JSON Schema, and times in their two spellings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from isodate import ISO8601Error, parse_duration

from engine.services.connectors.base import Schema
from engine.services.failure import WorkFailure

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384")
MOST_PAGES = 1_000

_TEXTS: Schema = {
    "type": ["object", "null"],
    "additionalProperties": {"type": ["string", "number", "boolean", "null", "array"]},
}
_TIME: Schema = {"type": ["number", "string"], "exclusiveMinimum": 0, "minLength": 2}
_TEXT: Schema = {"type": "string"}
_GIVEN: Schema = {"type": "string", "minLength": 1}


def _auth(kind: str, *required: str, **optional: Schema) -> Schema:
    return {
        "properties": {
            "type": {"const": kind},
            **dict.fromkeys(required, _GIVEN),
            **optional,
        },
        "required": ["type", *required],
        "additionalProperties": False,
    }


def _page(kind: str, *required: str, **optional: Schema) -> Schema:
    schema = _auth(kind, *required, **optional, items=_GIVEN, maxPages=_PAGES)
    return {**schema, "required": ["type", "maxPages", *required]}


_PAGES: Schema = {"type": "integer", "minimum": 1, "maximum": MOST_PAGES}

AUTH: Schema = {
    "type": "object",
    "required": ["type"],
    "oneOf": [
        _auth("none"),
        _auth("basic", "username", password=_TEXT),
        _auth("bearer", "token"),
        _auth("apiKey", "name", "value", **{"in": {"enum": ["header", "query"]}}),
        _auth(
            "oauth2",
            "tokenUrl",
            "clientId",
            "clientSecret",
            scope=_TEXT,
            audience=_TEXT,
            clientAuthentication={"enum": ["header", "body"]},
        ),
        _auth(
            "oauth2",
            "tokenUrl",
            "clientId",
            "privateKey",
            keyId=_TEXT,
            algorithm={"enum": list(ALGORITHMS)},
            scope=_TEXT,
            audience=_TEXT,
        ),
    ],
}

EXTRAS: Schema = {
    "errors": {
        "type": "object",
        "propertyNames": {"pattern": r"^([1-5]\d\d|[45]xx)$"},
        "additionalProperties": _GIVEN,
        "description": "Status, or 4xx and 5xx, to the code of a BPMN error.",
    },
    "idempotencyHeader": {
        "type": "string",
        "description": "Name of the header with the idempotency key; empty for none.",
    },
    "clientCertificate": {"type": "string", "pattern": r"^[A-Za-z0-9][\w.-]*$"},
}
"""What every flavour of the connector takes besides."""

SCHEMA: Schema = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "A call over HTTP",
    "type": "object",
    "required": ["url"],
    "additionalProperties": False,
    "properties": {
        "method": {"enum": [*METHODS, *map(str.lower, METHODS)]},
        "url": _GIVEN,
        "query": _TEXTS,
        "headers": _TEXTS,
        "body": {},
        "bodyType": {"enum": ["json", "form", "text", "multipart"]},
        "auth": AUTH,
        "tls": {
            "type": "object",
            "properties": dict.fromkeys(("certificate", "key", "password", "ca"), _TEXT),
            "additionalProperties": False,
            "description": "PEM texts; clientCertificate names a file instead.",
        },
        "timeout": _TIME,
        "connectTimeout": _TIME,
        "redirects": {"type": "integer", "minimum": 0, "maximum": 10},
        "responseType": {"enum": ["auto", "json", "text", "base64"]},
        "failOnError": {"type": "boolean"},
        "pagination": {
            "type": "object",
            "required": ["type"],
            "oneOf": [
                _page("link"),
                _page("cursor", "cursor", "parameter"),
                _page("page", "parameter", first={"type": "integer"}),
            ],
        },
        **EXTRAS,
    },
}


def time_input(inputs: Mapping[str, object], name: str, default: timedelta) -> timedelta:
    """The time that a connector's input gives, else *default*.

    Raises:
        WorkFailure: it is none; final.
    """
    try:
        return as_duration(inputs.get(name), default)
    except ValueError as error:
        raise WorkFailure(f"The input {name!r}: {error}.", is_final=True) from error


def as_duration(value: object, default: timedelta) -> timedelta:
    """Seconds, an ISO 8601 duration, or one already; *default* for nothing.

    Raises:
        ValueError: it is none, or not longer than 0.
    """
    found = default if value is None else as_pause(value)
    if value is not None and not found:
        raise ValueError(f"{value!r} is no time; write one such as PT20S")
    return found


def as_pause(value: object) -> timedelta:
    """The same where 0 is possible.

    Raises:
        ValueError: it is no duration, or a negative one.
    """
    if isinstance(value, timedelta):
        return value
    try:
        found = (
            timedelta(seconds=value)
            if isinstance(value, int | float)
            else parse_duration(str(value))
        )
    except (ISO8601Error, OverflowError) as error:
        raise ValueError(f"{value!r} is no duration such as PT20S") from error
    if not isinstance(found, timedelta) or found < timedelta(0):
        raise ValueError(f"{value!r} is no time that can be waited for; write one such as PT20S")
    return found
