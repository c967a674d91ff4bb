"""What the connector ``email`` takes, and the message made of it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import mimetypes
import re
from collections.abc import Iterator, Mapping
from email.errors import HeaderParseError, NonASCIILocalPartDefect
from email.headerregistry import Address, AddressHeader
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from engine.services.connectors.base import Request, Schema
from engine.services.failure import WorkFailure

MOST_RECIPIENTS = 100
LARGEST = 25_000_000
"""Bytes of one message; most mail servers refuse larger ones."""

_ADDRESSES: Schema = {
    "type": ["string", "array", "null"],
    "items": {"type": "string"},
    "maxItems": MOST_RECIPIENTS,
}
_TEXT: Schema = {"type": ["string", "null"]}
_FILE: Schema = {
    "type": "object",
    "required": ["filename"],
    "additionalProperties": False,
    "properties": {
        "filename": {"type": "string", "minLength": 1, "maxLength": 255},
        "content": {},
        "base64": {"type": "string"},
        "contentType": {"type": "string"},
    },
}

SCHEMA: Schema = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "A mail over SMTP",
    "type": "object",
    "required": ["to", "subject"],
    "additionalProperties": False,
    "properties": {
        "to": {**_ADDRESSES, "minLength": 3},
        "cc": _ADDRESSES,
        "bcc": _ADDRESSES,
        "from": _TEXT,
        "replyTo": _ADDRESSES,
        "subject": {"type": "string", "maxLength": 998},
        "text": _TEXT,
        "html": _TEXT,
        "headers": {
            "type": ["object", "null"],
            "additionalProperties": {"type": ["string", "number"]},
        },
        "attachments": {"type": ["array", "object", "null"], "items": _FILE, "maxItems": 50},
        "server": {
            "type": "object",
            "required": ["host"],
            "additionalProperties": False,
            "properties": {
                "host": {"type": "string", "minLength": 1},
                "port": {"type": ["integer", "string"]},
                "security": {"enum": ["starttls", "tls", "none"]},
                "username": {"type": "string"},
                "password": {"type": "string"},
            },
        },
        "timeout": {"type": ["number", "string"]},
    },
}

# RFC 5321 lets a local part hold almost anything in quotes; nobody means to send there.
_ADDRESS = re.compile(r"[^\s\"<>(),:;@\\\[\]]{1,64}@[^\s\"<>(),:;@\\\[\]]{1,253}")
_HEADER = re.compile(r"[A-Za-z0-9-]{1,70}")
_CONTROLS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029]")
# What the message itself says; a diagram's header could say something else.
_OURS = frozenset(
    {
        "from",
        "sender",
        "to",
        "cc",
        "bcc",
        "reply-to",
        "subject",
        "date",
        "message-id",
        "return-path",
        "received",
        "mime-version",
        "content-type",
        "content-transfer-encoding",
        "content-disposition",
        "content-id",
        "dkim-signature",
    }
)
_POLICY = SMTP.clone(max_line_length=78)


def build_message(request: Request, sender: str) -> tuple[EmailMessage, list[str]]:
    """The mail and everybody who gets it; the same for every attempt but its bytes' boundaries.

    Args:
        request: its inputs keep `SCHEMA`.
        sender: where the task names none.

    Raises:
        WorkFailure: final; an address is none, a header holds more than a header, or there is
            nobody to send it to.
    """
    given: Mapping[str, Any] = request.inputs
    message = EmailMessage(policy=_POLICY)
    author = _one("from", given.get("from") or sender)
    message["From"] = author
    groups = {name: _addresses(name, given.get(name)) for name in ("to", "cc", "bcc", "replyTo")}
    recipients = list(
        dict.fromkeys(found.addr_spec for name in ("to", "cc", "bcc") for found in groups[name])
    )
    if not recipients:
        raise _wrong("The mail has no recipient. Give 'to' an address.")
    if len(recipients) > MOST_RECIPIENTS:
        raise _wrong(f"The mail has {len(recipients)} recipients; {MOST_RECIPIENTS} are allowed.")
    for name, header in (("to", "To"), ("cc", "Cc"), ("replyTo", "Reply-To")):
        if groups[name]:
            message[header] = groups[name]
    message["Subject"] = _line("subject", given["subject"])
    message["Date"] = format_datetime(request.now)
    message["Message-ID"] = message_id(request.key, author.domain)
    # So that holiday notices do not answer it (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    for name, value in (given.get("headers") or {}).items():
        message[_header_name(name)] = _line(f"header {name!r}", str(value))
    _fill(message, given)
    return message, recipients


def message_id(key: str, domain: str) -> str:
    """The same for every repetition of a call, so that a mail sent twice can be recognised."""
    digest = hashlib.sha256(key.encode()).hexdigest()[:32]
    return f"<laneway.{digest}@{domain}>"


def is_international(message: EmailMessage, recipients: list[str]) -> bool:
    """Whether an address needs a server that takes more than ASCII (RFC 6531)."""
    return not all(map(str.isascii, (author_of(message), *recipients)))


def author_of(message: EmailMessage) -> str:
    """The sender's bare address."""
    return str(message["From"].addresses[0].addr_spec)


def as_bytes(message: EmailMessage, recipients: list[str]) -> bytes:
    """The mail as it is sent."""
    if is_international(message, recipients):
        return message.as_bytes(policy=_POLICY.clone(utf8=True))
    return message.as_bytes()


def _fill(message: EmailMessage, given: Mapping[str, Any]) -> None:
    text, html = given.get("text") or "", given.get("html") or ""
    message.set_content(text or ("" if html else "\n"))
    if html and text:
        message.add_alternative(html, subtype="html")
    elif html:
        message.set_content(html, subtype="html")
    size = 0
    for name, data, kind in _files(given.get("attachments")):
        size += len(data)
        if size > LARGEST:
            raise _wrong(f"The attachments have more than {LARGEST} bytes together.")
        main, _, sub = kind.partition("/")
        message.add_attachment(data, maintype=main, subtype=sub, filename=name)


def _files(given: object) -> Iterator[tuple[str, bytes, str]]:
    """Name, bytes and type of each file: one, or a list of them."""
    found: list[Mapping[str, Any]] = list(given) if isinstance(given, list) else []
    if isinstance(given, Mapping):
        found = [given]
    for file in found:
        name = _line("file name", str(file["filename"]))
        kind = file.get("contentType") or mimetypes.guess_type(name)[0] or ""
        if not re.fullmatch(r"[\w.+-]+/[\w.+-]+", kind) or kind.startswith(
            ("multipart", "message")
        ):
            kind = "application/octet-stream"
        yield name.replace("/", "_").replace("\\", "_"), _bytes(name, file), kind


def _bytes(name: str, file: Mapping[str, Any]) -> bytes:
    content = file.get("content", b"")
    if "base64" in file:
        try:
            return base64.b64decode(file["base64"], validate=True)
        except (binascii.Error, ValueError):
            raise _wrong(f"The file {name!r} is no Base64.") from None
    if isinstance(content, bytes | bytearray):
        return bytes(content)
    if isinstance(content, str):
        return content.encode()
    raise _wrong(f"The content of the file {name!r} is {type(content).__name__}, no text or bytes.")


def _addresses(what: str, given: object) -> list[Address]:
    """Every address of a text with commas between, or of a list of such texts."""
    texts = [str(item) for item in given] if isinstance(given, list) else [str(given or "")]
    return [found for text in texts if text.strip() for found in _parsed(what, text)]


def _parsed(what: str, text: str) -> Iterator[Address]:
    line = _line(what, text)
    parsed: dict[str, Any] = {"defects": []}
    try:
        AddressHeader.parse(line, parsed)
    except (HeaderParseError, IndexError, ValueError):
        raise _no_address(what, text) from None
    groups = parsed["groups"]
    # Letters beyond ASCII are possible since RFC 6531; the server says whether it takes them.
    defects = [d for d in parsed["defects"] if not isinstance(d, NonASCIILocalPartDefect)]
    if defects or not groups:
        raise _no_address(what, text)
    for group in groups:
        for found in group.addresses:
            if group.display_name is not None or not _ADDRESS.fullmatch(found.addr_spec):
                raise _no_address(what, text)
            try:
                domain = found.domain.encode("idna").decode()
            except UnicodeError:
                raise _no_address(what, text) from None
            yield Address(found.display_name, found.username, domain)


def _one(what: str, text: str) -> Address:
    found = _addresses(what, text)
    if len(found) != 1:
        raise _wrong(
            f"The mail needs one sender, not {len(found)}: give 'from', or set LANEWAY_MAIL_FROM."
        )
    return found[0]


def _header_name(name: str) -> str:
    if not _HEADER.fullmatch(name) or name.lower() in _OURS:
        raise _wrong(f"The header {name[:80]!r} cannot be set by a task.")
    return name


def _line(what: str, text: str) -> str:
    if _CONTROLS.search(text):
        raise _wrong(f"The {what} holds a line break or another control character. Remove it.")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise _wrong(f"The {what} holds half of a character.") from None
    return text


def _no_address(what: str, text: str) -> WorkFailure:
    return _wrong(f"In {what!r}: {text[:100]!r} is no mail address such as Ann <ann@example.org>.")


def _wrong(message: str) -> WorkFailure:
    return WorkFailure(message, is_final=True)
