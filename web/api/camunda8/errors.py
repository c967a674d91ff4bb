"""Errors as Camunda 8 words them: ``application/problem+json`` (RFC 9457)."""

from __future__ import annotations

from flask import Response, jsonify, request

from engine.errors import Conflict, InstanceBusy, MessageAlreadyPublished
from web.doors import Refusal

_TITLES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHORIZED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    409: "INVALID_STATE",
    413: "PAYLOAD_TOO_LARGE",
    415: "UNSUPPORTED_MEDIA_TYPE",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "RESOURCE_EXHAUSTED",
    504: "DEADLINE_EXCEEDED",
}


class NoRoomToWait(Conflict):
    """Every place for waiting requests is taken: ask again a little later."""

    code = "no-room-to-wait"

    def __init__(self) -> None:
        super().__init__(
            "RESOURCE_EXHAUSTED: too many requests wait already. Ask again in a few seconds."
        )


class TookTooLong(Conflict):
    """The instance did not end in time."""

    code = "deadline-exceeded"


_EXISTS = MessageAlreadyPublished.code
_STATUS = {NoRoomToWait: 503, InstanceBusy: 503, TookTooLong: 504}


def say(refusal: Refusal) -> Response:
    """A refusal as a problem document."""
    status = _STATUS.get(type(refusal.error), refusal.status) if refusal.error else refusal.status
    title = "ALREADY_EXISTS" if refusal.code == _EXISTS else _TITLES.get(status, "UNKNOWN")
    response = jsonify(
        {
            "type": "about:blank",
            "title": title,
            "status": status,
            "detail": refusal.message,
            "instance": request.path,
        }
    )
    response.status_code = status
    response.mimetype = "application/problem+json"
    response.headers.extend(refusal.headers)
    return response
