"""For whoever watches the server: does it answer, and can it work."""

from __future__ import annotations

from flask import Flask

from web.extensions import get_engine


def init_app(app: Flask) -> None:
    """Add ``/healthz`` and ``/readyz``; neither needs a session nor tells anything."""
    app.add_url_rule("/healthz", "healthz", _alive)
    app.add_url_rule("/readyz", "readyz", _ready)


def _alive() -> tuple[str, dict[str, str]]:
    """The process answers."""
    return "ok\n", {"Content-Type": "text/plain"}


def _ready() -> tuple[str, dict[str, str]]:
    """The database answers too; 500 when it does not."""
    get_engine().changes()
    return "ready\n", {"Content-Type": "text/plain"}
