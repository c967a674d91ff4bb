"""The blueprint that every module of this dialect adds its views to."""

from __future__ import annotations

from flask import Blueprint

from web.api.body import require_plain_address

blueprint = Blueprint("camunda8", __name__)
blueprint.before_request(require_plain_address)
NO_CONTENT = ("", 204)
