"""The blueprint of Laneway's own API, and what all its views share."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from apiflask import APIBlueprint
from apiflask.exceptions import HTTPError
from flask import Response, jsonify, request, url_for

from engine.errors import BadInput, DeploymentRefused, EngineError, FormInvalid
from engine.queries.page import MAX_ROWS, MAX_SIZE, Page
from web.api.body import read_body
from web.doors import Refusal

T = TypeVar("T")

PREFIX = "/api/v1"
blueprint = APIBlueprint("v1", __name__, tag="Laneway")
NO_CONTENT = ("", 204)
_CURSOR = "p:"
_PLAIN = frozenset({"application/json", ""})


@blueprint.before_request
def _check_json() -> None:
    """Refuse what is no JSON object before a schema looks at it."""
    if request.mimetype in _PLAIN and request.method in {"POST", "PUT", "PATCH"}:
        read_body()


@blueprint.after_request
def _add_etag(response: Response) -> Response:
    """Every answer to a question can be asked for again by its ``ETag``."""
    if request.method == "GET" and response.status_code == 200 and not response.is_streamed:
        response.add_etag()
        response.make_conditional(request)
    return response


@blueprint.errorhandler(HTTPError)
def _invalid(error: HTTPError) -> Response:
    """What a schema refuses: each property with what is wrong with it."""
    lines = sorted(_lines("", error.detail)) if isinstance(error.detail, Mapping) else []
    told = "; ".join(lines[:20]) or error.message
    return say(Refusal(400, "bad-input", f"The request is not as described: {told}"))


def _lines(where: str, detail: object) -> list[str]:
    if isinstance(detail, Mapping):
        return [
            line
            for name, part in detail.items()
            for line in _lines(f"{where}.{name}" if where else str(name), part)
        ]
    texts = detail if isinstance(detail, list) else [detail]
    return [f"{where}: {text}" for text in texts]


def say(refusal: Refusal) -> Response:
    """A refusal as a problem document (RFC 9457), with our code and what else there is to know."""
    body: dict[str, object] = {
        "type": f"urn:laneway:problem:{refusal.code}",
        "title": refusal.code.replace("-", " ").capitalize(),
        "status": refusal.status,
        "detail": refusal.message,
        "instance": request.path,
        "code": refusal.code,
        **_more(refusal.error),
    }
    response = jsonify(body)
    response.status_code = refusal.status
    response.mimetype = "application/problem+json"
    response.headers.extend(refusal.headers)
    return response


def _more(error: EngineError | None) -> dict[str, object]:
    if isinstance(error, DeploymentRefused):
        return {"problems": [problem_of(problem) for problem in error.problems]}
    if isinstance(error, FormInvalid):
        return {
            "fields": [
                {"field": each.key, "code": each.code, "message": each.message}
                for each in error.checked.problems
            ]
        }
    return {}


def problem_of(problem: Any) -> dict[str, object]:
    """A problem of a file for an answer."""
    return {
        "code": problem.code,
        "severity": problem.severity.value,
        "message": problem.message,
        "hint": problem.hint,
        "file": problem.file,
        "line": problem.line,
        "element_id": problem.element_id,
        "element_name": problem.element_name,
    }


def page_of(query: Mapping[str, Any]) -> dict[str, Any]:
    """Which page a query asks for, as ``page`` and ``size`` of the engine's lists."""
    cursor = query.get("cursor") or ""
    if not cursor:
        return {"page": 1, "size": query.get("limit") or 50}
    try:
        text = base64.urlsafe_b64decode(cursor.encode("ascii")).decode("ascii")
        number, size = (int(part) for part in text.removeprefix(_CURSOR).split(":"))
        is_known = text.startswith(_CURSOR) and 1 <= number <= MAX_ROWS and 1 <= size <= MAX_SIZE
    except (binascii.Error, ValueError):
        is_known = False
    if not is_known:
        raise BadInput("'cursor' is none that an answer of this list had. Begin without one.")
    return {"page": number, "size": size}


def answer(page: Page[T], shown: Callable[[T], dict[str, object]]) -> tuple[Any, int, Any]:
    """A page for an answer: items, how many there are, and how to go on."""
    cursor = None
    headers = {}
    if page.next is not None:
        cursor = _cursor(page.next, page.size)
        values: dict[str, Any] = {**(request.view_args or {}), **request.args.to_dict()}
        address = url_for(str(request.endpoint), **{**values, "cursor": cursor})
        headers["Link"] = f'<{address}>; rel="next"'
    total = page.total
    body = {
        "items": [shown(each) for each in page.items],
        "total": None if total is None else total.value,
        "total_is_capped": total is not None and total.is_capped,
        "next_cursor": cursor,
    }
    return body, 200, headers


def _cursor(number: int, size: int) -> str:
    return base64.urlsafe_b64encode(f"{_CURSOR}{number}:{size}".encode()).decode()
