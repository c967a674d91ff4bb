"""Bodies of requests and answers: variables to bytes and back."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from email.message import Message
from urllib.parse import urlencode

from isodate import duration_isoformat
from urllib3.fields import RequestField
from urllib3.filepost import encode_multipart_formdata

from engine.services.connectors.exchange import Reply
from engine.services.failure import WorkFailure

_FORM = "application/x-www-form-urlencoded"
_BY_TYPE = {"json": "application/json", "form": _FORM, "text": "text/plain; charset=utf-8"}
_TEXTUAL = ("text/", "application/xml", "application/javascript", "application/yaml")


def encode_body(body: object, kind: str, content_type: str) -> tuple[bytes | None, str]:
    """The bytes of *body* and their content type.

    Args:
        body: a variable; ``None`` is no body.
        kind: ``json``, ``form``, ``text``, ``multipart``; empty: as *content_type* says, else
            JSON, and text for a text.
        content_type: of the request, empty when it names none.

    Raises:
        WorkFailure: the value cannot be written so; final.
    """
    if body is None:
        return None, ""
    chosen = kind or _by_content_type(content_type, body)
    if chosen == "multipart":
        return _multipart(body)
    type_of = content_type or _BY_TYPE[chosen]
    if chosen == "text" or (isinstance(body, str | bytes) and not kind):
        return (body if isinstance(body, bytes) else str(body).encode()), type_of
    if chosen == "form":
        pairs = urlencode(text_pairs(_mapping(body, "form")), doseq=True)
        return pairs.encode(), type_of
    return as_json(body).encode(), type_of


def _by_content_type(content_type: str, body: object) -> str:
    if "multipart/form-data" in content_type:
        return "multipart"
    if _FORM in content_type and not isinstance(body, str):
        return "form"
    return "text" if isinstance(body, str | bytes) and not content_type else "json"


def as_json(value: object) -> str:
    """JSON text of a variable: times as ISO 8601, decimals as numbers, bytes as Base64.

    Raises:
        WorkFailure: it holds something that JSON cannot; final.
    """
    try:
        return json.dumps(value, default=_other, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise WorkFailure(f"The body cannot be written as JSON: {error}.", is_final=True) from error


def _other(value: object) -> object:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return duration_isoformat(value)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, bytes):
        return b64encode(value).decode()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, tuple | set | frozenset):
        return list(value)
    raise TypeError(f"a value of type {type(value).__name__} is not possible")


def text_pairs(given: Mapping[str, object]) -> list[tuple[str, object]]:
    """Names and texts for a query or form: lists repeat the name, null leaves it out."""
    return [
        (name, [as_text(item) for item in value] if isinstance(value, list) else as_text(value))
        for name, value in given.items()
        if value is not None
    ]


def as_text(value: object) -> str:
    """A value in a header, query or form field: texts as they are, the rest as in JSON."""
    return value if isinstance(value, str) else as_json(value).strip('"')


def _multipart(body: object) -> tuple[bytes, str]:
    fields = [
        _field(name, value)
        for name, value in _mapping(body, "multipart").items()
        if value is not None
    ]
    data, content_type = encode_multipart_formdata(fields)
    return data, content_type


def _field(name: str, value: object) -> RequestField:
    """A part: a value, or a file as ``{filename, content or base64, contentType}``."""
    if not isinstance(value, Mapping) or "filename" not in value:
        part = RequestField(name, as_text(value))
        part.make_multipart()
        return part
    try:
        data = (
            b64decode(str(value["base64"]), validate=True)
            if "base64" in value
            else as_text(value.get("content", "")).encode()
        )
    except Base64Error as error:
        raise WorkFailure(
            f"The file in the field {name!r} is no Base64: {error}.", is_final=True
        ) from error
    part = RequestField(name, data, filename=str(value["filename"]))
    part.make_multipart(content_type=str(value.get("contentType", "application/octet-stream")))
    return part


def _mapping(body: object, kind: str) -> Mapping[str, object]:
    if not isinstance(body, Mapping):
        raise WorkFailure(
            f"A {kind} body is made of names and values, not of {type(body).__name__}.",
            is_final=True,
        )
    return body


def decode_body(reply: Reply, kind: str) -> object:
    """The body of an answer as a variable; ``None`` for an empty one.

    Args:
        reply: the answer.
        kind: ``json``, ``text``, ``base64``, or ``auto``: as its content type says.

    Raises:
        ValueError: it is not what it says.
    """
    if not reply.body:
        return None
    message = Message()
    message["Content-Type"] = reply.header("content-type") or "text/plain"
    mime = message.get_content_type()
    if kind == "json" or (kind == "auto" and (mime.endswith(("/json", "+json")))):
        return parse_json(reply.body)
    if kind == "base64" or (kind == "auto" and not mime.startswith(_TEXTUAL) and "xml" not in mime):
        return b64encode(reply.body).decode()
    try:
        return reply.body.decode(message.get_content_charset("utf-8"), errors="replace")
    except LookupError:
        return reply.body.decode(errors="replace")


def parse_json(data: bytes) -> object:
    """The value of a JSON text.

    Raises:
        ValueError: it is none, or one that is too deep.
    """
    try:
        return json.loads(data, parse_constant=_no_number)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def parsed(body: object) -> object:
    """The value of a text that is JSON; anything else as it is."""
    if isinstance(body, str):
        with suppress(ValueError):
            return parse_json(body.encode())
    return body


def _no_number(text: str) -> object:
    raise ValueError(f"{text} is no number in JSON")
