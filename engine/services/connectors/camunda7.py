"""Camunda 7's own connectors as its diagrams use them: ``http-connector`` and that of SOAP.

Source: Camunda 7.24's documentation, "HTTP Connector", "SOAP HTTP Connector".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from engine.services.connectors.base import Answer, Connector, Request, Schema
from engine.services.connectors.http_inputs import EXTRAS, METHODS
from engine.services.failure import WorkFailure

_FLAGS = ("throw-http-error", "redirects-enabled")
_TIMES = {
    "connection-timeout": "connectTimeout",
    "connection-request-timeout": "connectTimeout",
    "socket-timeout": "timeout",
    "response-timeout": "timeout",
}
_KNOWN = (*_FLAGS, *_TIMES, "max-redirects")

_SCHEMA: Schema = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "A call over HTTP, as Camunda 7 draws it",
    "type": "object",
    "required": ["url"],
    "additionalProperties": False,
    "properties": {
        "url": {"type": "string", "minLength": 1},
        "method": {"enum": [*METHODS, *map(str.lower, METHODS), ""]},
        "headers": {"type": ["object", "string"], "maxLength": 0},
        "payload": {},
        "configOptions": {
            "type": ["object", "string"],
            "maxLength": 0,
            "propertyNames": {"enum": list(_KNOWN)},
        },
        **EXTRAS,
    },
}


class Camunda7Http:
    """Answers as ``response`` (a text), ``statusCode`` and ``headers``; any status is an answer.

    Args:
        http: makes the call.
        name: connector id.
        method: where the diagram names none.
    """

    schema: Schema = _SCHEMA

    def __init__(self, http: Connector, name: str = "http-connector", method: str = "GET") -> None:
        self.name = name
        self._http = http
        self._method = method

    def target(self, inputs: Mapping[str, object]) -> str:
        """Scheme, host and port."""
        return self._http.target(inputs)

    def call(self, request: Request, /) -> Answer:
        """Make the call; a status of 400 and more fails only with ``throw-http-error``."""
        given: Mapping[str, Any] = request.inputs
        inputs = {
            "url": given["url"].strip(),
            "method": (given.get("method") or self._method).upper(),
            "headers": given.get("headers") or {},
            "body": given.get("payload") or None,
            "responseType": "text",
            "failOnError": False,
            **{name: given[name] for name in EXTRAS if name in given},
            **_options(given.get("configOptions") or {}),
        }
        answer = self._http.call(replace(request, inputs=inputs))
        seen = {
            "response": answer.body,
            "statusCode": answer.status,
            "headers": dict(answer.headers),
        }
        return replace(answer, seen=seen)


def _options(given: Mapping[str, object]) -> dict[str, object]:
    """The options of Apache's client that mean something here."""
    found: dict[str, object] = {}
    for name, value in given.items():
        if name in _TIMES:
            # Milliseconds; 0 and less mean for ever, which is as long as the target allows.
            milliseconds = _read(float, name, value)
            found |= {_TIMES[name]: milliseconds / 1000} if milliseconds > 0 else {}
    if "throw-http-error" in given:
        found["failOnError"] = _is_true(given["throw-http-error"])
    if "max-redirects" in given:
        found["redirects"] = min(int(_read(float, "max-redirects", given["max-redirects"])), 10)
    if not _is_true(given.get("redirects-enabled", True)):
        found["redirects"] = 0
    return found


def _is_true(value: object) -> bool:
    return str(value).strip().lower() == "true"


def _read(kind: Callable[[str], float], name: str, value: object) -> float:
    try:
        return kind(str(value))
    except ValueError as error:
        raise WorkFailure(
            f"The option {name!r} is {value!r}; it takes a number.", is_final=True
        ) from error
