"""The connector ``sms``: a text message through the gateway of any provider that takes HTTP."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape

from engine.actor import DEFAULT_TENANT
from engine.errors import SettingInvalid
from engine.services.connectors.base import Answer, Connector, Request, Schema, Secrets, reveal
from engine.services.failure import WorkFailure
from engine.services.secrets import fill, names_in

LONGEST = 1_600
"""Characters; ten messages of 160, which gateways join."""

_GATEWAY: Schema = {
    "type": "object",
    "required": ["url"],
    "description": "Inputs of the connector http; {to}, {text}, {from} and {key} stand for them.",
}
SCHEMA: Schema = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "A text message",
    "type": "object",
    "required": ["to", "text"],
    "additionalProperties": False,
    "properties": {
        "to": {"type": "string", "minLength": 3, "maxLength": 40},
        "text": {"type": "string", "minLength": 1, "maxLength": LONGEST},
        "from": {"type": ["string", "null"], "maxLength": 40},
        "gateway": _GATEWAY,
    },
}

_NUMBER = re.compile(r"\+?[0-9]{4,15}")
_MARK = re.compile(r"\{(to|text|from|key)\}")


class SmsConnector:
    """Sends text messages; see `SCHEMA` for what it takes.

    Args:
        http: makes the call, and governs where it may go.
        secrets: of the installation's gateway.
        gateway: the installation's own, where a task names none: inputs of *http*.
    """

    name = "sms"
    schema: Schema = SCHEMA

    def __init__(
        self, http: Connector, secrets: Secrets, gateway: Mapping[str, object] | None = None
    ) -> None:
        self._http = http
        self._secrets = secrets
        self._gateway = gateway

    def target(self, inputs: Mapping[str, object]) -> str:
        """The gateway's address."""
        url = _put(self._chosen(inputs)["url"], dict.fromkeys(("to", "text", "from", "key"), "0"))
        return self._http.target({"url": url})

    def call(self, request: Request, /) -> Answer:
        """Hand the message to the gateway.

        Raises:
            WorkFailure, CallRefused, BpmnErrorThrown: as of the connector http; and final for a
                number that is none.
        """
        given: Mapping[str, Any] = request.inputs
        values = {
            "to": _number(given["to"]),
            "text": given["text"],
            "from": given.get("from") or "",
            "key": request.key,
        }
        gateway = self._chosen(given)
        if "gateway" not in given:
            gateway = self._with_secrets(gateway, request)
        inputs = {
            name: _put(value, _escaped(name, value, values)) for name, value in gateway.items()
        }
        return self._http.call(replace(request, inputs=inputs))

    def _chosen(self, inputs: Mapping[str, object]) -> Mapping[str, Any]:
        given: Any = inputs.get("gateway") or self._gateway
        if given is None:
            raise WorkFailure(
                "No gateway for text messages is known: set LANEWAY_SMS_GATEWAY, or give the task "
                "a 'gateway'.",
                is_final=True,
            )
        return given  # type: ignore[no-any-return]

    def _with_secrets(self, gateway: Mapping[str, object], request: Request) -> Mapping[str, Any]:
        def resolve(name: str) -> str:
            return reveal(self._secrets, name, DEFAULT_TENANT, request.redactor)

        filled: Any = fill(gateway, names_in(gateway), resolve)
        return filled  # type: ignore[no-any-return]


def read_gateway(path: str) -> Mapping[str, object] | None:
    """The installation's gateway, a JSON file; an empty path is no gateway.

    Raises:
        SettingInvalid: it cannot be read, or has no ``url``.
    """
    if not path:
        return None
    try:
        found = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SettingInvalid(f"LANEWAY_SMS_GATEWAY {path!r} cannot be read: {error}.") from error
    if not isinstance(found, dict) or not isinstance(found.get("url"), str):
        raise SettingInvalid(f"LANEWAY_SMS_GATEWAY {path!r} holds no JSON object with a 'url'.")
    return found


def _number(text: str) -> str:
    """A telephone number as gateways want it (ITU-T E.164), without blanks and brackets."""
    plain = re.sub(r"[\s()./-]", "", text)
    if not _NUMBER.fullmatch(plain):
        raise WorkFailure(
            f"{text!r} is no telephone number such as +49 170 1234567.", is_final=True
        )
    return plain


def _escaped(name: str, template: object, values: Mapping[str, str]) -> Mapping[str, str]:
    """The values as the text around them needs them, so that none begins another part of it."""
    if name == "url":
        return {key: quote(value, safe="") for key, value in values.items()}
    if name != "body" or not isinstance(template, str):
        return values
    start = template.lstrip()[:1]
    if start in {"{", "["}:
        return {key: json.dumps(value)[1:-1] for key, value in values.items()}
    if start == "<":
        return {key: escape(value) for key, value in values.items()}
    return {key: quote(value, safe="") for key, value in values.items()}


def _put(value: Any, values: Mapping[str, str]) -> Any:
    """*value* with the marks in all its texts replaced, each once."""
    if isinstance(value, str):
        return _MARK.sub(lambda found: values[found[1]], value)
    if isinstance(value, Mapping):
        return {key: _put(item, values) for key, item in value.items()}
    if isinstance(value, list):
        return [_put(item, values) for item in value]
    return value
