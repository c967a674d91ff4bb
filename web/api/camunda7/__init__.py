"""Camunda 7's REST dialect, below ``/engine-rest`` and ``/rest``.

Camunda Modeler and the external task clients of Camunda 7 work with it as they are. What is built
and where it differs is told in docs/reference/rest-camunda7.md.
"""

from __future__ import annotations

from flask import Flask

from web.api.camunda7 import (
    definitions,
    deployments,
    engines,
    external_tasks,
    incidents,
    instances,
    messages,
    tasks,
)
from web.api.camunda7.door import PREFIX, blueprint
from web.api.camunda7.errors import say
from web.api.opening import open_door

ALIASES = ("/rest", "/engine-rest/engine/default", "/rest/engine/default")
VIEWS = (
    engines,
    deployments,
    definitions,
    instances,
    external_tasks,
    messages,
    tasks,
    incidents,
)
"""Each adds its views to the blueprint when it is imported."""


def init_app(app: Flask) -> None:
    """Open both doors, with and without the name of the engine."""
    open_door(app, blueprint, PREFIX, say=say, aliases=ALIASES)
    app.register_blueprint(engines.pages)
