"""The HTML pages, one blueprint a file."""

from __future__ import annotations

from flask import Flask
from werkzeug.utils import redirect

from web.pages import (
    account,
    api_keys,
    contracts,
    decisions,
    events,
    instances,
    login,
    models,
    navigation,
    requests,
    secrets,
    start,
    tasks,
)

PAGES = (
    login,
    account,
    tasks,
    start,
    requests,
    instances,
    models,
    decisions,
    contracts,
    secrets,
    api_keys,
    events,
)


def init_app(app: Flask) -> None:
    """Register every page; the front door is the task list."""
    for page in PAGES:
        app.register_blueprint(page.blueprint)
    app.context_processor(navigation.counts)
    app.add_url_rule("/", "home", lambda: redirect("/tasks"))
