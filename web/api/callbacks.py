"""Where other systems answer calls that they only accepted: ``/callbacks/TOKEN``.

The token is the permission. Wrong ones are counted by address, so that nobody can try many.
"""

from __future__ import annotations

from flask import Blueprint, Flask, Response, current_app, jsonify, request

from web.api.opening import open_door
from web.doors import Refusal
from web.extensions import get_engine, limiter

PREFIX = "/callbacks"
blueprint = Blueprint("callbacks", __name__)


def init_app(app: Flask) -> None:
    """Open the door; who comes shows no credentials but the token."""
    open_door(app, blueprint, PREFIX, say=_say, public={"take"})


@blueprint.route("/<token>", methods=["POST", "PUT"])
@limiter.limit("30 per minute", deduct_when=lambda response: response.status_code >= 400)
def take(token: str) -> Response:
    """Take an answer; the same one again is taken too, and changes nothing."""
    request.max_content_length = current_app.config["SETTINGS"].outbound_max_bytes
    content_type = request.content_type or "text/plain"
    get_engine().take_answer(token, content_type=content_type, body=request.get_data())
    return jsonify(status="taken")


def _say(refusal: Refusal) -> Response:
    answer = jsonify(code=refusal.code, message=refusal.message)
    answer.status_code = refusal.status
    answer.headers.extend(refusal.headers)
    return answer
