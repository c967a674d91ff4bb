"""Camunda 8's REST dialect, below ``/v2``: what its SDKs and the Modeler call."""

from __future__ import annotations

from flask import Flask

from web.api.camunda8 import (
    decisions,
    definitions,
    deployments,
    elements,
    incidents,
    instances,
    jobs,
    messages,
    server,
    user_tasks,
)
from web.api.camunda8.door import blueprint
from web.api.camunda8.errors import say
from web.api.opening import open_door

PARTS = (
    server,
    deployments,
    definitions,
    instances,
    elements,
    jobs,
    messages,
    incidents,
    user_tasks,
    decisions,
)
"""Modules whose views are on the blueprint as soon as they are imported."""


def init_app(app: Flask) -> None:
    """Open the door."""
    open_door(app, blueprint, "/v2", say=say)
