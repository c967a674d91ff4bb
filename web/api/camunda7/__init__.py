"""Camunda 7's REST dialect, below ``/engine-rest`` and ``/rest``."""

from __future__ import annotations

from flask import Blueprint, Flask

from web.api.camunda7.errors import say
from web.api.opening import open_door

PREFIXES = (
    "/engine-rest",
    "/rest",
    "/engine-rest/engine/default",
    "/rest/engine/default",
)
VERSION = "7.24.0"

blueprint = Blueprint("camunda7", __name__)


@blueprint.get("/version")
def show_version() -> dict[str, str]:
    """The version of Camunda 7 whose dialect this is."""
    return {"version": VERSION}


def init_app(app: Flask) -> None:
    """Open both doors, with and without the name of the engine."""
    open_door(app, blueprint, PREFIXES, say=say)
