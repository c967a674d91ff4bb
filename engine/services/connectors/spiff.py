"""SpiffWorkflow's operators of http (``http/GetRequest`` ...), as SpiffArena's proxy does them.

Source: the operators' parameters and answers in sartography's connector-http.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bpmn.expressions.base import BpmnErrorThrown
from engine.services.connectors.base import Answer, Connector, Request, Schema
from engine.services.connectors.http_bodies import parsed

_MAP: Schema = {"type": ["object", "null"]}
_TEXT: Schema = {"type": ["string", "null"]}
_SCHEMA: Schema = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "A call over HTTP, as SpiffWorkflow's operators draw it",
    "type": "object",
    "required": ["url"],
    "additionalProperties": False,
    "properties": {
        "url": {"type": "string", "minLength": 1},
        "headers": _MAP,
        "params": _MAP,
        "data": {},
        "basic_auth_username": _TEXT,
        "basic_auth_password": _TEXT,
        "attempts": {"type": ["integer", "null"], "description": "Retries are the job's."},
    },
}


class SpiffHttp:
    """One operator. The newer ones give body and status, and errors that the diagram catches.

    Args:
        http: makes the call.
        name: such as ``http/GetRequestV2``.
    """

    schema: Schema = _SCHEMA

    def __init__(self, http: Connector, name: str) -> None:
        self.name = name
        self._http = http
        self._method = name.removeprefix("http/").partition("Request")[0].upper()
        self._is_newer = name.endswith("V2")

    def target(self, inputs: Mapping[str, object]) -> str:
        """Scheme, host and port."""
        return self._http.target(inputs)

    def call(self, request: Request, /) -> Answer:
        """Make the call.

        Raises:
            BpmnErrorThrown: ``HttpError`` and the status, by a newer operator.
        """
        given: Mapping[str, Any] = request.inputs
        user, password = given.get("basic_auth_username"), given.get("basic_auth_password")
        has_user = bool(user) and password is not None
        auth = {"type": "basic", "username": user, "password": password}
        inputs = {
            "url": given["url"],
            "method": self._method,
            "headers": given.get("headers") or {},
            "query": given.get("params") or {},
            "body": given.get("data"),
            "bodyType": "json",
            "auth": auth if has_user else {"type": "none"},
            "responseType": "text",
            "failOnError": False,
        }
        answer = self._http.call(replace(request, inputs=inputs))
        return self._newer(answer) if self._is_newer else replace(answer, seen=parsed(answer.body))

    def _newer(self, answer: Answer) -> Answer:
        if answer.status >= 400:
            raise BpmnErrorThrown(
                f"HttpError{answer.status}", f"The answer had status {answer.status}."
            )
        types = (str(text) for name, text in answer.headers.items() if name.lower() == _TYPE)
        is_json = "application/json" in next(types, "")
        seen = {
            "body": parsed(answer.body) if is_json else {"raw_response": answer.body},
            "mimetype": "application/json",
            "http_status": answer.status,
            "operator_identifier": self.name,
        }
        return replace(answer, seen=seen)


_TYPE = "content-type"
