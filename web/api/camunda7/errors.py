"""Errors as Camunda 7 words them: ``{"type", "message", "code"}``."""

from __future__ import annotations

from flask import Response, jsonify

from web.doors import Refusal


def say(refusal: Refusal) -> Response:
    """A refusal in Camunda 7's form."""
    body = {"type": "RestException", "message": refusal.message, "code": 0}
    response = jsonify(body)
    response.status_code = refusal.status
    response.headers.extend(refusal.headers)
    return response
