"""What was sent and what came back, as texts that may stand in an incident: redacted and cut."""

from __future__ import annotations

import re
from collections.abc import Mapping

from engine.services.connectors.exchange import Call, Reply
from engine.services.secrets import Redactor

LONGEST = 8_000
"""Characters of one recorded request or answer."""

_HIDDEN = "***"
_SECRET_NAME = re.compile(r"auth|cookie|token|secret|passw|signature|api-?key|x-key", re.IGNORECASE)


def record_call(call: Call, redactor: Redactor) -> str:
    """A request: its line, its headers without credentials, its body."""
    first = f"{call.method} {call.url}"
    return _cut(redactor.hide(_message(first, call.headers, call.body or b"")))


def record_reply(reply: Reply, redactor: Redactor) -> str:
    """An answer, in the same way."""
    return _cut(redactor.hide(_message(f"HTTP {reply.status}", reply.headers, reply.body)))


def _message(first: str, headers: Mapping[str, str], body: bytes) -> str:
    lines = [first, *(f"{name}: {_value(name, text)}" for name, text in headers.items())]
    # More is never shown, but a secret may begin before the cut and end behind it.
    start = body[: 4 * LONGEST].decode(errors="replace")
    return "\n".join([*lines, "", start]).rstrip()


def _value(name: str, text: str) -> str:
    return _HIDDEN if _SECRET_NAME.search(name) else text


def _cut(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    return f"{text[:LONGEST]}\n[cut; {len(text)} characters or more]"
