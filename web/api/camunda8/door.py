"""The blueprint that every module of this dialect adds its views to."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("camunda8", __name__)
NO_CONTENT = ("", 204)
