"""Pages of a list: where the next one is, and what each brings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from engine.services.connectors.exchange import Reply
from engine.services.connectors.http_bodies import text_pairs
from engine.services.failure import WorkFailure

_LINK = re.compile(r"<([^<>]*)>([^<]*)")
_NEXT = re.compile(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s;,\"]+))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Page:
    """A page that came; ``number`` counts from 1."""

    url: str
    reply: Reply
    body: object
    number: int


def add_query(url: str, query: Mapping[str, object]) -> str:
    """*url* with *query* behind what it has; lists repeat a name, null leaves it out."""
    added = urlencode(text_pairs(query), doseq=True)
    if not added:
        return url
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, added)))))


def items_of(pagination: Mapping[str, Any], body: object) -> list[object]:
    """The items of a page: the list at the path ``items``, else the body itself.

    Raises:
        WorkFailure: there is no list; final.
    """
    found = _at(body, pagination.get("items", ""))
    if not isinstance(found, list):
        where = f"at {pagination['items']!r}" if pagination.get("items") else "as its body"
        raise WorkFailure(
            f"A page has no list {where}. Name the path of the list in pagination.items.",
            is_final=True,
        )
    return list(found)


def next_page(pagination: Mapping[str, Any], page: Page) -> str:
    """The address of the page after *page*, empty when it is the last."""
    match pagination["type"]:
        case "link":
            target = _link(page.reply.header("link"))
            return urljoin(page.url, target) if target else ""
        case "cursor":
            cursor = _at(page.body, pagination["cursor"])
            return _put(page.url, pagination["parameter"], cursor) if cursor else ""
    if not items_of(pagination, page.body):
        return ""
    return _put(page.url, pagination["parameter"], pagination.get("first", 1) + page.number)


def _link(header: str) -> str:
    """The target of ``rel="next"`` (RFC 8288)."""
    for target, parameters in _LINK.findall(header):
        relations = " ".join("".join(found) for found in _NEXT.findall(parameters))
        if "next" in relations.lower().split():
            return str(target)
    return ""


def _put(url: str, parameter: str, value: object) -> str:
    parts = urlsplit(url)
    kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != parameter]
    return add_query(urlunsplit(parts._replace(query=urlencode(kept))), {parameter: value})


def _at(body: object, path: str) -> object:
    """The value at a dotted path, ``None`` where there is none."""
    for name in filter(None, path.split(".")):
        body = body.get(name) if isinstance(body, Mapping) else None
    return body
