"""A request over HTTP and its reply as data: what may be sent, and where a redirect leads."""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http import HTTPStatus
from urllib.parse import urljoin

from urllib3.exceptions import LocationParseError
from urllib3.util import Url, parse_url

PORTS = {"http": 80, "https": 443}
LONGEST_URL = 16_000
_REDIRECTS = {301, 302, 303, 307, 308}
_AS_GET = {301, 302}
# What another origin may see of a request that was not meant for it.
_HARMLESS = {"accept", "accept-language", "user-agent"}
_OURS = {
    "host",
    "connection",
    "content-length",
    "transfer-encoding",
    "upgrade",
    "te",  # codespell:ignore
    "trailer",
}
_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
# Visible ASCII, blanks and Latin-1: what a header may hold (RFC 9110, 5.5).
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


class CallFailed(Exception):
    """A call brought no answer.

    Attributes:
        kind: ``refused``, ``unreachable``, ``timeout``, ``tls``, ``broken``, ``too-large`` or
            ``redirect``.
        is_final: trying again cannot help.
    """

    def __init__(self, kind: str, message: str, *, is_final: bool = False) -> None:
        super().__init__(message)
        self.kind = kind
        self.is_final = is_final


@dataclass(frozen=True, slots=True)
class Call:
    """One request over HTTP.

    Attributes:
        url: absolute, http or https, without user and password.
        headers: names as they are sent.
        body: bytes, or ``None`` for no body.
        connect: longest time to connect.
        read: longest silence of the other side.
        total: longest time for everything, redirects included.
        redirects: how many are followed.
        tls: for https; the transport's own when ``None``.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    connect: timedelta = timedelta(seconds=10)
    read: timedelta = timedelta(seconds=30)
    total: timedelta = timedelta(seconds=60)
    redirects: int = 5
    tls: ssl.SSLContext | None = None

    @property
    def origin(self) -> str:
        """Scheme, host and port: ``https://erp.example:443``."""
        return origin_of(self.url)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: ``headers`` as they were sent, repeated ones joined by commas."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str

    def header(self, name: str) -> str:
        """A header by its name in any case, empty without one."""
        wanted = name.lower()
        return next((text for key, text in self.headers.items() if key.lower() == wanted), "")


def origin_of(url: str) -> str:
    """Scheme, host and port of *url*.

    Raises:
        CallFailed: it cannot be called; final.
    """
    parsed = parse_address(url)
    return f"{parsed.scheme}://{parsed.host}:{parsed.port}"


def parse_address(url: str) -> Url:
    """*url* in its parts, with its port.

    Raises:
        CallFailed: it cannot be called; final.
    """
    shown = url[:200].partition("?")[0]
    try:
        parsed = parse_url(url)
    except LocationParseError as error:
        raise CallFailed("refused", f"{shown!r} is no address.", is_final=True) from error
    if parsed.scheme not in PORTS or not parsed.host or len(url) > LONGEST_URL:
        raise CallFailed(
            "refused",
            f"{shown!r} cannot be called: an address begins with http:// or https://, names a host "
            f"and has at most {LONGEST_URL} characters.",
            is_final=True,
        )
    if parsed.auth:
        raise CallFailed(
            "refused",
            f"The address of {parsed.host!r} holds a user name. Give user and password as "
            "authentication, not in the address.",
            is_final=True,
        )
    return parsed._replace(port=parsed.port or PORTS[parsed.scheme])


def sent_headers(call: Call) -> dict[str, str]:
    """The headers with those that every call has.

    Raises:
        CallFailed: one cannot be sent; final, and without its value, which may be secret.
    """
    for name, text in call.headers.items():
        if not _NAME.fullmatch(name) or name.lower() in _OURS or not _VALUE.fullmatch(text):
            raise CallFailed(
                "refused",
                f"The header {name[:80]!r} cannot be sent: a name has letters, digits and dashes, "
                "a value no line breaks; the connection's own headers cannot be given.",
                is_final=True,
            )
    given = {name.lower() for name in call.headers}
    always = {"User-Agent": "Laneway", "Accept-Encoding": "gzip, deflate"}
    return {**{n: t for n, t in always.items() if n.lower() not in given}, **call.headers}


def is_redirect(reply: Reply) -> bool:
    """Whether *reply* sends us to another address."""
    return reply.status in _REDIRECTS and bool(reply.header("location"))


def redirected(call: Call, reply: Reply) -> Call:
    """The call that *reply* sends us to (RFC 9110, 15.4).

    Raises:
        CallFailed: it would give away more than was meant for the first address; final.
    """
    target = urljoin(call.url, reply.header("location"))
    is_get = reply.status == HTTPStatus.SEE_OTHER or (
        reply.status in _AS_GET and call.method == "POST"
    )
    if is_get and call.method != "HEAD":
        kept = {n: t for n, t in call.headers.items() if not n.lower().startswith("content-")}
        call = replace(call, method="GET", body=None, headers=kept)
    if origin_of(target) == call.origin:
        return replace(call, url=target)
    if call.body is not None or target.startswith("http:") > call.url.startswith("http:"):
        raise CallFailed(
            "redirect",
            f"{call.origin} redirects to {origin_of(target)}, and what was sent is not for it. "
            "Call that address itself when it is meant.",
            is_final=True,
        )
    harmless = {name: text for name, text in call.headers.items() if name.lower() in _HARMLESS}
    return replace(call, url=target, headers=harmless, tls=None)
