"""What programs call: one package a dialect, each a door (`web.api.opening`)."""

from __future__ import annotations

from flask import Flask

from web.api import access, callbacks, camunda7, camunda8, v1

DIALECTS = (camunda7, camunda8, callbacks, v1)


def init_app(app: Flask) -> None:
    """Open every door."""
    access.init_app(app)
    for dialect in DIALECTS:
        dialect.init_app(app)
