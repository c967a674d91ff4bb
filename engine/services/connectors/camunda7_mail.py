"""Mails as Camunda 7's diagrams draw them: connector ``mail-send``, and tasks of type ``mail``.

Source: the documentation of camunda-bpm-mail, and of Activiti's mail task, which Camunda 7 kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from email.utils import formataddr
from typing import Any

from engine.services.connectors.base import Answer, Connector, Request, Schema

_TEXT: Schema = {"type": ["string", "null"]}
_NAMES = ("to", "cc", "bcc", "from", "fromAlias", "subject", "text", "html", "charset")
_SCHEMA: Schema = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "A mail, as Camunda 7 draws it",
    "type": "object",
    "required": ["to"],
    "additionalProperties": False,
    "properties": {
        **dict.fromkeys(_NAMES, _TEXT),
        "charset": {"type": ["string", "null"], "description": "Every mail is UTF-8."},
    },
}


class Camunda7Mail:
    """Hands a mail to the connector ``email``.

    Args:
        email: sends it.
        name: connector id, or type of the task.
    """

    schema: Schema = _SCHEMA

    def __init__(self, email: Connector, name: str) -> None:
        self.name = name
        self._email = email

    def target(self, inputs: Mapping[str, object]) -> str:
        """The mail server."""
        return self._email.target(_translated(inputs))

    def call(self, request: Request, /) -> Answer:
        """Send the mail."""
        return self._email.call(replace(request, inputs=_translated(request.inputs)))


def _translated(given: Mapping[str, Any]) -> dict[str, object]:
    copied = ("to", "cc", "bcc", "text", "html", "from")
    found: dict[str, object] = {name: given[name] for name in copied if given.get(name)}
    found["subject"] = given.get("subject") or ""
    if given.get("from") and given.get("fromAlias"):
        found["from"] = formataddr((given["fromAlias"], given["from"]))
    return found
