"""Laneway's own API, below ``/api/v1``; its OpenAPI document is ``/api/v1/openapi.json``."""

from __future__ import annotations

from flask import Flask

from web.api.opening import open_door
from web.api.v1 import (
    decisions,
    definitions,
    deployments,
    description,
    incidents,
    instances,
    jobs,
    messages,
    tasks,
)
from web.api.v1.door import PREFIX, blueprint, say

PARTS = (
    description,
    deployments,
    definitions,
    instances,
    tasks,
    messages,
    decisions,
    incidents,
    jobs,
)
"""Modules whose views are on the blueprint as soon as they are imported."""


def init_app(app: Flask) -> None:
    """Open the door."""
    # What APIFlask's decorators ask of the application; the document is made by one of its own.
    app.config.update(
        BASE_RESPONSE_SCHEMA=None,
        VALIDATION_ERROR_STATUS_CODE=400,
        VALIDATION_ERROR_DESCRIPTION="The request is not as described.",
    )
    open_door(app, blueprint, PREFIX, say=say, public=("show_description",))
